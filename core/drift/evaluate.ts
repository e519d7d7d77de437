import { type Baseline, type FeatureBaseline, partsOf, rowsOf, seasonOf } from './baseline';
import { type ClosedWindow, type Watched, startsOf } from './blocks';
import { type Description, type Shift, describe, largestShift } from './describe';
import { type BlockCounts, type SpanEvidence, detectorOf, drifted } from './detector';
import { type Impact, impactOf } from './impact';
import { chancePsi, psi } from './statistics';

/** What the newest rows, since some time, say about one variable. */
export interface Evidence {
  /** Since when they have been looked at together, epoch ms. */
  readonly since: number;
  readonly rows: number;
  readonly psi: number;
  /** Decimal logarithm of the e-value: how many times likelier these rows are with drift than without it. */
  readonly log10: number;
  readonly drift: 0 | 1;
  readonly shift: Shift;
  /** Of a number, where there are enough; beside it what the baseline has, in the same mix of seasons. */
  readonly mean?: number;
  readonly baselineMean?: number;
}

export interface FeatureFinding extends Description {
  /** 1 when it has drifted: too far for chance, and far enough to matter. */
  readonly drift: 0 | 1;
  /** The span that speaks loudest; absent until there are enough rows. */
  readonly evidence?: Evidence;
}

export interface WorstFeature extends Evidence {
  readonly feature: string;
}

export interface WindowFindings {
  readonly window: number;
  readonly rows: number;
  /** By the baseline's names. */
  readonly features: Readonly<Record<string, FeatureFinding>>;
  /** How many variables have drifted: on-call should look when it is 1 or more. */
  readonly drift: number;
  /** What to look at first: at most five, worst first. */
  readonly worst: readonly WorstFeature[];
  /** Where there is drift: what it does to decisions. */
  readonly impact?: Impact;
}

/** What is told of drift: of a window's findings all but those of every single variable. */
export interface DriftReport extends Omit<WindowFindings, 'features'> {
  /** How many variables are watched. */
  readonly watched: number;
}

export const reportOf = ({ features, ...report }: WindowFindings): DriftReport => ({
  ...report,
  watched: Object.keys(features).length,
});

/** How drift is judged. */
export interface DriftRule {
  /** Length of a window. */
  readonly windowMs: number;
  /** The average number of windows between false alarms of the whole pipeline, at least. */
  readonly windowsPerFalseAlarm: number;
  /** PSI, less what chance makes of it, below which a change does not matter, however certain. */
  readonly floor: number;
  readonly changes: readonly DeclaredChange[];
}

/** A change that was announced: what it makes of the features is no drift. */
export interface DeclaredChange {
  /** Epoch ms. */
  readonly from: number;
  readonly until: number;
  /** @default - all */
  readonly features?: readonly string[];
}

/** What has drifted, and since when (epoch ms): it goes on until the rows speak for its end. */
export type Ongoing = Readonly<Record<string, number>>;

export const ongoingOf = ({ features }: WindowFindings): Ongoing =>
  Object.fromEntries(
    Object.entries(features).flatMap(([name, { drift, evidence }]) => (drift === 1 ? [[name, evidence!.since]] : [])),
  );

/** Whether there were rows enough to judge anything. */
export const isJudged = ({ features }: WindowFindings): boolean =>
  Object.values(features).some(({ evidence }) => evidence !== undefined);

/** Decimal logarithm of the e-value from which on a variable that is alone in it drifts. */
export const levelOf = ({ windowsPerFalseAlarm }: DriftRule, { features }: Baseline): number =>
  Math.log10(windowsPerFalseAlarm * Object.keys(features).length);

/** A window, then what came before it, newest first. */
export type Recent = readonly [ClosedWindow<Watched>, ...ClosedWindow<Watched>[]];

const WORST = 5;
const MIN_VALUES = 5;

/**
 * Makes what judges windows. `recent` has the window first, then earlier blocks of the same baseline, newest first, which
 * do not overlap: the newest are judged alone and together with those before them, so that a small window is not judged on
 * too little nor forgotten. `weights` say how much the model goes by each feature.
 *
 * A variable has drifted when its e-detector says so (see `detector.ts`), by which the whole pipeline expects a false
 * alarm once in `windowsPerFalseAlarm` looks, however often one looks; and when its PSI over the rows that say so, less
 * what chance makes of it, is at least the floor. It goes on until the newest rows speak for its end.
 */
export function compileEvaluation(
  baseline: Baseline,
  { windowMs, windowsPerFalseAlarm, floor, changes }: DriftRule,
  weights: ReadonlyMap<string, number> = new Map(),
): (recent: Recent, ongoing?: Ongoing) => WindowFindings {
  const variables = Object.entries(baseline.features).map(([name, feature]) => ({
    name,
    feature,
    detector: detectorOf(feature, baseline.season),
    changes: changes.filter(({ features }) => !features || features.includes(partsOf(name).feature)),
  }));

  return (recent, ongoing = {}) => {
    const [{ window, tally }] = recent;
    const judged = variables.map(({ name, feature, detector, changes: declared }) => {
      const blocks = sinceLastChange(recent, declared, windowMs);
      const starts = startsOf(blocks.map(({ tally: { rows } }) => ({ rows })));
      const counts = blocks.map((block) => ({ start: block.window, tally: block.tally.features[name]! }));
      const { log, strongest, lasts } = detector.detect(counts, starts, ongoing[name]);
      const size = strongest === undefined ? 0 : effect(feature, strongest);
      const expected = declared.some(({ from, until }) => from < window + windowMs && window < until);
      // Too small a shift, or one that was announced, is as good as none.
      const heard = size >= floor && !expected ? log : -Infinity;
      const reference = referenceAt(feature, baseline, window);
      return { name, feature, strongest, counts, heard, lasts: lasts && !expected, reference };
    });
    const alarms = drifted(
      judged.map(({ heard }) => heard),
      windowsPerFalseAlarm,
    );
    const findings = judged.map(({ name, feature, strongest, counts, lasts, reference }, i) => {
      const drift = strongest && (alarms[i] || lasts) ? 1 : 0;
      const evidence = strongest && evidenceOf(baseline, feature, strongest, counts, drift);
      const finding: FeatureFinding = {
        ...describe(feature, reference, tally.features[name]!),
        drift,
        ...(evidence && { evidence }),
      };
      return { name, finding, evidence };
    });
    const worst = findings
      .flatMap(({ name, evidence }): WorstFeature[] => (evidence ? [{ feature: name, ...evidence }] : []))
      .sort(louder);
    const names = findings.filter(({ finding }) => finding.drift === 1).map(({ name }) => name);
    const since = Math.min(...findings.flatMap(({ evidence }) => (evidence?.drift === 1 ? [evidence.since] : [])));
    const tallies = recent.filter((block) => block.window >= since).map((block) => block.tally);
    return {
      window,
      rows: tally.rows,
      features: Object.fromEntries(findings.map(({ name, finding }) => [name, finding])),
      drift: names.length,
      worst: worst.slice(0, WORST),
      ...(names.length > 0 ? { impact: impactOf(baseline, weights, names, tallies) } : {}),
    };
  };
}

/** What came before a declared change, or before it was over, says nothing about what comes after. */
function sinceLastChange(
  recent: Recent,
  declared: readonly DeclaredChange[],
  windowMs: number,
): readonly ClosedWindow<Watched>[] {
  const [{ window }] = recent;
  const times = declared.flatMap(({ from, until }) => [from, until]).filter((at) => at < window + windowMs);
  const last = Math.max(-Infinity, ...times);
  // A window that a change begins or ends in has some of both; the one that is judged is all that there is.
  return recent.filter((block) => block.window === window || block.window >= last);
}

const referenceAt = (feature: FeatureBaseline, { season }: Baseline, at: number) =>
  feature.seasons?.[seasonOf(season, at)] ?? feature;

/** PSI over a span, less what chance makes of it. */
function effect(feature: FeatureBaseline, { expected, observed, rows }: SpanEvidence): number {
  const reference = asCounts(feature, expected, rows);
  return psi(reference, observed) - chancePsi(reference, observed);
}

/** The mix of seasons that a span has, as rows of the reference. */
const asCounts = (feature: FeatureBaseline, expected: readonly number[], rows: number): number[] =>
  expected.map((count) => (count / rows) * rowsOf(feature));

function evidenceOf(
  baseline: Baseline,
  feature: FeatureBaseline,
  span: SpanEvidence,
  counts: readonly BlockCounts[],
  drift: 0 | 1,
): Evidence {
  const { blocks, rows, log, expected, observed } = span;
  return {
    since: counts[blocks - 1]!.start,
    rows,
    psi: psi(asCounts(feature, expected, rows), observed),
    log10: log / Math.LN10,
    drift,
    shift: largestShift(feature, expected, observed),
    ...meansOf(baseline, feature, counts.slice(0, blocks)),
  };
}

function meansOf(
  baseline: Baseline,
  feature: FeatureBaseline,
  counts: readonly BlockCounts[],
): Pick<Evidence, 'mean' | 'baselineMean'> {
  const n = counts.reduce((sum, { tally }) => sum + tally.moments.n, 0);
  if (n < MIN_VALUES) return {};
  const mean = (of: (block: BlockCounts) => number) =>
    counts.reduce((sum, block) => sum + of(block) * (block.tally.moments.n / n), 0);
  return {
    mean: mean(({ tally }) => tally.moments.mean),
    baselineMean: mean(({ start }) => referenceAt(feature, baseline, start).mean ?? 0),
  };
}

/** Drift first, the largest before the rest; then what is least likely to be chance. */
const louder = (a: Evidence, b: Evidence): number => b.drift - a.drift || (a.drift ? b.psi - a.psi : b.log10 - a.log10);
