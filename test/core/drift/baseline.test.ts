import {
  binOf,
  type FeatureBaseline,
  type FeatureKind,
  type NumericBaseline,
  rowsOf,
} from '../../../core/drift/baseline';
import { baselineCounter, binChooser, buildBaseline, chooseBins } from '../../../core/drift/build-baseline';
import { creditKinds, creditRows, shuffled, trained } from './credit-windows';
import { randomOf } from '../../../core/random';

/** Counted over the very values by which the bins are chosen. */
function measured(values: readonly unknown[], kind: FeatureKind): FeatureBaseline {
  const rows = values.map((x) => ({ values: { x } }));
  const counter = baselineCounter(chooseBins(rows, { x: kind }));
  for (const row of rows) counter.add(row);
  return counter.finish().features.x!;
}
const numeric = (values: readonly unknown[]) => measured(values, 'numeric') as NumericBaseline;
const categorical = (values: readonly unknown[]) => measured(values, 'categorical');
const times = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);

test('gives frequent values a bin each, between two that hold what was never seen', () => {
  expect(numeric([4, 1, 2, 1, 3, 2, 3, 4, null].flatMap((x) => times(5, x)))).toEqual({
    kind: 'numeric',
    missing: 5,
    mean: 2.5,
    variance: expect.closeTo(1.28205, 5) as number,
    kurtosis: expect.closeTo(1.64, 5) as number,
    edges: [1, 2, 3, 4, 5],
    counts: [0, 10, 10, 10, 10, 0],
  });
});

test('gives many values ten bins of equal mass, and the five furthest out at each end one', () => {
  const { edges, counts } = numeric(Array.from({ length: 1_000 }, (_, i) => i / 10));
  expect(counts).toEqual([5, ...times(10, 99), 5]);
  expect([edges[0], edges[1], edges.at(-1)]).toEqual([0.5, 10.4, 99.5]);
});

test('gives a heavy value a bin of its own, and the rest nine', () => {
  const { counts } = numeric([...times(910, 0), ...Array.from({ length: 90 }, (_, i) => i + 1)]);
  expect(counts).toEqual([0, 910, 9, 9, 10, 9, 10, 9, 10, 9, 10, 5]);
});

test.each([
  ['above a frequent value', [...times(997, 0), 1, 1, 1], [0, 1], [0, 997, 3]],
  ['below one', [0, 0, 0, ...times(997, 1)], [1, 2], [3, 997, 0]],
  ['on both sides of one', [...times(92, 5), 1, 2, 3, 4, 6, 7, 8, 9], [5, 6], [4, 92, 4]],
])('tells the few rows %s from it', (_, values, edges, counts) => {
  expect(numeric(values)).toMatchObject({ edges, counts });
});

test.each([
  ['large negative numbers', times(50, -1e20)],
  ['tiny ones', [...times(10, 1e-320), ...times(10, 0)]],
  ['nine of them', [1, 2, 3, 4, 5, 6, 7, 8, 9]],
])('has ascending edges of %s', (_, values) => {
  const { edges } = numeric(values);
  expect(edges.length).toBeGreaterThan(0);
  expect(edges.every((edge, i) => i === 0 || edge > edges[i - 1]!)).toBe(true);
});

test('makes no bin of a few rows', () => {
  expect(numeric([...times(495, 0), 3, 7, 20, 100, 5_000])).toMatchObject({ edges: [0, 3], counts: [0, 495, 5] });
  expect(numeric([1, 2, 3])).toMatchObject({ edges: [], counts: [3] });
});

test.each([
  ['one value', [0.5]],
  ['negative values', [-3.5, -2.25, -1.125]],
  ['large integers', [2 ** 60, 2 ** 61]],
  ['huge numbers', [1e49, -1e49]],
])('puts every reference row of %s between the outer bins', (_, some) => {
  const values = some.flatMap((value) => times(5, value));
  const { edges, counts } = numeric(values);
  expect([counts[0], counts.at(-1)]).toEqual([0, 0]);
  expect(counts.reduce((sum, n) => sum + n)).toBe(values.length);
  expect(edges).toEqual([...edges].sort((a, b) => a - b));
  expect([binOf(edges, values[0]! * 3), binOf(edges, values[0]! * -3)].sort((a, b) => a - b)).toEqual([
    0,
    edges.length,
  ]);
});

test('counts what is no number of sane size as missing', () => {
  expect(numeric([1, 1, 1, 1, 1, NaN, Infinity, 1e200, '7', null, undefined, {}])).toMatchObject({
    missing: 7,
    mean: 1,
    counts: [0, 5, 0],
  });
});

test('has no bins without numbers', () => {
  expect(numeric([null])).toEqual({ kind: 'numeric', missing: 1, mean: 0, variance: 0, edges: [], counts: [0] });
});

test('ranks categories by rows, then by name, and keeps twenty', () => {
  expect(categorical([...times(5, 'b'), ...times(5, 'a'), ...times(6, true), ...times(5, 7), null])).toEqual({
    kind: 'categorical',
    missing: 1,
    categories: ['true', '7', 'a', 'b'],
    counts: [6, 5, 5, 5],
    other: 0,
  });
  expect(categorical(Array.from({ length: 150 }, (_, i) => `c${i % 25}`))).toMatchObject({
    counts: times(20, 6),
    other: 30,
  });
});

test('keeps all categories of a small reference, where five rows have each', () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({ x: `c${i % 5}` }));
  expect(buildBaseline(rows, { x: 'categorical' }).features.x).toMatchObject({ counts: times(5, 12), other: 0 });
});

test('names no category that few rows have, or that nobody could read', () => {
  expect(categorical([...times(9, 'x'.repeat(101)), ...times(4, 'Dr. Huber'), ...times(5, 'car')])).toMatchObject({
    categories: ['car'],
    other: 13,
  });
});

test('has the categories that are known beforehand, whatever the rows hold', () => {
  const rows = [...times(30, { x: 'car' }), ...times(10, { x: 'boat' })];
  expect(buildBaseline(rows, { x: { categories: ['car', 'trip'] } }).features.x).toMatchObject({
    categories: ['car', 'trip'],
    counts: [30, 0],
    other: 10,
  });
});

test('ranks categories by a quarter of the rows, and counts them over the others', () => {
  const chooser = binChooser(randomOf(1));
  for (let i = 0; i < 1_000; i++) chooser.add({ values: { x: i } });
  const { ranking, numbers } = chooser.finish();
  expect(ranking).toHaveLength(250);
  expect(numbers).toEqual(new Set(ranking.map(({ values }) => values.x)));
  // From all over the stream: the mean of 250 of them scatters by 16.
  expect(Math.abs(ranking.reduce((sum, { values }) => sum + Number(values.x), 0) / 250 - 500)).toBeLessThan(65);

  const { rows, features } = buildBaseline(
    Array.from({ length: 1_000 }, (_, i) => ({ many: `c${i % 30}`, few: ['a', 'b'][i % 2], y: i })),
    { many: 'categorical', few: 'categorical', y: 'numeric' },
  );
  expect(rows).toBe(1_000);
  // Where all are kept none is chosen, and all rows count.
  expect([features.many, features.few, features.y].map((feature) => rowsOf(feature!))).toEqual([750, 1_000, 1_000]);
});

test('has the same bins by the same rows in another order', () => {
  const rows = creditRows.map((values) => ({ values }));
  expect(chooseBins(shuffled(rows, randomOf(1)), creditKinds)).toEqual(chooseBins(rows, creditKinds));
});

test('bins the duration of loans at the terms that banks offer', () => {
  expect(numeric(trained.map(({ duration }) => duration))).toMatchObject({
    edges: [6, 9, 12, 13, 18, 20, 24, 26, 36, 39, 61],
  });
});
