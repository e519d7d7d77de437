import {
  type Baseline,
  type Counted,
  type FeatureBaseline,
  type FeatureKind,
  SEASONS,
  type Season,
  categoryOf,
  numberOf,
  partsOf,
  seasonOf,
} from './baseline';
import { type Bins, type Counter, type FeatureTally, counterOf } from './counter';
import { variance } from './moments';

type Row = Readonly<Record<string, unknown>>;

/** A row of reference data. */
export interface ReferenceRow {
  readonly values: Row;
  readonly segments?: readonly string[];
  /** Epoch ms; needed where there are seasons. */
  readonly at?: number;
}

const BINS = 10;
/** So many are kept by name. */
export const MAX_CATEGORIES = 20;
/** Rows from which bins are chosen; which ones of more is drawn by chance. */
const SAMPLE_ROWS = 50_000;

/**
 * A fair sample of a stream of any length, in bounded memory: Vitter's algorithm R (ACM Trans. Mathematical Software
 * 11(1), 1985). `random` gives numbers from 0 to 1.
 */
export function sampler<T>(
  random: () => number,
  size = SAMPLE_ROWS,
): { add(row: T): void; readonly rows: readonly T[] } {
  const rows: T[] = [];
  let seen = 0;
  return {
    rows,
    add(row) {
      seen++;
      if (rows.length < size) rows.push(row);
      else {
        const place = Math.floor(random() * seen);
        if (place < size) rows[place] = row;
      }
    },
  };
}

/**
 * Chooses the bins of the variables named in `kinds` by sampled rows, the same for the same rows in any order. Numbers
 * get about ten bins of equal mass (a value of their own where values are few or heavy) between two outer bins that hold
 * what the sample never saw; of categories, the twenty most frequent are kept by name. In a segment bins are those of
 * its own rows.
 */
export function chooseBins(
  rows: readonly ReferenceRow[],
  kinds: Readonly<Record<string, FeatureKind>>,
): Record<string, Bins> {
  return Object.fromEntries(
    Object.entries(kinds).map(([name, kind]): [string, Bins] => {
      const { feature, segment } = partsOf(name);
      const values = rows.flatMap(({ values, segments }) =>
        segment === undefined || segments?.includes(segment) ? [values[feature]] : [],
      );
      return [
        name,
        kind === 'numeric'
          ? { kind, edges: binEdges(values.map(numberOf).filter((x) => x !== undefined)) }
          : { kind, categories: topCategories(values.map(categoryOf).filter((x) => x !== undefined)) },
      ];
    }),
  );
}

/** Counts all reference rows into chosen bins, in bounded memory. */
export function baselineCounter(
  bins: Readonly<Record<string, Bins>>,
  season?: Season,
): { add(row: ReferenceRow): void; finish(): Baseline } {
  const whole = counterOf(bins);
  const seasons = Array.from({ length: season ? SEASONS[season] : 0 }, () => counterOf(bins));
  const fourth = fourthMoments(bins);
  let rows = 0;
  return {
    add({ values, segments, at }) {
      rows++;
      whole.add(values, segments);
      fourth.add(values);
      seasons[seasonOf(season, at ?? 0)]?.add(values, segments);
    },
    finish() {
      const tallies = whole.tallies();
      const bySeason = seasons.map((counter: Counter) => counter.tallies());
      const features = Object.entries(bins).map(([name, chosen]): [string, FeatureBaseline] => {
        const counted = countedOf(chosen, tallies[name]!);
        const rest = season ? { seasons: bySeason.map((one) => countedOf(chosen, one[name]!)) } : {};
        if (chosen.kind === 'categorical') return [name, { ...chosen, ...counted, other: counted.other!, ...rest }];
        const kurtosis = fourth.kurtosis(name, tallies[name]!);
        return [
          name,
          {
            kind: 'numeric',
            mean: 0,
            variance: 0,
            ...counted,
            edges: chosen.edges,
            ...(kurtosis === undefined ? {} : { kurtosis }),
            ...rest,
          },
        ];
      });
      return { rows, features: Object.fromEntries(features), ...(season ? { season } : {}) };
    },
  };
}

/** Measures a baseline over rows that fit into the memory. */
export function buildBaseline(rows: Iterable<Row>, kinds: Readonly<Record<string, FeatureKind>>): Baseline {
  const all = [...rows].map((values) => ({ values }));
  const counter = baselineCounter(chooseBins(all, kinds));
  for (const row of all) counter.add(row);
  return counter.finish();
}

/** What was counted of a variable, as a baseline has it. */
export function countedOf({ kind }: Pick<Bins, 'kind'>, { counts, missing, moments }: FeatureTally): Counted {
  if (kind === 'categorical') return { missing, counts: counts.slice(0, -1), other: counts.at(-1)! };
  return { missing, counts, mean: moments.mean, variance: variance(moments) ?? 0 };
}

/** Sums of powers about the middle of the bins, for kurtosis: it only says how far a variance can be trusted. */
function fourthMoments(bins: Readonly<Record<string, Bins>>) {
  const columns = Object.entries(bins).flatMap(([name, chosen]) => {
    if (chosen.kind !== 'numeric' || name.includes('/')) return [];
    const { edges } = chosen;
    return [{ name, centre: edges[edges.length >> 1] ?? 0, n: 0, sums: [0, 0, 0, 0] }];
  });
  return {
    add(values: Row): void {
      for (const column of columns) {
        const x = numberOf(values[column.name]);
        if (x === undefined) continue;
        const d = x - column.centre;
        column.n++;
        for (let power = 0, term = d; power < 4; power++, term *= d) column.sums[power]! += term;
      }
    },
    kurtosis(name: string, { moments }: FeatureTally): number | undefined {
      const column = columns.find((one) => one.name === name);
      if (!column || column.n < 4 || moments.m2 === 0) return undefined;
      const [a, b, c, d] = column.sums.map((sum) => sum / column.n) as [number, number, number, number];
      const second = b - a * a;
      const kurtosis = (d - 4 * a * c + 6 * a * a * b - 3 * a ** 4) / second ** 2;
      return Number.isFinite(kurtosis) && kurtosis >= 1 ? kurtosis : undefined;
    },
  };
}

/** Edges between bins of nearly equal mass, then one just above the largest. */
export function binEdges(numbers: readonly number[]): number[] {
  if (numbers.length === 0) return [];
  const sorted = Float64Array.from(numbers).sort();
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

const topCategories = (present: readonly string[]): string[] =>
  [...countEach(present)]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, MAX_CATEGORIES)
    .map(([category]) => category);

/** How often each value occurs, in the order of first occurrence. */
function countEach<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
