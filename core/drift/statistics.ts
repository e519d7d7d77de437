/** Two samples, counted over the same bins. */
export interface Binned {
  readonly reference: readonly number[];
  readonly window: readonly number[];
}

/** Bins that expect fewer rows than this are judged together: below it the chi-square approximation fails (Cochran 1954). */
const LEAST_EXPECTED = 5;

/**
 * Population stability index: sum of (q − p)·ln(q / p) over the bins, p of the reference and q of the window.
 * Half a row is added to each bin, so that an empty one has a logarithm.
 */
export function psi({ reference, window }: Binned): number {
  const shares = (counts: readonly number[]) => {
    const total = sum(counts) + counts.length / 2;
    return counts.map((count) => (count + 0.5) / total);
  };
  const p = shares(reference);
  const q = shares(window);
  return p.reduce((value, share, i) => value + (q[i]! - share) * Math.log(q[i]! / share), 0);
}

/**
 * What PSI is expected to be when nothing has changed: (1/m + 1/n)·(B − 1) for samples of m and n rows in B bins
 * (Yurdakul & Naranjo 2020, Journal of Risk Model Validation 14(4)).
 */
export const expectedPsi = ({ reference, window }: Binned): number =>
  (1 / sum(reference) + 1 / sum(window)) * (reference.length - 1);

/** Probability of so large a difference between the samples if nothing has changed: Pearson's test of homogeneity. */
export function homogeneityPValue(binned: Binned): number {
  const { reference, window } = poolSmall(binned);
  const [m, n] = [sum(reference), sum(window)];
  if (reference.length < 2 || m === 0 || n === 0) return 1;
  let statistic = 0;
  for (const [i, count] of reference.entries()) {
    const share = (count + window[i]!) / (m + n);
    statistic += (count - m * share) ** 2 / (m * share) + (window[i]! - n * share) ** 2 / (n * share);
  }
  return chiSquareTail(statistic, reference.length - 1);
}

function poolSmall({ reference, window }: Binned): Binned {
  const [m, n] = [sum(reference), sum(window)];
  const least = (LEAST_EXPECTED * (m + n)) / Math.min(m, n);
  const small = reference.map((count, i) => count + window[i]! < least);
  const pooled = (counts: readonly number[]) => [...counts.filter((_, i) => !small[i]), sum(counts.filter((_, i) => small[i]))];
  const [a, b] = [pooled(reference), pooled(window)];
  if (a.at(-1)! + b.at(-1)! === 0) return { reference: a.slice(0, -1), window: b.slice(0, -1) };
  return { reference: a, window: b };
}

/** P(X > x) for a chi-square variable: the upper incomplete gamma function (Abramowitz & Stegun 6.5.29, 6.5.31). */
export function chiSquareTail(x: number, degrees: number): number {
  if (!(x > 0)) return 1;
  const [a, z] = [degrees / 2, x / 2];
  const scale = Math.exp(a * Math.log(z) - z - logGamma(a));
  if (z < a + 1) {
    let term = 1 / a;
    let series = term;
    for (let k = 1; term > series * 1e-16; k++) series += term *= z / (a + k);
    return Math.max(0, 1 - scale * series);
  }
  // Lentz's method for the continued fraction, which keeps its precision far out in the tail.
  let b = z + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1, delta = 0; Math.abs(delta - 1) > 1e-15 && k < 10_000; k++) {
    const step = k * (a - k);
    b += 2;
    d = 1 / (step * d + b);
    c = b + step / c;
    delta = c * d;
    fraction *= delta;
  }
  return scale * fraction;
}

// Lanczos' approximation with g = 7 and nine terms.
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function logGamma(x: number): number {
  const t = x + 6.5;
  const series = LANCZOS.reduce((value, term, i) => (i === 0 ? term : value + term / (x - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
