/** Rows by bin, of all the reference data or of one season of it. */
export interface Counted {
  readonly missing: number;
  /** Rows in each bin, or in each category that is listed. */
  readonly counts: readonly number[];
  /** Of categories: rows in those that are not listed. */
  readonly other?: number;
  /** Of numbers. */
  readonly mean?: number;
  /** Of numbers: sample variance (n − 1). */
  readonly variance?: number;
}

/** How a number was distributed in the reference data. */
export interface NumericBaseline extends Counted {
  readonly kind: 'numeric';
  readonly mean: number;
  readonly variance: number;
  /** Inner bin edges, ascending; bin i holds edges[i-1] <= x < edges[i], so that counts has one more. */
  readonly edges: readonly number[];
  /** Fourth central moment over the square of the second; 3 of a normal distribution. @default - not known */
  readonly kurtosis?: number;
  readonly seasons?: readonly Counted[];
}

/** How a category was distributed in the reference data. */
export interface CategoricalBaseline extends Counted {
  readonly kind: 'categorical';
  /** Those that are listed, in the order of counts. */
  readonly categories: readonly string[];
  readonly other: number;
  readonly seasons?: readonly Counted[];
}

export type FeatureBaseline = NumericBaseline | CategoricalBaseline;

/** What repeats: each hour of the day, or of the week (from Monday on), has a reference of its own; in UTC. */
export type Season = 'day' | 'week';

/**
 * The reference that drift is measured against. Names are those of the input and of the features; `$score` and others
 * with a `$` are what the pipeline makes of them, and `<segment>/<feature>` is the feature within a segment.
 */
export interface Baseline {
  readonly rows: number;
  readonly features: Readonly<Record<string, FeatureBaseline>>;
  /** What the features' `seasons` are. @default - none */
  readonly season?: Season;
}

/** With which nothing is compared. */
export const NO_BASELINE: Baseline = { rows: 0, features: {} };

export type FeatureKind = FeatureBaseline['kind'];

/** Whose square, summed over any number of rows, still fits a double, and CloudWatch's 2^360. */
const LARGEST_NUMBER = 1e50;
const HOUR_MS = 3_600_000;
/** The first of January 1970 was a Thursday. */
const TO_MONDAY_HOURS = 72;

export const SEASONS: Readonly<Record<Season, number>> = { day: 24, week: 168 };

/** The season, from 0, that a time (epoch ms) falls into; 0 where there are none. */
export function seasonOf(season: Season | undefined, at: number): number {
  const hours = Math.floor(at / HOUR_MS);
  return season === undefined ? 0 : (hours + (season === 'week' ? TO_MONDAY_HOURS : 0)) % SEASONS[season];
}

/** The number a numeric feature has; undefined is missing, and so is whatever is not a number of sane size. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= LARGEST_NUMBER ? value : undefined;
}

/** The category a categorical feature has; undefined is missing, and so is whatever is not a scalar. */
export function categoryOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** The bin that holds a number. */
export function binOf(edges: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x >= edges[middle]!) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a name is that of something the pipeline makes, which rows may be without: `$score`. */
export const isSignal = (name: string): boolean => name.startsWith('$');

/** A feature's name, and the segment in which it is watched. */
export function partsOf(name: string): { readonly feature: string; readonly segment?: string } {
  const slash = name.indexOf('/');
  return slash < 0 ? { feature: name } : { segment: name.slice(0, slash), feature: name.slice(slash + 1) };
}

/** Rows by bin: those of values, of categories that are not listed, and of missing values. */
export const binsOf = ({ counts, other, missing }: Counted): number[] =>
  other === undefined ? [...counts, missing] : [...counts, other, missing];

export const rowsOf = (counted: Counted): number => binsOf(counted).reduce((sum, count) => sum + count, 0);
