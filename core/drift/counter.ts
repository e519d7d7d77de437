import { binOf, categoryOf, type FeatureKind, isSignal, numberOf, partsOf } from './baseline';
import type { Moments } from './moments';

/** What one variable's values are sorted into. */
export type Bins =
  | { readonly kind: 'numeric'; readonly edges: readonly number[] }
  | { readonly kind: 'categorical'; readonly categories: readonly string[] };

export interface FeatureTally {
  /** As in the baseline; of a category, one more at the end for those that the baseline does not list. */
  readonly counts: readonly number[];
  readonly missing: number;
  /** Of a category all zero. */
  readonly moments: Moments;
}

type Values = Readonly<Record<string, unknown>>;

interface Cell {
  readonly name: string;
  readonly feature: string;
  readonly segment: string | undefined;
  readonly kind: FeatureKind;
  /** Whether a row may be without it: then it is not counted as missing. */
  readonly optional: boolean;
  readonly edges: Float64Array;
  readonly bins: Map<string, number>;
  readonly counts: Float64Array;
  missing: number;
  n: number;
  mean: number;
  m2: number;
}

/** Counts rows into bins, in place: nothing is allocated for a row. */
export interface Counter {
  /**
   * `segments` are those that the row is in. What `values` lack is looked for in `features`; signals stand apart, where
   * they are not among the values.
   */
  add(values: Values, segments?: readonly string[], features?: Values, signals?: Values): void;
  /** What has been counted so far. */
  tallies(): Record<string, FeatureTally>;
}

/** A counter over the variables of a baseline, each by its name there. */
export function counterOf(variables: Readonly<Record<string, Bins>>): Counter {
  const cells = Object.entries(variables).map(([name, bins]) => cellOf(name, bins));
  return {
    add(values, segments, features, signals = values) {
      for (const cell of cells) {
        if (cell.segment !== undefined && !segments?.includes(cell.segment)) continue;
        let value = cell.optional ? signals[cell.feature] : values[cell.feature];
        if (value === undefined) {
          if (cell.optional) continue;
          value = features?.[cell.feature];
        }
        if (cell.kind === 'numeric') countNumber(cell, value);
        else countCategory(cell, value);
      }
    },
    tallies: () =>
      Object.fromEntries(
        cells.map(({ name, counts, missing, n, mean, m2 }) => [
          name,
          { counts: [...counts], missing, moments: { n, mean, m2 } },
        ]),
      ),
  };
}

function cellOf(name: string, bins: Bins): Cell {
  const { feature, segment } = partsOf(name);
  const { kind } = bins;
  const edges = kind === 'numeric' ? bins.edges : [];
  const categories = kind === 'categorical' ? bins.categories : [];
  return {
    name,
    feature,
    segment,
    kind,
    optional: isSignal(feature),
    edges: Float64Array.from(edges),
    bins: new Map(categories.map((category, bin) => [category, bin])),
    counts: new Float64Array((kind === 'numeric' ? edges : categories).length + 1),
    missing: 0,
    n: 0,
    mean: 0,
    m2: 0,
  };
}

function countNumber(cell: Cell, value: unknown): void {
  const x = numberOf(value);
  if (x === undefined) {
    cell.missing++;
    return;
  }
  cell.counts[binOf(cell.edges, x)]!++;
  // Method: Welford, Technometrics 4(3), 1962; inline, as this runs for each value.
  const delta = x - cell.mean;
  cell.n++;
  cell.mean += delta / cell.n;
  cell.m2 += delta * (x - cell.mean);
}

function countCategory(cell: Cell, value: unknown): void {
  const category = categoryOf(value);
  if (category === undefined) cell.missing++;
  else cell.counts[cell.bins.get(category) ?? cell.bins.size]!++;
}
