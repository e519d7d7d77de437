import { shareOf } from '../simulation/estimate';
import type { Estimate } from '../simulation/report';
import type { LabelledDecision } from './group';

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959964;

/** A mean over the population, and by how much each label moves it: what its interval, and that of differences, needs. */
export interface PopulationMean {
  readonly value: number;
  /** In the order of the labels (Taylor linearization; Cochran, "Sampling Techniques", 1977, chapters 5 and 6). */
  readonly influence: readonly number[];
  /** As how many labels of equal weight the ones of this mean count (Kish, "Survey Sampling", 1965). */
  readonly size: number;
}

/**
 * The mean of a quantity over the decisions that it belongs to; `of` gives it for the label at an index, or undefined
 * where it does not. Undefined without any. Strata without a label are not in it.
 */
export function meanOf(
  labelled: readonly LabelledDecision[],
  of: (index: number) => number | undefined,
): PopulationMean | undefined {
  const values = labelled.map((_, i) => of(i));
  let [weights, squares, sum] = [0, 0, 0];
  for (const [i, { weight }] of labelled.entries()) {
    const value = values[i];
    if (value === undefined) continue;
    weights += weight;
    squares += weight * weight;
    sum += weight * value;
  }
  if (weights === 0) return undefined;
  const value = sum / weights;
  const influence = labelled.map(({ weight }, i) => {
    const own = values[i];
    return own === undefined ? 0 : (weight * (own - value)) / weights;
  });
  return { value, influence, size: (weights * weights) / squares };
}

/** How one mean differs from another over the same labels. */
export const minus = (one: PopulationMean, other: PopulationMean): PopulationMean => ({
  value: one.value - other.value,
  influence: one.influence.map((x, i) => x - other.influence[i]!),
  size: Math.min(one.size, other.size),
});

/** A mean with its 95 % interval, by the normal distribution. */
export function estimateOf(labelled: readonly LabelledDecision[], mean: PopulationMean): Estimate {
  const half = Z * Math.sqrt(varianceOf(labelled, mean));
  return { mean: mean.value, low: mean.value - half, high: mean.value + half };
}

/**
 * A share with its 95 % interval: Wilson's, which stays sensible where few or none are counted, for as many labels as
 * these are worth (as Korn and Graubard, Survey Methodology 24, 1998, do with another interval for counts).
 */
export function estimateOfShare(labelled: readonly LabelledDecision[], share: PopulationMean): Estimate {
  const variance = varianceOf(labelled, share);
  const worth = variance > 0 ? (share.value * (1 - share.value)) / variance : Infinity;
  const size = Math.min(share.size, worth);
  return { ...shareOf(share.value * size, size), mean: share.value };
}

/** Between strata nothing varies; of a stratum with one label nobody knows how much it does, so all of it counts. */
function varianceOf(labelled: readonly LabelledDecision[], { influence }: PopulationMean): number {
  const sums = new Map<number, { n: number; sum: number; squares: number }>();
  for (const [i, { stratum }] of labelled.entries()) {
    const sum = sums.get(stratum) ?? { n: 0, sum: 0, squares: 0 };
    sums.set(stratum, { n: sum.n + 1, sum: sum.sum + influence[i]!, squares: sum.squares + influence[i]! ** 2 });
  }
  return [...sums.values()].reduce((variance, { n, sum, squares }) => {
    const own = n > 1 ? (n / (n - 1)) * (squares - (sum * sum) / n) : squares;
    return variance + Math.max(0, own);
  }, 0);
}
