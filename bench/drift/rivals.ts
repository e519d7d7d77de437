import { psi } from '../../core/drift/statistics';
import { chiSquareTail } from '../../core/drift/statistics';

type Value = number | string | undefined;

/** A reference sample, made ready for comparing windows with it. */
export interface Sample {
  readonly numbers: Float64Array;
  readonly categories: ReadonlyMap<string, number>;
  readonly rows: number;
}

export function sampleOf(values: readonly Value[]): Sample {
  const numbers = Float64Array.from(values.filter((value) => typeof value === 'number')).sort();
  const categories = new Map<string, number>();
  for (const value of values) if (typeof value === 'string') categories.set(value, (categories.get(value) ?? 0) + 1);
  return { numbers, categories, rows: values.length };
}

/** The largest distance of two empirical distribution functions. */
function ks(a: Float64Array, b: Float64Array): number {
  let [i, j, most] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const x = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i]! <= x) i++;
    while (j < b.length && b[j]! <= x) j++;
    most = Math.max(most, Math.abs(i / a.length - j / b.length));
  }
  return most;
}

/** Kolmogorov's tail for two samples. */
function ksTail(a: Float64Array, b: Float64Array): number {
  const root = Math.sqrt((a.length * b.length) / (a.length + b.length));
  const x = (root + 0.12 + 0.11 / root) * ks(a, b);
  if (x < 0.3) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, sum));
}

function counts(a: Sample, b: Sample): [number[], number[]] {
  const names = [...new Set([...a.categories.keys(), ...b.categories.keys()])];
  return [names.map((name) => a.categories.get(name) ?? 0), names.map((name) => b.categories.get(name) ?? 0)];
}

/** Pearson's test that the window has the shares of the reference. */
function chiSquared(reference: Sample, window: Sample): number {
  const [expected, observed] = counts(reference, window);
  const [m, n] = [sum(expected), sum(observed)];
  const statistic = expected.reduce((total, count, i) => {
    const share = (count / m) * n;
    return total + (share > 0 ? (observed[i]! - share) ** 2 / share : observed[i]! > 0 ? Infinity : 0);
  }, 0);
  return Number.isFinite(statistic) ? chiSquareTail(statistic, expected.length - 1) : 0;
}

/** Wasserstein's distance over the standard deviation of the reference. */
function normedWasserstein(a: Float64Array, b: Float64Array): number {
  const mean = a.reduce((total, x) => total + x, 0) / a.length;
  const sd = Math.sqrt(a.reduce((total, x) => total + (x - mean) ** 2, 0) / a.length);
  const all = Float64Array.from([...a, ...b]).sort();
  let [i, j, distance] = [0, 0, 0];
  for (let k = 0; k + 1 < all.length; k++) {
    while (i < a.length && a[i]! <= all[k]!) i++;
    while (j < b.length && b[j]! <= all[k]!) j++;
    distance += Math.abs(i / a.length - j / b.length) * (all[k + 1]! - all[k]!);
  }
  return distance / Math.max(sd, 0.001);
}

function jensenShannonDistance(a: Sample, b: Sample): number {
  const [p, q] = counts(a, b);
  const [m, n] = [sum(p), sum(q)];
  let divergence = 0;
  p.forEach((count, i) => {
    const [x, y] = [count / m, q[i]! / n];
    const middle = (x + y) / 2;
    if (x > 0) divergence += (x / 2) * Math.log(x / middle);
    if (y > 0) divergence += (y / 2) * Math.log(y / middle);
  });
  return Math.sqrt(Math.max(0, divergence));
}

const sum = (list: readonly number[]): number => list.reduce((total, x) => total + x, 0);

/** A fixed threshold on PSI over the bins of the baseline. */
export const psiAbove =
  (threshold: number) =>
  (expected: readonly number[], observed: readonly number[]): boolean =>
    psi(expected, observed) > threshold;

/** A test at 5 % each window: Kolmogorov–Smirnov for numbers, χ² for categories. */
export const testAt5 = (reference: Sample, window: Sample): boolean =>
  (window.numbers.length > 0 || reference.numbers.length > 0
    ? ksTail(reference.numbers, window.numbers)
    : chiSquared(reference, window)) < 0.05;

/**
 * Whether a column drifts by Evidently's defaults (docs.evidentlyai.com, "Data drift algorithm"): up to 1,000 rows of
 * reference by Kolmogorov–Smirnov or χ² at 5 %, above by normed Wasserstein or Jensen–Shannon distance of 0.1 or more.
 */
export function evidentlyColumn(reference: Sample, window: Sample): boolean {
  if (reference.rows <= 1_000) return testAt5(reference, window);
  return reference.numbers.length > 0
    ? normedWasserstein(reference.numbers, window.numbers) >= 0.1
    : jensenShannonDistance(reference, window) >= 0.1;
}

/** The data set drifts, by Evidently's default, when at least half of its columns do. */
export const EVIDENTLY_SHARE = 0.5;
