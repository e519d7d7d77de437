import { parseArgs, styleText } from 'node:util';
import type { Prompt } from '../../core/llm/settings';
import { suggest } from '../../core/suggest';
import { lineDiff } from '../report/line-diff';
import { loadLlm } from './load-llm';
import { UsageError } from './usage';

/** `plumbline prompt diff`: what is different between two versions, line by line. */
export function promptDiff(args: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [folder, one, other] = positionals;
  if (positionals.length !== 3 || !folder || !one || !other)
    throw new UsageError('Give the folder of a pipeline and two versions of its prompt. --help tells more.');
  const { pipeline, model } = loadLlm(folder);
  const [before, after] = [one, other].map((version) => {
    const prompt = Object.hasOwn(model.prompts.versions, version) ? model.prompts.versions[version] : undefined;
    if (!prompt) throw new UsageError(unknownVersion(version, Object.keys(model.prompts.versions)));
    return { hash: pipeline.llm!.prompts.get(version)!.hash, lines: linesOf(prompt) };
  });
  const lines = lineDiff(before!.lines, after!.lines);
  if (values.json) process.stdout.write(`${JSON.stringify({ from: one, to: other, lines }, null, 2)}\n`);
  else {
    process.stdout.write(`${styleText('dim', `from ${one}  ${before!.hash}\nto   ${other}  ${after!.hash}`)}\n\n`);
    for (const { kind, text } of lines) process.stdout.write(`${styleText(STYLES[kind], `${MARKS[kind]} ${text}`)}\n`);
    if (lines.every(({ kind }) => kind === 'same')) process.stdout.write('\nThere is no difference.\n');
  }
  return 0;
}

const MARKS = { same: ' ', removed: '-', added: '+' } as const;
const STYLES = { same: 'reset', removed: 'red', added: 'green' } as const;

export const unknownVersion = (version: string, known: readonly string[]): string =>
  `There is no version "${version}" of the prompt; there is ${known.join(', ')}.${suggest(version, known)}`;

/** A prompt as its file says it, without what is only said of it. */
function linesOf({ variables, messages, temperature = 0 }: Prompt): string[] {
  const named = Object.entries(variables).map(([name, variable]) =>
    typeof variable === 'string'
      ? `${name}: ${variable}`
      : `${name}: ${variable.from}, at most ${variable.mostCharacters} characters`,
  );
  const said = messages.flatMap(({ role, content }) => ['', `# ${role}`, '', ...content.split('\n')]);
  return [`temperature: ${temperature}`, ...named, ...said];
}
