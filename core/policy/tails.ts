/** P(X ≤ k) for X ~ Binomial(n, p), to 1e-9 relative: its terms, added up. */
export function binomialTail(k: number, n: number, p: number): number {
  if (p <= 0 || k >= n) return 1;
  if (p >= 1) return 0;
  const from = Math.min(k, Math.round(n * p));
  const start = logChoose(n, from) + from * Math.log(p) + (n - from) * Math.log1p(-p);
  return addTerms(k, from, Math.exp(start), (j) => ((n - j + 1) * p) / (j * (1 - p)));
}

/** P(X ≤ k) for X ~ BetaBinomial(n, a, b): a binomial whose p is drawn from Beta(a, b). To 1e-9 relative. */
export function betaBinomialTail(k: number, n: number, a: number, b: number): number {
  if (a <= 0 || k >= n) return 1;
  const from = Math.min(k, Math.round((n * a) / (a + b)));
  const start = logChoose(n, from) + logBeta(from + a, n - from + b) - logBeta(a, b);
  return addTerms(k, from, Math.exp(start), (j) => ((n - j + 1) * (j - 1 + a)) / (j * (n - j + b)));
}

/** The sum of the terms 0 to k, from one of them outwards; `ratio(j)` is term j over term j − 1. */
function addTerms(k: number, from: number, start: number, ratio: (j: number) => number): number {
  let sum = start;
  for (let j = from, term = start; j > 0; j--) sum += term /= ratio(j);
  for (let j = from + 1, term = start; j <= k; j++) sum += term *= ratio(j);
  return Math.min(1, sum);
}

const logChoose = (n: number, k: number): number => -Math.log(n + 1) - logBeta(k + 1, n - k + 1);

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

/** ln Γ(x) for x > 0: Stirling's series beyond 15 (Abramowitz and Stegun 6.1.41), and the recurrence to get there. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 15; z++) shift += Math.log(z);
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / z;
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}
