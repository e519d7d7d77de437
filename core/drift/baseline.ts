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
  /** Rows in each category, in the same order. */
  readonly counts: readonly number[];
}

export type FeatureBaseline = NumericBaseline | CategoricalBaseline;

/** The reference that drift is measured against. Feature names are those of the input and of the features. */
export interface Baseline {
  readonly rows: number;
  readonly features: Readonly<Record<string, FeatureBaseline>>;
}

/** Quantile bins of a number; ten is the custom for PSI. */
const BINS = 10;
/** Categories that are counted by name; the rest counts as unseen. */
const MOST_CATEGORIES = 50;

/** Summarizes reference rows. A feature is numeric when every value that is there is a number. */
export function buildBaseline(rows: readonly Readonly<Record<string, unknown>>[], names: readonly string[]): Baseline {
  if (rows.length === 0) throw new RangeError('A baseline needs at least one row.');
  return { rows: rows.length, features: Object.fromEntries(names.map((name) => [name, summarize(rows.map((row) => row[name]))])) };
}

function summarize(values: readonly unknown[]): FeatureBaseline {
  const present = values.filter((value) => value !== undefined && value !== null);
  const missing = values.length - present.length;
  return present.length > 0 && present.every((value) => typeof value === 'number')
    ? { kind: 'numeric', missing, ...summarizeNumbers(present as number[]) }
    : { kind: 'categorical', missing, ...summarizeCategories(present.map(String)) };
}

function summarizeNumbers(values: readonly number[]): Omit<NumericBaseline, 'kind' | 'missing'> {
  const sorted = [...values].sort((a, b) => a - b);
  const quantiles = Array.from({ length: BINS - 1 }, (_, i) => sorted[Math.ceil(((i + 1) * sorted.length) / BINS) - 1]!);
  // An edge at the least value would leave the first bin empty; repeated values repeat edges.
  const edges = [...new Set(quantiles)].filter((edge) => edge > sorted[0]!);
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) counts[binOf(edges, value)]! += 1;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / Math.max(1, values.length - 1), edges, counts };
}

function summarizeCategories(values: readonly string[]): Omit<CategoricalBaseline, 'kind' | 'missing'> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const kept = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, MOST_CATEGORIES);
  return { categories: kept.map(([category]) => category), counts: kept.map(([, count]) => count) };
}

/** The bin of a value, by bisection. */
export function binOf(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value < edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
