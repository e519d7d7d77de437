/**
 * How often the index finds what comparing with everything finds, and what a lookup reads. Texts of the pairs among others
 * (bench/cache/texts.ts). `npx tsx bench/cache/recall.ts [--texts 4000]`
 */
import { parseArgs } from 'node:util';
import { SHAPE, cosine, dot, lshOf, quantise, sketchDistance } from '../../core/llm/cache/lsh';
import { sameMeaning } from '../../core/llm/cache/meaning-guards';
import { BINS, FLOOR } from '../../core/llm/cache/threshold';
import { randomOf } from '../../core/random';
import { embedAll, otherTexts, pairsOf } from './texts';

const { values } = parseArgs({ options: { texts: { type: 'string', default: '4000' } } });
const SHAPES = [
  { tables: 4, bits: 8, probes: 3 },
  { tables: 8, bits: 8, probes: 0 },
  { tables: 8, bits: 8, probes: 3 },
  { tables: 8, bits: 10, probes: 0 },
  { tables: 8, bits: 10, probes: 3 },
  { tables: 8, bits: 10, probes: 8 },
  { tables: 12, bits: 10, probes: 3 },
  { tables: 8, bits: 12, probes: 8 },
  { tables: 8, bits: 14, probes: 11 },
];
/** An attribute's name and value in a bucket: 45 characters and 32 bytes. */
const ENTRY_BYTES = 77;
const MOST_READ = 8;
const MOST_IN_BUCKET = 64;
const random = randomOf(5);

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
const percent = (part: number, of: number) => `${((100 * part) / Math.max(1, of)).toFixed(1)} %`;

function timed(label: string, times: number, work: (i: number) => unknown): void {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    work(i);
    taken.push(performance.now() - began);
  }
  console.log(`  ${label.padEnd(34)}${median(taken).toFixed(3)} ms`);
}

async function main() {
  const pairs = ['dev', 'held-out'].flatMap((name) => pairsOf(`bench/cache/data/pairs-${name}.jsonl`));
  const asked = [...new Set(pairs.map(({ a }) => a))];
  const texts = [...new Set([...pairs.map(({ b }) => b), ...otherTexts(Number(values.texts))])];
  const began = performance.now();
  const vectors = (await embedAll([...asked, ...texts])).map((vector) => Float32Array.from(vector));
  const each = (performance.now() - began) / vectors.length;
  const queries = vectors.slice(0, asked.length);
  const indexed = vectors.slice(asked.length);
  const nearest = queries.map((query) => {
    const near = indexed.map((vector, i) => ({ i, similarity: cosine(query, vector) }));
    return near.filter(({ similarity }) => similarity >= FLOOR).sort((a, b) => b.similarity - a.similarity)[0];
  });
  const found = nearest.filter((near) => near !== undefined).length;
  console.log(
    `${indexed.length} texts in the index; ${found} of ${queries.length} questions have one at ${FLOOR} or nearer`,
  );
  for (const shape of SHAPES) {
    const lsh = lshOf({ dimensions: 512, ...shape });
    const buckets = new Map<string, number[]>();
    const sketches = indexed.map((vector) => lsh.sketch(vector));
    for (const [i, vector] of indexed.entries())
      for (const bucket of lsh.buckets(vector)) {
        const held = buckets.get(bucket) ?? [];
        // As on DynamoDB, one more takes the place of another.
        if (held.length < MOST_IN_BUCKET) held.push(i);
        else held[Math.floor(random() * held.length)] = i;
        buckets.set(bucket, held);
      }
    const recall = BINS.map(() => ({ of: 0, inBuckets: 0, read: 0 }));
    const seen: number[] = [];
    for (const [q, query] of queries.entries()) {
      const held = lsh.probes(query).flatMap((bucket) => buckets.get(bucket) ?? []);
      seen.push(held.length);
      const near = nearest[q];
      if (!near) continue;
      const sketch = lsh.sketch(query);
      const read = [...new Set(held)]
        .map((i) => ({ i, far: sketchDistance(sketch, sketches[i]!) }))
        .sort((a, b) => a.far - b.far)
        .slice(0, MOST_READ);
      for (const [bin, from] of BINS.entries()) {
        if (near.similarity < from) continue;
        recall[bin]!.of++;
        recall[bin]!.inBuckets += Number(held.includes(near.i));
        recall[bin]!.read += Number(read.some(({ i }) => i === near.i));
      }
    }
    const mean = seen.reduce((sum, n) => sum + n, 0) / seen.length;
    const full = [...buckets.values()].filter(({ length }) => length === MOST_IN_BUCKET).length;
    const { tables, bits, probes } = shape;
    const isOurs = JSON.stringify(shape) === JSON.stringify(SHAPE);
    console.log(
      `${isOurs ? '*' : ' '} ${tables} tables of ${bits} bits, ${probes} probes: recall ` +
        BINS.map((from, bin) => `${percent(recall[bin]!.read, recall[bin]!.of)} from ${from}`).join(', ') +
        ` (in buckets ${percent(recall[0]!.inBuckets, recall[0]!.of)}); ${tables * (probes + 1)} keys, ` +
        `${((mean * ENTRY_BYTES) / 1024).toFixed(1)} KiB read, ${tables} writes; ${full} of ${buckets.size} buckets full`,
    );
  }
  const lsh = lshOf({ dimensions: 512, ...SHAPE });
  const whole = quantise([...queries[0]!]);
  console.log('parts of a lookup, medians:');
  console.log(`  ${'embedding, of many at a time'.padEnd(34)}${each.toFixed(3)} ms`);
  timed('buckets and probes', 200, (i) => lsh.probes(queries[i % queries.length]!));
  timed('sketch', 200, (i) => lsh.sketch(queries[i % queries.length]!));
  timed('guards, a pair', 500, (i) => sameMeaning(pairs[i % pairs.length]!.a, pairs[i % pairs.length]!.b));
  timed('cosine of bytes', 500, () => cosine(whole, whole));
  timed(`all ${indexed.length}, one by one`, 20, (i) => indexed.map((vector) => dot(queries[i]!, vector)));
}

void main();
