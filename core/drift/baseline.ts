import { addValue, noMoments, variance } from './moments';

/** How a number was distributed in the reference data. */
export interface NumericBaseline {
  readonly kind: 'numeric';
  readonly missing: number;
  readonly mean: number;
  /** Sample variance (n − 1). */
  readonly variance: number;
  /** Inner bin edges, ascending; bin i holds edges[i-1] <= x < edges[i]. */
  readonly edges: readonly number[];
  /** Rows in each of the edges.length + 1 bins. */
  readonly counts: readonly number[];
}

/** How a category was distributed in the reference data. */
export interface CategoricalBaseline {
  readonly kind: 'categorical';
  readonly missing: number;
  readonly categories: readonly string[];
  /** Rows in each category, in the same order; what is left of the rows is in categories that are not listed. */
  readonly counts: readonly number[];
}

export type FeatureBaseline = NumericBaseline | CategoricalBaseline;

/** The reference that drift is measured against. Feature names are those of the input and of the features. */
export interface Baseline {
  readonly rows: number;
  readonly features: Readonly<Record<string, FeatureBaseline>>;
}

export type FeatureKind = FeatureBaseline['kind'];

const BINS = 10;
const MAX_CATEGORIES = 20;
/** Whose square, summed over any number of rows, still fits a double, and CloudWatch's 2^360. */
const LARGEST_NUMBER = 1e50;

/** The number a numeric feature has; undefined is missing, and so is whatever is not a number of sane size. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= LARGEST_NUMBER ? value : undefined;
}

/** The category a categorical feature has; undefined is missing, and so is whatever is not a scalar. */
export function categoryOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** What is wrong with a baseline as it comes from a file; none where windows can be compared with it. */
export function baselineFault(baseline: unknown): string | undefined {
  const { rows, features } = (baseline ?? {}) as Partial<Baseline>;
  if (!isCount(rows) || rows === 0) return 'rows must be a positive number';
  if (features === null || typeof features !== 'object') return 'features must be an object';
  for (const [name, feature] of Object.entries(features)) {
    const given = (feature ?? {}) as FeatureBaseline;
    const { missing, counts } = given;
    if (!isCount(missing) || !Array.isArray(counts) || !counts.every(isCount)) return `${name} lacks missing or counts`;
    const fits =
      given.kind === 'numeric'
        ? [given.mean, given.variance].every(Number.isFinite) &&
          isAscending(given.edges) &&
          counts.length === given.edges.length + 1
        : given.kind === 'categorical' && Array.isArray(given.categories) && counts.length === given.categories.length;
    if (!fits) return `${name} is neither numeric with edges, mean and variance nor categorical with categories`;
  }
  return undefined;
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isAscending = (edges: unknown): boolean =>
  Array.isArray(edges) && edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > edges[i - 1]));

/** The bin that holds a number. */
export function binOf(edges: readonly number[], x: number): number {
  let bin = 0;
  while (bin < edges.length && x >= edges[bin]!) bin++;
  return bin;
}

/**
 * Measures the features named in `kinds` over reference rows. The same rows in any order give the same bins and
 * categories. Numbers get about ten bins of equal mass (a value of their own where values are few or heavy) between
 * two outer bins that hold what the reference never saw; of categories, the twenty most frequent are kept by name.
 */
export function buildBaseline(
  rows: Iterable<Readonly<Record<string, unknown>>>,
  kinds: Readonly<Record<string, FeatureKind>>,
): Baseline {
  const columns = Object.entries(kinds).map(([name, kind]) => ({ name, kind, values: [] as unknown[] }));
  let count = 0;
  for (const row of rows) {
    count++;
    for (const { name, values } of columns) values.push(row[name]);
  }
  const features = columns.map(
    ({ name, kind, values }) => [name, kind === 'numeric' ? ofNumbers(values) : ofCategories(values)] as const,
  );
  return { rows: count, features: Object.fromEntries(features) };
}

function ofNumbers(values: readonly unknown[]): NumericBaseline {
  const numbers = values.map(numberOf).filter((x) => x !== undefined);
  numbers.sort((a, b) => a - b);
  const moments = noMoments();
  for (const x of numbers) addValue(moments, x);
  const edges = binEdges(numbers);
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const x of numbers) counts[binOf(edges, x)]!++;
  const missing = values.length - numbers.length;
  return { kind: 'numeric', missing, mean: moments.mean, variance: variance(moments) ?? 0, edges, counts };
}

/** Edges between bins of nearly equal mass over sorted numbers, then one just above the largest. */
function binEdges(sorted: readonly number[]): number[] {
  if (sorted.length === 0) return [];
  const distinct = [...countEach(sorted)];
  const edges = [sorted[0]!];
  let left = sorted.length;
  let inBin = 0;
  for (const [value, count] of distinct) {
    const target = left / (BINS + 1 - edges.length);
    const full = distinct.length <= BINS || inBin + count / 2 >= target;
    if (inBin > 0 && full && edges.length < BINS) {
      edges.push(value);
      left -= inBin;
      inBin = 0;
    }
    inBin += count;
  }
  const [min, max] = [sorted[0]!, sorted.at(-1)!];
  edges.push(
    sorted.every(Number.isInteger) ? max + Math.max(1, max * 1e-9) : max + 1e-9 * Math.max(max - min, Math.abs(max)),
  );
  return edges;
}

function ofCategories(values: readonly unknown[]): CategoricalBaseline {
  const present = values.map(categoryOf).filter((category) => category !== undefined);
  const ranked = [...countEach(present)].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, MAX_CATEGORIES);
  return {
    kind: 'categorical',
    missing: values.length - present.length,
    categories: ranked.map(([category]) => category),
    counts: ranked.map(([, count]) => count),
  };
}

/** How often each value occurs, in the order of first occurrence. */
function countEach<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
