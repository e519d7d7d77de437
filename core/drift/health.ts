import { type Baseline, binsOf, partsOf, rowsOf, seasonOf } from './baseline';
import type { ClosedWindow } from './blocks';
import { describe, nameOfBin } from './describe';
import type { WindowFindings } from './evaluate';
import type { FeatureTally } from './counter';
import { addFeature } from './tally';

/** What is watched, beside what it was: for people who look for a cause. Aggregates only. */
export interface Health {
  /** Start of the newest closed window (ISO 8601); null before there is one. */
  readonly window: string | null;
  readonly windowSeconds: number;
  /** How many variables have drifted. */
  readonly drift: number;
  readonly impact?: WindowFindings['impact'];
  /** Worst first. */
  readonly features: readonly FeatureHealth[];
  /** Oldest first. */
  readonly windows: readonly WindowHealth[];
}

export interface FeatureHealth {
  readonly name: string;
  readonly segment?: string;
  readonly kind: 'numeric' | 'categorical';
  readonly drift: 0 | 1;
  /** Since when the rows of `live` are counted (ISO 8601). */
  readonly since: string;
  readonly rows: number;
  readonly psi: number;
  /** Decimal logarithm of the evidence for drift; null where there are too few rows. */
  readonly log10: number | null;
  /** What each bin holds, in words; the last is of missing values. */
  readonly bins: readonly string[];
  /** Shares of the bins; all 0 of fewer than five rows. */
  readonly baseline: readonly number[];
  readonly live: readonly number[];
  readonly mean?: { readonly from: number; readonly to: number | null };
  /** Of the windows, oldest first; null where a window had fewer than five rows. */
  readonly history: readonly {
    readonly psi: number | null;
    readonly mean: number | null;
    readonly missing: number | null;
  }[];
}

export interface WindowHealth {
  readonly at: string;
  readonly rows: number;
  /** Share that is automated; null of fewer than five decisions, as are the figures below. */
  readonly automation: number | null;
  /** By reason code, decisions that had to do without something. */
  readonly without: Readonly<Record<string, number>>;
  /** By lookup, how old what was read was, in seconds. */
  readonly ages: Readonly<Record<string, { readonly mean: number; readonly maximum: number }>>;
  readonly estimatedError: number | null;
  readonly realizedCost: number | null;
}

/** Windows that are told one by one. */
const MOST_WINDOWS = 60;
/** Of fewer rows, a histogram would come close to telling what a person is like, or what a sample's reviewer must not know yet. */
const FEWEST = 5;

/**
 * `findings` are those of the newest window; `recent` is all that they were judged by, newest first: `windows` of them are
 * windows, the rest hours and days.
 */
export function healthOf(
  baseline: Baseline,
  windowMs: number,
  { blocks: recent, windows }: { readonly blocks: readonly ClosedWindow[]; readonly windows: number },
  findings: WindowFindings | undefined,
): Health {
  const oldestFirst = recent.slice(0, Math.min(windows, MOST_WINDOWS)).reverse();
  const features = Object.keys(baseline.features).map((name) =>
    featureHealth(baseline, name, { recent, windows: oldestFirst, findings }),
  );
  return {
    window: findings === undefined ? null : iso(findings.window),
    windowSeconds: windowMs / 1_000,
    drift: findings?.drift ?? 0,
    ...(findings?.impact ? { impact: findings.impact } : {}),
    features: features.sort(
      (a, b) => b.drift - a.drift || (a.drift ? b.psi - a.psi : (b.log10 ?? -Infinity) - (a.log10 ?? -Infinity)),
    ),
    windows: oldestFirst.map(windowHealth),
  };
}

function featureHealth(
  baseline: Baseline,
  name: string,
  {
    recent,
    windows,
    findings,
  }: {
    readonly recent: readonly ClosedWindow[];
    readonly windows: readonly ClosedWindow[];
    readonly findings: WindowFindings | undefined;
  },
): FeatureHealth {
  const feature = baseline.features[name]!;
  const { feature: of, segment } = partsOf(name);
  const evidence = findings?.features[name]?.evidence;
  const since = evidence?.since ?? windows[0]?.window ?? recent.at(-1)?.window ?? 0;
  const counted = recent.filter(({ window }) => window >= since).map(({ tally }) => tally.features[name]!);
  const all = counted.length === 0 ? undefined : counted.reduce(addFeature);
  const live = all && rowsIn(all) >= FEWEST ? all : undefined;
  const described = live && describe(feature, feature, live);
  const reference = binsOf(feature);
  return {
    name: of,
    ...(segment === undefined ? {} : { segment }),
    kind: feature.kind,
    drift: findings?.features[name]?.drift ?? 0,
    since: iso(since),
    rows: all ? rowsIn(all) : 0,
    psi: evidence?.psi ?? described?.psi ?? 0,
    log10: evidence?.log10 ?? null,
    bins: reference.map((_, bin) => nameOfBin(feature, bin)),
    baseline: shares(reference, rowsOf(feature)),
    live: shares(live ? [...live.counts, live.missing] : reference.map(() => 0), described?.rows ?? 0),
    ...(feature.kind === 'numeric' ? { mean: { from: feature.mean, to: described?.mean ?? null } } : {}),
    history: windows.map(({ window, tally }) => {
      const own = feature.seasons?.[seasonOf(baseline.season, window)] ?? feature;
      const { rows, psi, mean, missing } = describe(feature, own, tally.features[name]!);
      return rows < FEWEST ? { psi: null, mean: null, missing: null } : { psi, mean: mean ?? null, missing };
    }),
  };
}

const rowsIn = ({ counts, missing }: FeatureTally): number => counts.reduce((sum, count) => sum + count, missing);

const shares = (counts: readonly number[], rows: number): number[] =>
  counts.map((count) => (rows === 0 ? 0 : count / rows));

function windowHealth({ window, tally }: ClosedWindow): WindowHealth {
  const { rows, routes, reasons, ages, estimatedError, realizedCost } = tally;
  return {
    at: iso(window),
    rows,
    automation: rows < FEWEST ? null : (routes.get('automated') ?? 0) / rows,
    without: Object.fromEntries(reasons),
    ages: Object.fromEntries([...ages].map(([lookup, { n, sum, maximum }]) => [lookup, { mean: sum / n, maximum }])),
    estimatedError: estimatedError.n < FEWEST ? null : estimatedError.sum / estimatedError.n,
    realizedCost: realizedCost.n < FEWEST ? null : realizedCost.sum / realizedCost.n,
  };
}

const iso = (at: number): string => new Date(at).toISOString();
