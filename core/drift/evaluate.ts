import type { Baseline, FeatureBaseline } from './baseline';
import { variance } from './moments';
import { homogeneity, psi } from './statistics';
import { addTallies, type FeatureTally, type Tally } from './tally';

/** The tally of a closed window. */
export interface ClosedWindow {
  /** Its start, epoch milliseconds. */
  readonly window: number;
  readonly tally: Tally;
}

/** What a span of the newest windows says about one feature. */
export interface Evidence {
  readonly windows: number;
  readonly rows: number;
  readonly psi: number;
  /** The chance of so large a difference without drift, corrected for looking at several spans. */
  readonly pValue: number;
  readonly drift: 0 | 1;
  /** Of a number, where there are enough. */
  readonly mean?: number;
}

export interface FeatureFinding {
  /** Of this window alone, as are mean, variance and missing. */
  readonly psi: number;
  readonly mean?: number;
  readonly variance?: number | undefined;
  /** Share of the rows without a usable value. */
  readonly missing: number;
  /** As the strongest evidence has it; 1 as long as there is none. */
  readonly pValue: number;
  /** 1 when the feature has drifted: too far for chance, and far enough to matter. */
  readonly drift: 0 | 1;
  /** The span that speaks loudest; absent until there are enough rows. */
  readonly evidence?: Evidence;
}

export interface WorstFeature extends Evidence {
  readonly feature: string;
  readonly baselineMean?: number;
}

export interface WindowFindings {
  readonly window: number;
  readonly rows: number;
  readonly features: Readonly<Record<string, FeatureFinding>>;
  /** How many features have drifted: on-call should look when it is 1 or more. */
  readonly drift: number;
  /** What to look at first: at most five, worst first. */
  readonly worst: readonly WorstFeature[];
}

const MONTH_MS = 30 * 24 * 3_600_000;
/** PSI below this is by custom no change worth a look, however certain. */
const PSI_FLOOR = 0.1;
/** Fewer rows than this are never judged: they wait for the next windows. */
const MIN_ROWS = 50;
/** How far back windows are judged together. */
export const MAX_WINDOWS = 60;
/** At how many spans of windows one feature is looked at, each half as long again as the one before. */
const MAX_SPANS = 4;
const SPAN_GROWTH = 1.5;
/** By how much the χ² tail can be too small (see `homogeneity`). */
const TAIL_ERROR = 3;
/** Moments of fewer values come close to naming a person's, and are not given. */
const MIN_VALUES = 5;
const WORST = 5;

/**
 * Judges the newest window, alone and together with those before it, so that a small window is not judged on too
 * little nor forgotten. `recent` has the window first, then earlier ones of the same baseline, newest first; those
 * that began `MAX_WINDOWS` or more windows before are left out.
 *
 * A feature has drifted when over some span its PSI is at least 0.1 and chance alone would do the same so seldom that
 * the whole pipeline expects at most `falseAlarmsPerMonth`: by Bonferroni, p ≤ falseAlarmsPerMonth × windowMs / month
 * / features, where p is already multiplied by the four spans and by three for the error of the tail. For one-minute
 * windows and 20 features that is 1 / 43,200 / 20 = 1.2e-6, and 9.6e-8 for a single test.
 */
export function evaluateWindow(
  baseline: Baseline,
  recent: readonly [ClosedWindow, ...ClosedWindow[]],
  windowMs: number,
  falseAlarmsPerMonth = 1,
): WindowFindings {
  const [{ window, tally }] = recent;
  const spans = spansOf(recent.filter((earlier) => earlier.window > window - MAX_WINDOWS * windowMs));
  const level = (falseAlarmsPerMonth * windowMs) / MONTH_MS / Object.keys(baseline.features).length;
  const findings = Object.entries(baseline.features).map(([name, reference]) => {
    const evidence = spans.map((span) => judge(baseline, reference, span, name, level)).sort(louder)[0];
    return { name, reference, evidence, finding: describe(baseline, reference, tally, name, evidence) };
  });
  const worst = findings.flatMap(({ name, reference, evidence }) =>
    evidence
      ? [{ feature: name, ...evidence, ...(reference.kind === 'numeric' && { baselineMean: reference.mean }) }]
      : [],
  );
  return {
    window,
    rows: tally.rows,
    features: Object.fromEntries(findings.map(({ name, finding }) => [name, finding])),
    drift: worst.filter(({ drift }) => drift === 1).length,
    worst: worst.sort(louder).slice(0, WORST),
  };
}

interface Span {
  readonly windows: number;
  readonly tally: Tally;
}

/** The shortest run of newest windows with enough rows, then ever longer ones. Looks at row counts only. */
function spansOf(recent: readonly ClosedWindow[]): Span[] {
  const spans: Span[] = [];
  let needed = MIN_ROWS;
  let sum: Tally | undefined;
  for (const [i, { tally }] of recent.entries()) {
    if (spans.length === MAX_SPANS) break;
    sum = sum ? addTallies(sum, tally) : tally;
    if (sum.rows < needed) continue;
    spans.push({ windows: i + 1, tally: sum });
    needed = sum.rows * SPAN_GROWTH;
  }
  return spans;
}

function judge(
  baseline: Baseline,
  reference: FeatureBaseline,
  { windows, tally }: Span,
  name: string,
  level: number,
): Evidence {
  const feature = tally.features[name]!;
  const [expected, observed] = histograms(baseline, reference, feature);
  const size = psi(expected, observed);
  const pValue = Math.min(1, homogeneity(expected, observed) * MAX_SPANS * TAIL_ERROR);
  const drift = pValue <= level && size >= PSI_FLOOR ? 1 : 0;
  return {
    windows,
    rows: tally.rows,
    psi: size,
    pValue,
    drift,
    ...(enough(feature) && { mean: feature.moments.mean }),
  };
}

function describe(
  baseline: Baseline,
  reference: FeatureBaseline,
  tally: Tally,
  name: string,
  evidence?: Evidence,
): FeatureFinding {
  const feature = tally.features[name]!;
  return {
    psi: psi(...histograms(baseline, reference, feature)),
    ...(enough(feature) && { mean: feature.moments.mean, variance: variance(feature.moments) }),
    missing: tally.rows === 0 ? 0 : feature.missing / tally.rows,
    pValue: evidence?.pValue ?? 1,
    drift: evidence?.drift ?? 0,
    ...(evidence && { evidence }),
  };
}

const enough = ({ moments }: FeatureTally): boolean => moments.n >= MIN_VALUES;

/** Rows by bin, reference and observed; the missing have a bin, and categories without a name another. */
function histograms(
  baseline: Baseline,
  reference: FeatureBaseline,
  { counts, missing }: FeatureTally,
): [number[], number[]] {
  const named = reference.counts.reduce((sum, count) => sum + count, reference.missing);
  const unnamed = reference.kind === 'categorical' ? [baseline.rows - named] : [];
  return [
    [...reference.counts, ...unnamed, reference.missing],
    [...counts, missing],
  ];
}

/** Drift first, the largest before the rest; then what is least likely to be chance. */
const louder = (a: Evidence, b: Evidence): number =>
  b.drift - a.drift || (a.drift ? b.psi - a.psi : a.pValue - b.pValue);
