import type { Baseline, FeatureBaseline } from './baseline';
import { type FeaturePartial, type Partial, mergePartials } from './partial';
import { type Binned, expectedPsi, homogeneityPValue, psi } from './statistics';

/** What one feature's window says. */
export interface FeatureFinding {
  /** Null for a categorical feature, and where the window has no value. */
  readonly mean: number | null;
  /** Sample variance. */
  readonly variance: number | null;
  /** Share of rows without a value. */
  readonly missing: number;
  readonly psi: number;
  readonly pValue: number;
  readonly drift: boolean;
}

export interface WindowFindings {
  /** Start of the window, in epoch milliseconds. */
  readonly window: number;
  readonly rows: number;
  /** Rows that the judgement rests on: of this window, and of those before it where this one has few. */
  readonly judgedRows: number;
  readonly features: Readonly<Record<string, FeatureFinding>>;
  /** How many features drift: 1 or more is when on-call should look. */
  readonly drift: number;
  /** Features by how much they moved, most first; at most five. */
  readonly worst: readonly { readonly feature: string; readonly psi: number; readonly drift: boolean }[];
}

/** Fewer rows than this are judged together with earlier windows. */
export const LEAST_ROWS = 100;
/** PSI beyond what chance explains that is worth waking somebody for; 0.1 is the customary "moderate" change. */
export const EFFECT_FLOOR = 0.1;

const MONTH_MS = 30 * 86_400_000;

/**
 * The level of each test. With one test a feature and window, at most one false alarm a month is expected for the
 * whole pipeline: level = 1 / (windows a month × features), by Bonferroni.
 */
export const testLevel = (windowMs: number, features: number): number => windowMs / MONTH_MS / Math.max(1, features);

/**
 * Judges a closed window against the baseline. A feature drifts when the change is certain (the test of homogeneity,
 * at `testLevel`) and large (PSI above `EFFECT_FLOOR`, less what chance alone explains).
 * `earlier` holds the partials of the windows before, the latest first: they are added while rows are few.
 */
export function evaluateWindow(
  baseline: Baseline,
  { window, windowMs, partial, earlier = [] }: {
    readonly window: number;
    readonly windowMs: number;
    readonly partial: Partial;
    readonly earlier?: readonly Partial[];
  },
): WindowFindings {
  const judged = enoughRows(partial, earlier);
  const level = testLevel(windowMs, Object.keys(baseline.features).length);
  const enough = judged.ids.length >= LEAST_ROWS;
  const entries = Object.entries(baseline.features).map(([name, feature]) => {
    const here = judged.features[name];
    const finding = here ? judge(feature, here, enough ? level : 0) : NOTHING;
    return { name, finding };
  });
  const worst = entries
    .map(({ name, finding }) => ({ feature: name, psi: finding.psi, drift: finding.drift }))
    .sort((a, b) => Number(b.drift) - Number(a.drift) || b.psi - a.psi)
    .slice(0, 5);
  return {
    window,
    rows: partial.ids.length,
    judgedRows: judged.ids.length,
    features: Object.fromEntries(entries.map(({ name, finding }) => [name, finding])),
    drift: entries.filter(({ finding }) => finding.drift).length,
    worst,
  };
}

const NOTHING: FeatureFinding = { mean: null, variance: null, missing: 0, psi: 0, pValue: 1, drift: false };

function enoughRows(partial: Partial, earlier: readonly Partial[]): Partial {
  const parts = [partial];
  for (let rows = partial.ids.length, i = 0; rows > 0 && rows < LEAST_ROWS && i < earlier.length; i++) {
    parts.push(earlier[i]!);
    rows += earlier[i]!.ids.length;
  }
  return mergePartials(parts);
}

function judge(feature: FeatureBaseline, here: FeaturePartial, level: number): FeatureFinding {
  const binned = binsOf(feature, here);
  const rows = here.counts.reduce((sum, count) => sum + count, 0);
  const value = psi(binned);
  const pValue = homogeneityPValue(binned);
  return {
    mean: here.n > 0 ? here.mean : null,
    variance: here.n > 1 ? here.m2 / (here.n - 1) : null,
    missing: rows > 0 ? here.counts.at(-1)! / rows : 0,
    psi: value,
    pValue,
    drift: pValue < level && value - expectedPsi(binned) > EFFECT_FLOOR,
  };
}

/** Reference and window over the same bins; one that is empty in both says nothing. */
function binsOf(feature: FeatureBaseline, here: FeaturePartial): Binned {
  const reference = [...feature.counts, 0, feature.missing];
  const used = reference.map((count, i) => count + here.counts[i]! > 0);
  return { reference: reference.filter((_, i) => used[i]), window: here.counts.filter((_, i) => used[i]) };
}
