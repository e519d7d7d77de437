import { binOf, type NumericBaseline } from '../../../core/drift/baseline';
import { buildBaseline } from '../../../core/drift/build-baseline';
import { creditBaseline, creditKinds, creditRows, shuffled } from './credit-windows';
import { randomOf } from '../../../core/random';

const numeric = (values: readonly unknown[]) =>
  buildBaseline(
    values.map((x) => ({ x })),
    { x: 'numeric' },
  ).features.x as NumericBaseline;
const categorical = (values: readonly unknown[]) =>
  buildBaseline(
    values.map((x) => ({ x })),
    { x: 'categorical' },
  ).features.x;

test('gives few values a bin each, between two that hold what was never seen', () => {
  expect(numeric([4, 1, 2, 1, 3, null])).toEqual({
    kind: 'numeric',
    missing: 1,
    mean: 2.2,
    variance: 1.7,
    kurtosis: expect.closeTo(1.62803, 5) as number,
    edges: [1, 2, 3, 4, 5],
    counts: [0, 2, 1, 1, 1, 0],
  });
});

test('gives many values ten bins of equal mass', () => {
  const { edges, counts } = numeric(Array.from({ length: 1_000 }, (_, i) => i / 10));
  expect(counts).toEqual([0, ...Array<number>(10).fill(100), 0]);
  expect([edges[0], edges[1]]).toEqual([0, 10]);
  expect(edges.at(-1)).toBeGreaterThan(99.9);
});

test('gives a heavy value a bin of its own, and the rest nine', () => {
  const { counts } = numeric([...Array<number>(910).fill(0), ...Array.from({ length: 90 }, (_, i) => i + 1)]);
  expect(counts).toEqual([0, 910, ...Array<number>(9).fill(10), 0]);
});

test.each([
  ['one value', [0.5, 0.5]],
  ['negative values', [-3.5, -2.25, -1.125]],
  ['large integers', [2 ** 60, 2 ** 61]],
  ['huge numbers', [1e49, -1e49]],
])('puts every reference row of %s between the outer bins', (_, values) => {
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
  expect(numeric([1, NaN, Infinity, 1e200, '7', null, undefined, {}])).toMatchObject({
    missing: 7,
    mean: 1,
    counts: [0, 1, 0],
  });
});

test('has no bins without numbers', () => {
  expect(numeric([null])).toEqual({ kind: 'numeric', missing: 1, mean: 0, variance: 0, edges: [], counts: [0] });
});

test('ranks categories by rows, then by name, and keeps twenty', () => {
  expect(categorical(['b', 'a', true, 7, true, null])).toEqual({
    kind: 'categorical',
    missing: 1,
    categories: ['true', '7', 'a', 'b'],
    counts: [2, 1, 1, 1],
    other: 0,
  });
  expect(categorical(Array.from({ length: 100 }, (_, i) => `c${i % 25}`))).toMatchObject({
    counts: Array<number>(20).fill(4),
    other: 20,
  });
});

test('is the same for the same rows in another order', () => {
  const { rows, features } = buildBaseline(shuffled(creditRows, randomOf(1)), creditKinds);
  const inOrder = buildBaseline(creditRows, creditKinds);
  expect(rows).toBe(700);
  for (const [name, feature] of Object.entries(inOrder.features)) {
    if (feature.kind === 'categorical') expect(features[name]).toEqual(feature);
    else {
      expect(features[name]).toMatchObject({ edges: feature.edges, counts: feature.counts, missing: feature.missing });
      expect((features[name] as NumericBaseline).mean).toBeCloseTo(feature.mean, 6);
    }
  }
});

test('bins the duration of loans at the terms that banks offer', () => {
  expect(creditBaseline.features.duration).toMatchObject({ edges: [4, 9, 12, 13, 18, 20, 24, 26, 36, 39, 73] });
});
