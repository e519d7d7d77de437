import type { Estimate } from '../simulation/report';
import type { LabelledDecision, Stratum } from './population';

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959964;

/**
 * The mean of a quantity over the population, from the labels of its strata, with a 95 % interval (Cochran, "Sampling
 * Techniques", 1977, chapter 5). `of` gives it for one decision, or undefined where it does not belong to the mean;
 * strata without a label are left out.
 */
export function stratifiedMean(
  strata: readonly Stratum[],
  labelled: readonly LabelledDecision[],
  of: (decision: LabelledDecision) => number | undefined,
): Estimate | undefined {
  const parts = strata.flatMap(({ name, rows, labelled: count }) => {
    const values = labelled.flatMap((one) => (one.stratum === name ? (of(one) ?? []) : []));
    // A part of the stratum belongs to the mean: as large as its share among the labels.
    return values.length === 0 ? [] : [{ weight: (rows * values.length) / count, ...moments(values) }];
  });
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return undefined;
  const mean = parts.reduce((sum, part) => sum + (part.weight / total) * part.mean, 0);
  const variance = parts.reduce((sum, part) => sum + ((part.weight / total) ** 2 * part.variance) / part.n, 0);
  const half = Z * Math.sqrt(variance);
  return { mean, low: mean - half, high: mean + half };
}

function moments(values: readonly number[]): { readonly n: number; readonly mean: number; readonly variance: number } {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { n, mean, variance: n > 1 ? squares / (n - 1) : 0 };
}
