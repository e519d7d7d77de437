import { detectorOf, drifted } from '../../../core/drift/detector';
import type { CategoricalBaseline } from '../../../core/drift/baseline';
import { logEvidence, mixOf, referenceOf } from '../../../core/drift/e-process';
import { logGamma } from '../../../core/drift/log-gamma';
import { randomOf } from '../../../core/random';

test('ln Γ is known', () => {
  expect(logGamma(1)).toBeCloseTo(0, 12);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
  expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 11);
  expect(logGamma(1e6) / 12_815_504.569147611).toBeCloseTo(1, 12);
});

const sum = (list: readonly number[]) => list.reduce((total, x) => total + x, 0);

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
    const mean = sum(all.map((observed) => Math.exp(foretold(observed) + logEvidence(reference, observed))));
    expect(mean).toBeCloseTo(1, 9);
  });

  test('grows with a shift, and does not with what looks like the reference, however long', () => {
    const large = referenceOf([500, 300, 200]);
    const grown = [100, 1_000, 10_000].map((rows) => logEvidence(large, [0.3 * rows, 0.5 * rows, 0.2 * rows]));
    expect(grown).toEqual([...grown].sort((x, y) => x - y));
    expect(grown[1]).toBeGreaterThan(20);
    expect(logEvidence(large, [5_000_000, 3_000_000, 2_000_000])).toBeLessThan(0);
  });
});

describe('over several seasons', () => {
  const day = { counts: [300, 100, 0], rows: 60 };
  const night = { counts: [20, 80, 0], rows: 20 };

  test('the reference is the mix of theirs, as strong as it is certain', () => {
    const { open } = mixOf([day, night]);
    const spread = 0.75 ** 2 / 400 + 0.25 ** 2 / 100;
    const shares = [0.75 * 0.75 + 0.25 * 0.2, 0.75 * 0.25 + 0.25 * 0.8, 0];
    shares.forEach((share, bin) => expect(open[bin]).toBeCloseTo(share / spread + 0.5, 9));
    expect(mixOf([day])).toEqual(referenceOf(day.counts));
  });

  test('evidence is at least ten, a hundred, a thousand no oftener than promised', () => {
    const random = randomOf(2);
    const RUNS = 3_000;
    const truths = Array.from({ length: 6 }, (_, hour) => [0.6 - 0.08 * hour, 0.3, 0.1 + 0.08 * hour]);
    const draw = (shares: readonly number[], rows: number) => {
      const counts = [0, 0, 0];
      for (let i = 0; i < rows; i++) {
        const u = random();
        counts[u < shares[0]! ? 0 : u < shares[0]! + shares[1]! ? 1 : 2]!++;
      }
      return counts;
    };
    const seen = [10, 100, 1_000].map((ratio) => ({ ratio, runs: 0 }));
    for (let run = 0; run < RUNS; run++) {
      const parts = truths.map((shares) => ({ counts: draw(shares, 50), rows: 80 }));
      const observed = truths.map((shares) => draw(shares, 80)).reduce((a, b) => a.map((n, i) => n + b[i]!));
      const log = logEvidence(mixOf(parts), observed);
      for (const one of seen) if (log >= Math.log(one.ratio)) one.runs++;
    }
    for (const { ratio, runs } of seen) expect((runs / RUNS) * ratio).toBeLessThan(1);
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
