import fc from 'fast-check';
import { betaBinomialTail, binomialTail } from '../../../core/policy/tails';

const close = (actual: number, expected: number) => expect(actual / expected).toBeCloseTo(1, 8);

// From SciPy 1.11: binom.cdf(k, n, p), betabinom.cdf(k, n, a, b).
test.each([
  [0, 22, 0.1, 0.0984770902183611],
  [7, 120, 0.1, 0.0783991994451124],
  [2, 1000, 0.5, 4.6709937432447955e-296],
  [99_000, 1_000_000, 0.1, 0.0004246967381175089],
  [30, 31, 0.97, 0.6110231435131372],
])('the binomial tail at %i of %i with chance %d is known', (k, n, p, tail) => close(binomialTail(k, n, p), tail));

test.each([
  [12, 200, 20, 181, 0.09819424697467773],
  [3, 30, 0.3, 2.7, 0.7228397325711359],
  [5, 10, 0.01, 1.5, 0.996688723777206],
  [98_000, 1_000_000, 10_000, 90_001, 0.021834675583448773],
])('the beta-binomial tail at %i of %i with a = %d and b = %d is known', (k, n, a, b, tail) =>
  close(betaBinomialTail(k, n, a, b), tail),
);

test('nothing exceeds all the trials; a chance of 0 never hits, a chance of 1 always', () => {
  expect([binomialTail(5, 5, 0.9), betaBinomialTail(5, 5, 9, 1), binomialTail(0, 9, 0), binomialTail(8, 9, 1)]).toEqual(
    [1, 1, 1, 0],
  );
  expect(betaBinomialTail(0, 9, 0, 1)).toBe(1);
});

test('with whole a and b it counts draws without replacement: the tail of the hypergeometric', () => {
  // Of k + f + 1 errors among n + m decisions at most k are among the n.
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      fc.nat(59),
      fc.nat(59),
      (n, m, k, f) => {
        fc.pre(k < n && f < m);
        let sum = 0;
        for (let j = 0; j <= k; j++)
          if (k + f + 1 - j <= m) sum += (choose(n, j) * choose(m, k + f + 1 - j)) / choose(n + m, k + f + 1);
        expect(betaBinomialTail(k, n, f + 1, m - f)).toBeCloseTo(sum, 9);
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

test('more hits allowed make it more likely, a higher chance less, for any chance at all', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5_000 }),
      fc.double({ min: 1e-4, max: 0.99, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 1, max: 1e5, noNaN: true }),
      (n, p, share, m) => {
        const k = Math.floor(share * (n - 2));
        const predicted = (hits: number, alpha: number) => betaBinomialTail(hits, n, alpha * m, (1 - alpha) * m + 1);
        for (const tail of [(hits: number, alpha: number) => binomialTail(hits, n, alpha), predicted]) {
          expect(tail(k, p)).toBeLessThanOrEqual(tail(k + 1, p) * (1 + 1e-9));
          expect(tail(k, Math.min(1, p * 1.01))).toBeLessThanOrEqual(tail(k, p) * (1 + 1e-9));
        }
      },
    ),
    { seed: 2, numRuns: 500 },
  );
});
