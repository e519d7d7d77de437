import { detectorOf, drifted } from '../../../core/drift/detector';
import type { CategoricalBaseline } from '../../../core/drift/baseline';
import { logEvidence, referenceOf } from '../../../core/drift/e-process';
import { logGamma } from '../../../core/drift/log-gamma';
import { randomOf } from '../../../core/random';

test('ln Γ is known', () => {
  expect(logGamma(1)).toBeCloseTo(0, 12);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
  expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 11);
  expect(logGamma(1e6) / 12_815_504.569147611).toBeCloseTo(1, 12);
});

const sum = (list: readonly number[]) => list.reduce((total, x) => total + x, 0);
const stretch = (reference: ReturnType<typeof referenceOf>, observed: readonly number[]) => ({
  reference,
  observed,
  rows: sum(observed),
});

/** All histograms of so many rows in three bins. */
const histograms = (rows: number) =>
  Array.from({ length: rows + 1 }, (_, a) =>
    Array.from({ length: rows - a + 1 }, (_, b) => [a, b, rows - a - b]),
  ).flat();
const choose = (counts: readonly number[]) =>
  logGamma(sum(counts) + 1) - sum(counts.map((count) => logGamma(count + 1)));

describe('the e-value', () => {
  const counts = [12, 5, 0];
  const reference = referenceOf(counts);
  /** ln P of a histogram without drift: foretold by the reference. */
  const foretold = (observed: readonly number[]) =>
    choose(observed) +
    logGamma(reference.total) -
    logGamma(reference.total + sum(observed)) +
    sum(observed.map((count, bin) => logGamma(reference.open[bin]! + count) - logGamma(reference.open[bin]!)));

  test.each([1, 2, 5, 12, 30])('is 1 on average where nothing drifts, over all that %i rows can be', (rows) => {
    const all = histograms(rows);
    expect(sum(all.map((observed) => Math.exp(foretold(observed))))).toBeCloseTo(1, 9);
    const mean = sum(all.map((observed) => Math.exp(foretold(observed) + logEvidence([stretch(reference, observed)]))));
    expect(mean).toBeCloseTo(1, 9);
  });

  test('is the same however its rows are cut into windows', () => {
    const parts = [
      [3, 1, 0],
      [0, 2, 4],
      [7, 0, 1],
    ];
    const whole = parts[0]!.map((_, bin) => sum(parts.map((part) => part[bin]!)));
    expect(logEvidence(parts.map((part) => stretch(reference, part)))).toBeCloseTo(
      logEvidence([stretch(reference, whole)]),
      9,
    );
  });

  test('multiplies over references, and learns from one how the next is tilted', () => {
    const night = referenceOf([2, 40, 8]);
    const [a, b] = [stretch(reference, [1, 20, 4]), stretch(night, [0, 20, 30])];
    expect(logEvidence([a, b])).toBeGreaterThan(logEvidence([a]));
    const mean = sum(
      histograms(8).map((observed) => {
        const log =
          choose(observed) +
          logGamma(night.total) -
          logGamma(night.total + 8) +
          sum(observed.map((count, bin) => logGamma(night.open[bin]! + count) - logGamma(night.open[bin]!)));
        return Math.exp(log + logEvidence([a, stretch(night, observed)]) - logEvidence([a]));
      }),
    );
    expect(mean).toBeCloseTo(1, 9);
  });

  test('grows with a shift, and does not with what looks like the reference, however long', () => {
    const large = referenceOf([500, 300, 200]);
    const grown = [100, 1_000, 10_000].map((rows) =>
      logEvidence([stretch(large, [0.3 * rows, 0.5 * rows, 0.2 * rows])]),
    );
    expect(grown).toEqual([...grown].sort((x, y) => x - y));
    expect(grown[1]).toBeGreaterThan(20);
    expect(logEvidence([stretch(large, [5_000_000, 3_000_000, 2_000_000])])).toBeLessThan(0);
  });
});

describe('of many variables', () => {
  test('the loudest alone drifts where it exceeds looks · K, and each of k where it exceeds looks · K / k', () => {
    const at = (ratio: number) => Math.log(ratio);
    expect(drifted([at(399), at(1), at(1), at(1)], 100)).toEqual([false, false, false, false]);
    expect(drifted([at(1), at(401), at(1), at(1)], 100)).toEqual([false, true, false, false]);
    expect(drifted([at(201), at(201), at(1), at(1)], 100)).toEqual([true, true, false, false]);
    expect(drifted([], 100)).toEqual([]);
  });
});

describe('a stream without drift', () => {
  const feature: CategoricalBaseline = {
    kind: 'categorical',
    missing: 0,
    other: 0,
    categories: ['a', 'b', 'c', 'd'],
    counts: [400, 300, 200, 100],
  };
  const upTo = [0.4, 0.7, 0.9, 1];

  test('is found guilty in far fewer than one of a hundred looks, at that rate', () => {
    const random = randomOf(1);
    const detector = detectorOf(feature, undefined);
    let looks = 0;
    let alarms = 0;
    for (let run = 0; run < 40; run++) {
      const blocks: { start: number; tally: { counts: number[]; missing: number; moments: never } }[] = [];
      for (let window = 0; window < 100; window++) {
        const counts = [0, 0, 0, 0, 0];
        for (let i = 0; i < 60; i++) {
          const u = random();
          counts[upTo.findIndex((limit) => u < limit)]!++;
        }
        blocks.unshift({ start: window, tally: { counts, missing: 0, moments: undefined as never } });
        const starts = blocks.map((_, i) => i + 1).filter((n) => (n & (n - 1)) === 0);
        looks++;
        if (drifted([detector.detect(blocks, starts).log], 100)[0]) alarms++;
      }
    }
    expect(alarms / looks).toBeLessThan(0.01);
  });
});
