import fc from 'fast-check';
import type { FeatureKind } from '../../../core/drift/baseline';
import { buildBaseline } from '../../../core/drift/build-baseline';
import {
  decodePartial,
  emptyPartial,
  encodePartial,
  mergePartials,
  observe,
  SHARD_CAPACITY,
  shardOf,
  type ShardPartial,
  windowOf,
} from '../../../core/drift/partial';
import { tallyOf } from '../../../core/drift/accumulate';
import {
  type MadeObservation,
  type Observation,
  type Tally,
  addTallies,
  decodeTally,
  encodeTally,
} from '../../../core/drift/tally';
import { observationOf } from './credit-windows';

const baseline = buildBaseline(
  Array.from({ length: 100 }, (_, i) => ({
    amount: i * 17.3,
    purpose: ['car', 'home', 'car', 'trip'][i % 4],
    constructor: i % 2,
  })),
  { amount: 'numeric', purpose: { categories: ['car', 'home', 'trip'] }, constructor: 'numeric' as const },
);

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -1e8, max: 1e8 }).map((cents) => cents / 100) },
  fc.constantFrom<unknown>('car', 'home', 'boat', '__proto__', true, null, undefined, NaN, 1e300, [1], { a: 1 }),
);
const quarters = (max: number) => fc.nat(4 * max).map((n) => n / 4);
const measures = fc.option(
  fc.dictionary(fc.constantFrom('llm/unusable', 'constructor'), fc.nat(1e6), { noNullPrototype: true }),
  { nil: undefined },
);
const learned: fc.Arbitrary<Observation> = fc.record({
  id: fc.uuid(),
  at: fc.nat(),
  learned: fc.record(
    {
      cost: quarters(100),
      error: fc.record({ source: fc.constantFrom('reported', 'sample'), wrong: fc.boolean() }),
      groups: fc.subarray(['input.sex=f', 'input.sex=m', 'constructor=toString']),
      measures: measures.map((some) => some ?? {}),
    },
    { requiredKeys: ['groups'] },
  ),
});
const made: fc.Arbitrary<MadeObservation> = fc.record({
  id: fc.uuid(),
  at: fc.nat(),
  values: fc.record({ amount: value, purpose: value, constructor: value }, { requiredKeys: [] }),
  route: fc.constantFrom('automated', 'review', 'constructor'),
  outcome: fc.constantFrom('approve', 'decline', 'toString', null),
  reasons: fc.array(fc.constantFrom('MODEL_TIMEOUT', 'MODEL_DOWN'), { maxLength: 2 }),
  totalMs: fc.nat(30_000),
  modelMs: fc.option(fc.nat(30_000)),
  chanceOfError: fc.option(quarters(1)),
  ages: fc.option(fc.dictionary(fc.constantFrom('accounts', 'constructor'), fc.nat(1e6), { noNullPrototype: true }), {
    nil: undefined,
  }),
  measures,
  firstTokenMs: fc.option(fc.nat(30_000), { nil: undefined }),
});
const observation = fc.oneof({ weight: 3, arbitrary: made }, learned);
const decisions = fc.uniqueArray(observation, { selector: ({ id }) => id, maxLength: 60 });

/** Every decision at least once, in batches that overlap, repeat and come in any order. */
const delivered = decisions.chain((list) =>
  fc.record({
    list: fc.constant(list),
    batches: fc
      .tuple(
        fc.shuffledSubarray(list, { minLength: list.length }),
        fc.array(fc.shuffledSubarray(list), { maxLength: 6 }),
        fc.array(fc.nat(60), { maxLength: 6 }),
      )
      .map(([whole, repeats, cuts]) => {
        const marks = [0, ...cuts, whole.length].sort((a, b) => a - b);
        return [...marks.map((mark, i) => whole.slice(mark, marks[i + 1])), ...repeats];
      })
      .chain((batches) => fc.shuffledSubarray(batches, { minLength: batches.length })),
  }),
);

const SEED = { seed: 20261123, numRuns: 200 };
const observeAll = (batches: readonly (readonly Observation[])[]) =>
  batches.reduce((partial, batch) => observe(baseline, partial, batch), emptyPartial(baseline));

/** Counts exactly, moments to 1e-9 of the size of what was added up. */
function expectEqual(actual: Tally, expected: Tally): void {
  const exact = ({ features, routes, outcomes, reasons, totalMs, modelMs, rows, ...rest }: Tally) => ({
    rows,
    rest,
    bins: Object.entries(features).map(([name, { counts, missing, moments }]) => [name, counts, missing, moments.n]),
    maps: [routes, outcomes, reasons, totalMs, modelMs],
  });
  expect(exact(actual)).toEqual(exact(expected));
  for (const [name, { moments }] of Object.entries(expected.features)) {
    const { mean, m2 } = actual.features[name]!.moments;
    const spread = Math.sqrt(moments.m2) + Math.abs(moments.mean);
    expect(Math.abs(mean - moments.mean)).toBeLessThanOrEqual(1e-9 * spread);
    expect(Math.abs(m2 - moments.m2)).toBeLessThanOrEqual(1e-9 * moments.m2 + 1e-12 * spread ** 2);
  }
}

test('counts each decision once, however deliveries are split, repeated, overlapped and ordered', () => {
  fc.assert(
    fc.property(delivered, ({ list, batches }) => {
      const partial = observeAll(batches);
      expect(partial.ids).toEqual(new Set(list.map(({ id }) => id)));
      expect(partial.overflow).toBe(0);
      expectEqual(partial.tally, tallyOf(baseline, list));
    }),
    SEED,
  );
});

test('gives the same window whatever the number of shards', () => {
  fc.assert(
    fc.property(delivered, fc.integer({ min: 1, max: 8 }), ({ list, batches }, shards) => {
      const parts = Array.from({ length: shards }, (_, shard) =>
        observeAll(batches.map((batch) => batch.filter(({ id }) => shardOf(id, shards) === shard))),
      );
      expectEqual(mergePartials(baseline, parts).tally, tallyOf(baseline, list));
    }),
    SEED,
  );
});

test('adds tallies in any order and grouping', () => {
  const tally = decisions.map((list) => tallyOf(baseline, list));
  fc.assert(
    fc.property(tally, tally, tally, (a, b, c) => {
      expectEqual(addTallies(a, b), addTallies(b, a));
      expectEqual(addTallies(addTallies(a, b), c), addTallies(a, addTallies(b, c)));
      expect(addTallies(a, tallyOf(baseline, []))).toEqual(a);
    }),
    SEED,
  );
});

test('comes back from its text as it was', () => {
  fc.assert(
    fc.property(decisions, (list) => {
      const partial = observeAll([list]);
      expect(decodePartial(encodePartial(partial))).toEqual(partial);
      expect(decodeTally(encodeTally(partial.tally))).toEqual(partial.tally);
    }),
    SEED,
  );
});

test('gives the very same partial back when nothing is new, and another one when something is', () => {
  const seen = [observationOf('a', { amount: 3 }), observationOf('b', { amount: 5 })];
  const partial = observe(baseline, emptyPartial(baseline), seen);
  const text = encodePartial(partial);
  expect(observe(baseline, partial, [...seen, ...seen])).toBe(partial);
  expect(encodePartial(partial)).toBe(text);
  expect(observe(baseline, partial, [observationOf('c', { amount: 7 })])).not.toBe(partial);
});

test('counts what the metrics are made of', () => {
  const base = { at: 0, values: { amount: 100, purpose: 'boat' }, reasons: [], outcome: null };
  const { tally } = observeAll([
    [
      { ...base, id: 'a', route: 'review', totalMs: 41.4, modelMs: 12 },
      {
        ...base,
        id: 'b',
        route: 'heuristic',
        outcome: 'decline',
        reasons: ['MODEL_TIMEOUT'],
        totalMs: 12_345,
        modelMs: null,
      },
      { ...base, id: 'c', route: 'heuristic', outcome: 'decline', reasons: [], totalMs: 1_234, modelMs: 0 },
    ],
  ]);
  expect(tally).toMatchObject({
    rows: 3,
    features: { purpose: { counts: [0, 0, 0, 3], missing: 0 }, constructor: { missing: 3 } },
    routes: new Map([
      ['review', 1],
      ['heuristic', 2],
    ]),
    outcomes: new Map([['decline', 2]]),
    reasons: new Map([['MODEL_TIMEOUT', 1]]),
    totalMs: new Map([
      [41, 1],
      [12_300, 1],
      [1_230, 1],
    ]),
    modelMs: new Map([
      [12, 1],
      [0, 1],
    ]),
  });
});

describe('a shard of a window', () => {
  const kinds = Object.fromEntries(
    Array.from({ length: 100 }, (_, f): [string, FeatureKind] => [
      `feature_number_${f}`,
      f % 2 ? 'numeric' : 'categorical',
    ]),
  );
  const wideRow = (i: number) =>
    Object.fromEntries(
      Object.entries(kinds).map(([name, kind]) => [name, kind === 'numeric' ? i * 1.7 : `category ${i}`]),
    );
  const wide = buildBaseline(
    Array.from({ length: 50 }, (_, i) => wideRow(i)),
    kinds,
  );
  const many = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      ...observationOf(String(from + i).padStart(26, '0'), {
        feature_number_1: Math.sin(i) * 123,
        feature_number_2: `category ${i % 50}`,
      }),
      totalMs: (i * 7) % 25_000,
      modelMs: (i * 13) % 25_000,
    }));
  const full: ShardPartial = observe(wide, emptyPartial(wide), many(0, SHARD_CAPACITY));

  test('fits in an item of DynamoDB when it is full, with a hundred features', () => {
    expect(full.ids.size).toBe(SHARD_CAPACITY);
    expect(Buffer.byteLength(encodePartial(full))).toBeLessThan(400_000);
  });

  test('fits with what is learned, under longer ids, too', () => {
    const groups = Array.from({ length: 40 }, (_, i) => `input.origin=somewhere ${i}`);
    const learned = many(0, SHARD_CAPACITY - 2_000).map(({ id, at }, i) => ({
      id: `${id}~`,
      at,
      learned: { cost: i / 7, error: { source: 'reported' as const, wrong: i % 3 === 0 }, groups: [groups[i % 40]!] },
    }));
    const both = observe(wide, observe(wide, emptyPartial(wide), many(0, 2_000)), learned);
    expect(both).toMatchObject({ overflow: 0, ids: { size: SHARD_CAPACITY } });
    expect(Buffer.byteLength(encodePartial(both))).toBeLessThan(400_000);
  });

  test('counts what goes beyond its capacity apart, and repeats not at all', () => {
    const over = observe(wide, full, [...many(SHARD_CAPACITY, 3), ...many(0, 10)]);
    expect(over).toMatchObject({ overflow: 3, tally: { rows: SHARD_CAPACITY } });
    expect(mergePartials(wide, [over, full])).toMatchObject({ overflow: 3, tally: { rows: 2 * SHARD_CAPACITY } });
  });
});

test('knows the window of a moment', () => {
  expect([0, 59_999, 60_000, -1].map((at) => windowOf(at, 60_000))).toEqual([0, 0, 60_000, -60_000]);
});

test('spreads decisions evenly over shards', () => {
  const counts = Array<number>(4).fill(0);
  for (let i = 0; i < 8_000; i++) counts[shardOf(`01KB0000000000000000${i.toString(36).padStart(6, '0')}`, 4)]!++;
  for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(150);
});
