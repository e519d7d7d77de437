import fc from 'fast-check';
import { randomOf } from '../../../core/random';
import {
  chancePsi,
  chiSquareTail,
  homogeneity,
  jensenShannon,
  jensenShannonTail,
  kolmogorovSmirnov,
  kolmogorovSmirnovTail,
  normalTails,
  psi,
  psiTail,
  wasserstein,
  wassersteinTail,
} from '../../../core/drift/statistics';

describe('the tail of χ²', () => {
  // From R 4: pchisq(x, k, lower.tail = FALSE).
  test.each([
    [3.841458820694124, 1, 0.05],
    [0.5, 3, 0.9188914116546758],
    [16.918977604620448, 9, 0.05],
  ])('of %d at %i degrees of freedom is known', (x, k, p) => {
    expect(chiSquareTail(x, k) / p).toBeCloseTo(1, 10);
  });

  // For even degrees of freedom it is a Poisson sum, here added up directly.
  test.each([
    [2, 4],
    [30, 8],
    [120, 12],
    [900, 40],
    [5, 40],
  ])('of %d at %i is its closed form', (x, k) => {
    let term = Math.exp(-x / 2);
    let sum = 0;
    for (let i = 0; i < k / 2; i++, term *= x / 2 / i) sum += term;
    expect(chiSquareTail(x, k) / sum).toBeCloseTo(1, 11);
  });

  test('is 1 at nought and without freedom, and 0 far out', () => {
    expect([chiSquareTail(0, 5), chiSquareTail(7, 0), chiSquareTail(1e6, 10)]).toEqual([1, 1, 0]);
  });
});

describe('psi', () => {
  test('is nought for equal shares', () => {
    expect(psi([100, 200, 300], [100, 200, 300])).toBe(0);
  });

  test('is Σ (p − q) ln(p / q) in large samples', () => {
    const expected = 0.3 * Math.log(0.5 / 0.2) + (0.5 - 0.8) * Math.log(0.5 / 0.8);
    expect(psi([500_000, 500_000], [200_000, 800_000])).toBeCloseTo(expected, 4);
  });

  test('stays finite where a bin is empty', () => {
    expect(psi([0, 100], [100, 0])).toBeCloseTo(2 * (100 / 101) * Math.log(100.5 / 0.5), 9);
  });
});

describe('homogeneity', () => {
  test('is the G test of a known table', () => {
    // G = 2 Σ O ln(O / E) = 3.4206 for [[10, 20], [20, 15]]: p = 0.0549 at one degree of freedom.
    const cells: [number, number][] = [
      [10, (30 * 30) / 65],
      [20, (30 * 35) / 65],
      [20, (35 * 30) / 65],
      [15, (35 * 35) / 65],
    ];
    const g = 2 * cells.reduce((sum, [seen, expected]) => sum + seen * Math.log(seen / expected), 0);
    expect(homogeneity([10, 20], [20, 15])).toBeCloseTo(chiSquareTail(g, 1), 12);
  });

  test('ignores bins without rows and has nothing to say of one bin or an empty sample', () => {
    expect(homogeneity([10, 0, 20], [20, 0, 15])).toBe(homogeneity([10, 20], [20, 15]));
    expect([homogeneity([10, 0], [5, 0]), homogeneity([10, 20], [0, 0])]).toEqual([1, 1]);
  });

  // Reference 450 rows, window 30 or 66: the exact tail of G given the margins, by convolution over the bins.
  test.each([
    ['ten equal bins', [52, 52, 52, 52, 51, 51, 51, 52, 51, 52]],
    ['a bin hardly ever seen', [1, 57, 57, 57, 57, 57, 57, 57, 57, 58, 1]],
    ['few, uneven bins', [155, 52, 103, 26, 180]],
    ['one heavy bin', [464, 26, 16, 5, 3, 2]],
    ['twenty bins', [143, 72, 48, 36, 29, 24, 20, 18, 16, 14, 13, 12, 11, 10, 10, 9, 8, 8, 8, 7]],
  ])('is within a factor of three of the exact chance, %s', (_, pooled) => {
    for (const rows of [30, 66]) {
      for (const { level, chance } of exactTails(pooled, rows, [1e-3, 1e-5, 1e-6, 1e-7, 1e-8]))
        expect(chance / level).toBeLessThan(3);
    }
  });
});

/** P(G ≥ g | margins) at the g that χ² gives each level: a multivariate hypergeometric, as binomials given their sum. */
function exactTails(
  pooled: readonly number[],
  rows: number,
  levels: readonly number[],
): { level: number; chance: number }[] {
  const STEP = 0.25;
  const all = pooled.reduce((sum, n) => sum + n);
  const [width, share] = [Math.round(75 / STEP), rows / all];
  const logs = [0];
  for (let i = 1; i <= all; i++) logs.push(logs[i - 1]! + Math.log(i));
  // One row of weights for each number of rows already dealt out; the last weight of a row is all beyond its end.
  const none = () => Array.from({ length: rows + 1 }, () => new Float64Array(width + 1));
  let weights = none();
  weights[0]![0] = 1;
  for (const both of pooled) {
    const next = none();
    for (let seen = 0; seen <= Math.min(both, rows); seen++) {
      const chance = Math.exp(
        logs[both]! - logs[seen]! - logs[both - seen]! + seen * Math.log(share) + (both - seen) * Math.log(1 - share),
      );
      if (chance < 1e-14) continue;
      const shift = Math.round(gOf(both - seen, seen, all - rows, rows) / STEP);
      for (let dealt = 0; dealt + seen <= rows; dealt++) {
        const from = weights[dealt]!;
        const into = next[dealt + seen]!;
        into[width]! += from[width]! * chance;
        for (let at = 0; at < width; at++)
          if (from[at]! > 1e-30) into[Math.min(width, Math.max(0, at + shift))]! += from[at]! * chance;
      }
    }
    weights = next;
  }
  const distribution = weights[rows]!;
  const whole = distribution.reduce((sum, weight) => sum + weight, 0);
  return levels.map((level) => {
    let g = 0;
    while (chiSquareTail(g, pooled.length - 1) > level) g += STEP;
    return { level, chance: distribution.slice(Math.round(g / STEP)).reduce((sum, weight) => sum + weight, 0) / whole };
  });
}

/** What one bin adds to G. */
function gOf(reference: number, seen: number, m: number, n: number): number {
  const term = (count: number, sample: number) =>
    count === 0 ? 0 : count * Math.log((count * (m + n)) / (sample * (reference + seen)));
  return 2 * (term(reference, m) + term(seen, n));
}

const histogram = fc.array(fc.nat(500), { minLength: 6, maxLength: 6 });
const pair = fc.tuple(histogram, histogram).filter((both) => both.every((one) => one.some((count) => count > 0)));

test('distances are nought between equal shares, and never less', () => {
  fc.assert(
    fc.property(pair, fc.integer({ min: 1, max: 5 }), ([a, b], times) => {
      const edges = [0, 1, 3, 7, 20];
      for (const distance of [
        jensenShannon,
        kolmogorovSmirnov,
        (x: number[], y: number[]) => wasserstein(edges, x, y),
      ]) {
        expect(
          distance(
            a,
            a.map((count) => count * times),
          ),
        ).toBeCloseTo(0, 9);
        expect(distance(a, b)).toBeGreaterThanOrEqual(0);
        expect(distance(a, b)).toBeCloseTo(distance(b, a), 9);
      }
      expect(jensenShannon(a, b)).toBeLessThanOrEqual(Math.LN2 + 1e-12);
      expect(kolmogorovSmirnov(a, b)).toBeLessThanOrEqual(1 + 1e-12);
    }),
    { seed: 20261128, numRuns: 200 },
  );
});

test('distances are known of known shares', () => {
  expect(jensenShannon([1, 0], [0, 1])).toBeCloseTo(Math.LN2, 12);
  expect(kolmogorovSmirnov([5, 5, 0], [0, 5, 5])).toBeCloseTo(0.5, 12);
  // Half of the mass moves from the middle of [0, 10) to that of [10, 30): by 15.
  expect(wasserstein([0, 10, 30], [0, 10, 0, 0], [0, 5, 5, 0])).toBeCloseTo(0.5 * 15, 12);
  // By the quantiles: twice ∫ (10 − 30u) du up to a quarter and ∫ (5 − 10u) du from there to a half.
  expect(wasserstein([0, 10, 20, 30], [0, 0, 4, 0, 0], [0, 1, 2, 1, 0])).toBeCloseTo(2 * (1.5625 + 0.3125), 12);
});

test('a normal tail is known', () => {
  expect(normalTails(1.959963984540054)).toBeCloseTo(0.05, 10);
});

describe('without any change', () => {
  const BINS = 10;
  const random = randomOf(20261128);
  const draw = (rows: number) => {
    const counts = new Array<number>(BINS).fill(0);
    for (let i = 0; i < rows; i++) counts[Math.floor(random() * BINS)]!++;
    return counts;
  };
  const edges = Array.from({ length: BINS - 1 }, (_, i) => i);

  test.each([
    [450, 66],
    [10_000, 100],
    [1_000, 5_000],
  ])('the tails at %i and %i rows say how often chance gives as much', (m, n) => {
    const RUNS = 2_000;
    const below = { psi: 0, js: 0, ks: 0, wasserstein: 0 };
    let total = 0;
    for (let run = 0; run < RUNS; run++) {
      const [reference, observed] = [draw(m), draw(n)];
      const size = psi(reference, observed);
      total += size / chancePsi(reference, observed);
      if (psiTail(size, reference, observed) < 0.05) below.psi++;
      if (jensenShannonTail(jensenShannon(reference, observed), reference, observed) < 0.05) below.js++;
      if (kolmogorovSmirnovTail(kolmogorovSmirnov(reference, observed), reference, observed) < 0.05) below.ks++;
      if (wassersteinTail(wasserstein(edges, reference, observed), edges, reference, observed) < 0.05)
        below.wasserstein++;
    }
    expect(total / RUNS).toBeGreaterThan(0.9);
    expect(total / RUNS).toBeLessThan(1.1);
    for (const tail of [below.psi, below.js]) {
      expect(tail / RUNS).toBeGreaterThan(0.03);
      expect(tail / RUNS).toBeLessThan(0.075);
    }
    // On bins these err to the safe side.
    for (const tail of [below.ks, below.wasserstein]) expect(tail / RUNS).toBeLessThan(0.05);
  });
});
