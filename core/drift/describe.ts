import { type Counted, type FeatureBaseline, binsOf } from './baseline';
import type { FeatureTally } from './counter';
import { variance } from './moments';
import {
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
} from './statistics';

/** What one window, alone, says about one variable; each statistic beside how likely chance alone gives as much. */
export interface Description {
  /** Rows of the window that may have a value. */
  readonly rows: number;
  readonly psi: number;
  /** Jensen–Shannon divergence, nats. */
  readonly js: number;
  /** Share of the rows without a usable value. */
  readonly missing: number;
  /** Of a number: the largest distance of the distribution functions. */
  readonly ks?: number;
  /** Of a number: how far values have moved on average, in standard deviations of the baseline. */
  readonly wasserstein?: number;
  /** Of a number, where there are enough. */
  readonly mean?: number;
  readonly variance?: number;
  /** Of a category: share of the values that the baseline does not list. */
  readonly unseen?: number;
  /** The chance of as much without any drift, for this one look; none where it can not be told. */
  readonly p: Readonly<
    Partial<Record<'psi' | 'js' | 'ks' | 'wasserstein' | 'mean' | 'variance' | 'missing' | 'unseen', number>>
  >;
}

/** Moments of fewer values come close to naming a person's, and are not given. */
const MIN_VALUES = 5;

/** Compares one window's rows with the reference, or with the season of it that the window is in. */
export function describe(feature: FeatureBaseline, reference: Counted, tally: FeatureTally): Description {
  const [expected, observed] = [binsOf(reference), [...tally.counts, tally.missing]];
  const rows = sum(observed);
  const one = { rows, psi: 0, js: 0, missing: rows === 0 ? 0 : tally.missing / rows, p: {} };
  if (rows === 0 || sum(expected) === 0) return { ...one, ...momentsOf(tally) };
  const [size, js] = [psi(expected, observed), jensenShannon(expected, observed)];
  const shape = feature.kind === 'numeric' ? ofNumbers(feature, reference, tally) : ofCategories(reference, tally);
  return {
    ...one,
    psi: size,
    js,
    ...shape,
    ...momentsOf(tally),
    p: {
      psi: psiTail(size, expected, observed),
      js: jensenShannonTail(js, expected, observed),
      missing: share(reference.missing, sum(expected), tally.missing, rows),
      ...shape.p,
    },
  };
}

const momentsOf = ({ moments }: FeatureTally): Pick<Description, 'mean' | 'variance'> =>
  moments.n < MIN_VALUES ? {} : { mean: moments.mean, variance: variance(moments)! };

function ofNumbers(
  { edges, variance: spread, kurtosis }: Extract<FeatureBaseline, { kind: 'numeric' }>,
  reference: Counted,
  { counts, moments }: FeatureTally,
): Pick<Description, 'ks' | 'wasserstein' | 'p'> {
  const [m, n] = [sum(reference.counts), moments.n];
  if (m === 0 || n === 0) return { p: {} };
  const ks = kolmogorovSmirnov(reference.counts, counts);
  const moved = wasserstein(edges, reference.counts, counts);
  const p: Record<string, number> = {
    ks: kolmogorovSmirnovTail(ks, reference.counts, counts),
    wasserstein: wassersteinTail(moved, edges, reference.counts, counts),
  };
  const now = variance(moments);
  const fewest = Math.min(m, n);
  if (kurtosis !== undefined && now !== undefined && reference.variance !== undefined) {
    // A mean is nearly normal from about that many values on: of the normal distribution itself that is thirty.
    const error = Math.sqrt(reference.variance / m + now / n);
    if (fewest >= 10 * kurtosis && error > 0) p.mean = normalTails((moments.mean - reference.mean!) / error);
    // The log of a variance scatters by (kurtosis − 1) / n, once there are enough to know the kurtosis by.
    if (fewest >= 50 * kurtosis && now > 0 && reference.variance > 0)
      p.variance = normalTails(Math.log(now / reference.variance) / Math.sqrt((kurtosis - 1) * (1 / m + 1 / n)));
  }
  return { ks, ...(spread > 0 ? { wasserstein: moved / Math.sqrt(spread) } : {}), p };
}

function ofCategories(reference: Counted, { counts }: FeatureTally): Pick<Description, 'unseen' | 'p'> {
  const [m, n] = [sum(reference.counts) + reference.other!, sum(counts)];
  if (n === 0) return { p: {} };
  const unseen = counts.at(-1)!;
  return { unseen: unseen / n, p: { unseen: share(reference.other!, m, unseen, n) } };
}

/** The chance that two shares of one size differ as much. */
const share = (a: number, m: number, b: number, n: number): number => homogeneity([a, m - a], [b, n - b]);

/** Where the largest part of a shift lies: a bin whose share has changed, in the words of the feature's own values. */
export interface Shift {
  readonly where: string;
  /** Shares of the rows. */
  readonly from: number;
  readonly to: number;
}

/** The bin that contributes most to PSI. */
export function largestShift(
  feature: FeatureBaseline,
  expected: readonly number[],
  observed: readonly number[],
): Shift {
  const [m, n] = [sum(expected), sum(observed)];
  const part = (bin: number): number => {
    const [p, q] = [(expected[bin]! + 0.5) / (m + 1), (observed[bin]! + 0.5) / (n + 1)];
    return (p - q) * Math.log(p / q);
  };
  const bin = expected.map((_, i) => i).reduce((a, b) => (part(b) > part(a) ? b : a));
  return { where: nameOfBin(feature, bin), from: expected[bin]! / m, to: observed[bin]! / n };
}

/** What a bin holds, in the values of its feature. */
export function nameOfBin(feature: FeatureBaseline, bin: number): string {
  if (bin === feature.counts.length + (feature.kind === 'categorical' ? 1 : 0)) return 'missing';
  if (feature.kind === 'categorical') {
    const category = feature.categories[bin];
    return category === undefined ? 'categories that the baseline does not list' : legible(category);
  }
  const [low, high] = [feature.edges[bin - 1], feature.edges[bin]];
  if (low === undefined) return high === undefined ? 'any value' : `below ${short(high)}`;
  return high === undefined ? `${short(low)} or more` : `${short(low)} to ${short(high)}`;
}

const LONGEST_NAME = 60;

/** A text of somebody's as it can stand in a line of a message: no line feed makes a line of its own. */
const legible = (text: string): string => {
  const plain = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return plain.length <= LONGEST_NAME ? plain : `${plain.slice(0, LONGEST_NAME - 1)}…`;
};

export const short = (x: number): string => String(Number(x.toPrecision(4)));
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
