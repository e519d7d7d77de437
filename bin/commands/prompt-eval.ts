import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { compileSchema } from '../../core/input/compile-schema';
import type { Guarding } from '../../core/llm/guarded-prompt';
import { compileGuards } from '../../core/llm/guards/compile-guards';
import { loadInjectionModel } from '../../core/llm/injection-model';
import { llmModel } from '../../core/llm/llm-model';
import { PromptEvaluation } from '../../core/llm/prompt-evaluation';
import type { LlmModel } from '../../core/llm/settings';
import type { ModelClient } from '../../core/ports';
import { rowFeatures } from '../../core/simulation/decide-row';
import type { HistoryRow } from '../../core/simulation/history';
import { type LocalInfo, environmentCredentials } from '../api/address';
import { httpChat } from '../api/chat';
import { withProgress } from '../history/progress';
import { historyReader } from '../history/read-history';
import { readRows, readSelection } from '../history/read-rows';
import { promptFiguresText } from '../report/prompt-figures-text';
import { loadLlm } from './load-llm';
import { numberOption } from './options';
import { unknownVersion } from './prompt-diff';
import { UsageError } from './usage';

/** Longer than any deadline: here it is only the answer that matters. */
const PATIENCE_MS = 60_000;

/** `plumbline prompt eval`: asks the model about labelled rows by each version. */
export async function promptEval(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      rows: { type: 'string' },
      version: { type: 'string', multiple: true },
      parallel: { type: 'string' },
      runtime: { type: 'string' },
      scores: { type: 'string' },
      json: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  const [folder] = positionals;
  if (positionals.length !== 1 || !folder || !values.data)
    throw new UsageError('Give the folder of a pipeline and --data, a file of labelled rows. --help tells more.');
  const { pipeline, model } = loadLlm(folder);
  const versions = values.version ?? [model.prompts.live];
  for (const version of versions)
    if (!pipeline.llm!.prompts.has(version))
      throw new UsageError(unknownVersion(version, [...pipeline.llm!.prompts.keys()]));
  if (values.scores !== undefined && versions.length > 1)
    throw new UsageError('--scores are those of one version. Give one --version.');
  const parallel = numberOption(values, 'parallel', { default: 4, from: 1, to: 64, whole: true });
  const { address, runtime } = whereToAsk(values.runtime);
  const chat = await httpChat(model, address, runtime);
  const asked = llmModel(pipeline.llm!, {
    chat,
    validate: compileSchema(model.answer.schema),
    guarding: masking(model),
  });

  const evaluations = new Map(versions.map((version) => [version, new PromptEvaluation(pipeline)]));
  let read: ReturnType<typeof historyReader> | undefined;
  let skipped = 0;
  /** The model's own, one for each row of the file, as `--scores` of other commands takes them. */
  const scores: (number | null)[] = [];
  let batch: { readonly row: HistoryRow; readonly number: number }[] = [];
  const flush = async () => {
    for (const [version, evaluation] of evaluations) {
      const answers = await Promise.all(batch.map(({ row, number }) => ask(asked, version, row, number)));
      answers.forEach(({ answer, ms }, i) => {
        const { row, number } = batch[i]!;
        evaluation.add(row, answer, ms);
        scores[number] = 'score' in answer ? answer.score : null;
      });
    }
    batch = [];
  };
  async function ask(client: ModelClient, version: string, row: HistoryRow, number: number) {
    const features = rowFeatures(pipeline, row).values;
    const prompts = { live: version, candidate: null };
    const question = { input: row.input, features, id: `row-${number}`, caller: 'plumbline', prompts };
    const began = performance.now();
    const answer = await client.predict(question, AbortSignal.timeout(PATIENCE_MS));
    return { answer, ms: performance.now() - began };
  }

  const rows = readRows(values.data, readSelection(values.rows));
  for await (const { cells, columns, number } of withProgress('Asking', rows)) {
    read ??= historyReader(pipeline.definition, values.data, columns);
    const row = read(cells);
    if ('skipped' in row) skipped++;
    else batch.push({ row, number });
    if (batch.length === parallel) await flush();
  }
  await flush();

  const [first] = evaluations.values();
  const all = [...evaluations].map(([version, evaluation]) => ({
    version,
    ...evaluation.figures(),
    ...(evaluation === first ? {} : { dearer: evaluation.dearerThan(first!) }),
  }));
  if (all[0]!.rows === 0) throw new UsageError(`${values.data} has no row that could be asked about.`);
  if (values.scores !== undefined)
    writeFileSync(values.scores, `${JSON.stringify(Array.from(scores, (score) => score ?? null))}\n`);
  if (values.json) process.stdout.write(`${JSON.stringify({ skipped, versions: all }, null, 2)}\n`);
  else process.stdout.write(promptFiguresText(all, skipped));
  if (all.every(({ answered }) => answered === 0)) {
    process.stderr.write(`${styleText('red', 'The model answered none of the rows.')}\n`);
    return 1;
  }
  return 0;
}

/** Personal data is masked as it is when decisions are made; guards do not look, or their false alarms would be the prompt's. */
function masking({ guards }: LlmModel): Guarding | undefined {
  if (!guards?.personalData) return undefined;
  const none = () => ({ classify: () => Promise.reject(new Error('No guard is asked.')) });
  const clock = { now: Date.now, timeout: (ms: number) => AbortSignal.timeout(ms), sleep };
  const parts = { model: loadInjectionModel(), classifier: none, clock };
  return { guards: compileGuards({ personalData: guards.personalData }, parts), secret: '' };
}

/** AWS, by the environment; without credentials there, what `npm start` keeps up. */
function whereToAsk(runtime: string | undefined) {
  const local = join(process.cwd(), '.plumbline', 'local.json');
  if (process.env.AWS_ACCESS_KEY_ID || !existsSync(local))
    return { address: environmentCredentials(process.env, undefined), runtime };
  const { region, credentials, modelServer } = JSON.parse(readFileSync(local, 'utf8')) as LocalInfo & {
    readonly modelServer: { readonly url: string };
  };
  return { address: { region, credentials }, runtime: runtime ?? modelServer.url };
}
