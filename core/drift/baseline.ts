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
