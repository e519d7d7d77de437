import { parseArgs } from 'node:util';
import type { PromptState } from '../../core/llm/prompt-state';
import { findAddress } from '../api/address';
import { callApi } from '../api/call-api';
import { percent } from '../report/format';
import { numberOption } from './options';
import { promptDiff } from './prompt-diff';
import { promptEval } from './prompt-eval';
import { type Command, UsageError } from './usage';

const HELP = `Usage: plumbline prompt [--api <url> | --pipeline <name>] [--json]
       plumbline prompt promote <version> --reason <text> [--share <share>]
       plumbline prompt rollback --reason <text>
       plumbline prompt diff <pipeline folder> <version> <version>
       plumbline prompt eval <pipeline folder> --data <file> [options]

Without more, shows which versions of the prompt decisions are asked by. What is set holds from the next decision on,
without a deployment.

  promote      makes a version live; with --share, tries it on that share of the decisions: the pipeline takes it back by
               itself where its gate (prompts.gate of the definition) finds it worse
  rollback     ends a trial; where none runs, goes back to the version that was live before
  diff         shows what is different between two versions
  eval         asks the model about labelled rows by one version or several, and tells how well each does

  --reason <text>        why; it is recorded and announced
  --share <share>        of the decisions, such as 0.1
  --api, --pipeline      as of \`plumbline mode\`

Of eval:
  --data <file>          labelled history: CSV with a header, or JSON Lines (.jsonl)
  --rows <file.json>[:<member>]
                         only these rows: a JSON array of row numbers, from 0
  --version <version>    which to ask by; may be given several times; default: the definition's live one
  --parallel <n>         rows asked about at a time; default 4
  --runtime <url>        where SageMaker's (or Bedrock's) runtime answers; default: AWS's, in the region and with the
                         credentials of the environment, or the stand-in of \`npm start\` where there are none
  --scores <file.json>   where to write the model's scores, for \`calibrate\`, \`simulate\` and \`baseline\`; of one version

  --json                 print the answer, or the figures, as JSON
`;

export const promptCommand: Command = {
  summary: 'Compare, evaluate, promote and roll back the prompts of a language model',
  help: HELP,
  async run(args) {
    const [what, ...rest] = args;
    if (what === 'diff') return promptDiff(rest);
    if (what === 'eval') return promptEval(rest);
    return set(args);
  },
};

async function set(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      reason: { type: 'string' },
      share: { type: 'string' },
      api: { type: 'string' },
      pipeline: { type: 'string' },
      json: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  const body = bodyOf(positionals, values);
  const address = findAddress(values, process.env, process.cwd());
  const called =
    body === undefined ? await callApi(address, 'GET', '/status') : await callApi(address, 'PUT', '/prompts', body);
  if ('failed' in called) {
    process.stderr.write(`${called.failed}\n`);
    return 1;
  }
  const answer = body === undefined ? (called.body as { readonly prompts?: PromptState }).prompts : called.body;
  if (answer === undefined) {
    process.stderr.write('This pipeline has no language model, and so no prompts.\n');
    return 1;
  }
  process.stdout.write(values.json ? `${JSON.stringify(answer, null, 2)}\n` : text(answer as PromptState));
  return 0;
}

/** The body of PUT /prompts that the arguments ask for; undefined where they only ask what is. */
function bodyOf(
  [what, version, ...more]: readonly string[],
  { reason, share }: { readonly reason?: string | undefined; readonly share?: string | undefined },
): object | undefined {
  if (what === undefined) return undefined;
  if (more.length > 0 || !['promote', 'rollback'].includes(what) || (what === 'promote') !== (version !== undefined))
    throw new UsageError(HELP);
  if (!reason) throw new UsageError('Say why, with --reason: it is recorded with the change and announced.');
  if (what === 'rollback') return { rollback: true, reason };
  if (share === undefined) return { live: version, reason };
  return { candidate: { version, share: numberOption({ share }, 'share', { default: 1, from: 0, to: 1 }) }, reason };
}

function text({
  live,
  candidate,
  since,
  reason,
}: Pick<PromptState, 'live' | 'candidate' | 'since' | 'reason'>): string {
  const trial = candidate ? `, and ${candidate.version} on ${percent(candidate.share)} of the decisions` : '';
  return `asked by version ${live}${trial}\n${since === null ? '' : `since ${since}: ${reason}\n`}`;
}
