import { type FeatureBaseline, type Season, binsOf, seasonOf } from './baseline';
import { type Reference, logEvidence, mixOf, referenceOf } from './e-process';
import type { FeatureTally } from './counter';

/** Evidence, as a likelihood ratio, at which a drift counts as over: in nats, one in a thousand. */
const OVER = Math.log(1_000);

/** One variable's rows of one block of time. */
export interface BlockCounts {
  /** When it began, epoch ms. */
  readonly start: number;
  readonly tally: FeatureTally;
}

/** What the newest blocks, back to some start, say about one variable. */
export interface SpanEvidence {
  /** How many blocks, from the newest on. */
  readonly blocks: number;
  readonly rows: number;
  /** ln of the e-value. */
  readonly log: number;
  /** Rows by bin: what the reference has, in the mix of seasons that the span has, and what came. */
  readonly expected: readonly number[];
  readonly observed: readonly number[];
}

/** What is known of one variable. */
export interface Detection {
  /** ln of the e-detector: the e-values of all starts together. */
  readonly log: number;
  /** The span that speaks loudest; undefined where none has enough rows. */
  readonly strongest: SpanEvidence | undefined;
  /** Whether what was seen to begin at `since` has not come to an end. */
  readonly lasts: boolean;
}

/** Judges one variable against its baseline. */
export interface Detector {
  /**
   * `blocks` are newest first, `starts` ascending counts of them; `since`, epoch ms, is when the drift that was last found
   * began.
   */
  detect(blocks: readonly BlockCounts[], starts: readonly number[], since?: number): Detection;
}

export function detectorOf(feature: FeatureBaseline, season: Season | undefined): Detector {
  const seasons = (feature.seasons ?? [feature]).map(binsOf);
  const scales = feature.kind === 'numeric' && feature.seasons ? seasons.map(scaleOf) : undefined;
  const seasonAt = (at: number): number => (feature.seasons ? seasonOf(season, at) : 0);
  return {
    detect(blocks, starts, since) {
      const begun = since === undefined ? 0 : blocks.filter(({ start }) => start >= since).length;
      const all = begun === 0 || starts.includes(begun) ? starts : [...starts, begun].sort((a, b) => a - b);
      const spans = cumulate(blocks, all, { seasons, scales, seasonAt });
      const lasting = spans.filter((span, i) => !spans.slice(0, i).some((suffix) => speaksForTheEnd(span, suffix)));
      const lasts = lasting.some((span) => span.blocks === begun);
      const found = lasting.map(({ reference, ...span }) => ({ ...span, log: logEvidence(reference, span.observed) }));
      if (found.length === 0) return { log: -Infinity, strongest: undefined, lasts };
      const strongest = found.reduce((a, b) => (b.log > a.log ? b : a));
      // Of the e-processes that began at each of the starts, the sum (Shiryaev and Roberts).
      const log = strongest.log + Math.log(found.reduce((sum, one) => sum + Math.exp(one.log - strongest.log), 0));
      return { log, strongest, lasts };
    },
  };
}

interface Span extends Omit<SpanEvidence, 'log'> {
  readonly reference: Reference;
  /** The same histograms, or, of numbers with seasons, those over the deciles of each season: there a shift looks alike. */
  readonly alike: { readonly expected: readonly number[]; readonly observed: readonly number[] };
}

interface Seasonal {
  /** Rows of the reference by bin, the last missing, of each season. */
  readonly seasons: readonly (readonly number[])[];
  /** See `scaleOf`. */
  readonly scales: readonly (readonly number[])[] | undefined;
  seasonAt(at: number): number;
}

/** The spans from each start to now, the shortest first. `blocks` are newest first, `starts` ascending counts of them. */
function cumulate(
  blocks: readonly BlockCounts[],
  starts: readonly number[],
  { seasons, scales, seasonAt }: Seasonal,
): Span[] {
  const spans: Span[] = [];
  const known = seasons.map((counts) => counts.some((count) => count > 0));
  const bySeason = new Array<number>(seasons.length).fill(0);
  const observed = new Array<number>(seasons[0]!.length).fill(0);
  const deciles = new Array<number>(DECILES).fill(0);
  let rows = 0;
  let taken = 0;
  for (const start of starts) {
    for (; taken < start; taken++) {
      const { start: at, tally } = blocks[taken]!;
      const of = seasonAt(at);
      // With an hour of which the reference has no row, nothing can be compared.
      if (!known[of]) continue;
      const n = tally.counts.reduce((sum, count) => sum + count, tally.missing);
      tally.counts.forEach((count, bin) => (observed[bin]! += count));
      observed[observed.length - 1]! += tally.missing;
      if (scales) addDeciles(deciles, scales[of]!, tally.counts);
      bySeason[of]! += n;
      rows += n;
    }
    if (rows === 0) continue;
    const parts = seasons.flatMap((counts, of) => (bySeason[of]! > 0 ? [{ counts, rows: bySeason[of]! }] : []));
    const reference = mixOf(parts);
    const expected = reference.shares.map((share) => share * rows);
    const span = { blocks: start, rows, expected, observed: [...observed], reference };
    spans.push({ ...span, alike: scales ? overDeciles(span, deciles) : span });
  }
  return spans;
}

const DECILES = 10;

/** Where each bin of numbers ends, as a share of the season's values. */
function scaleOf(counts: readonly number[]): number[] {
  const { open } = referenceOf(counts.slice(0, -1));
  const total = open.reduce((sum, count) => sum + count, 0);
  let below = 0;
  return open.map((count) => (below += count / total));
}

/** Adds a histogram, each bin spread evenly over the deciles that it covers. */
function addDeciles(deciles: number[], scale: readonly number[], counts: readonly number[]): void {
  counts.forEach((count, bin) => {
    if (count === 0) return;
    const [low, high] = [scale[bin - 1] ?? 0, Math.min(1, scale[bin]!)];
    for (let decile = Math.min(DECILES - 1, Math.floor(low * DECILES)); decile < DECILES; decile++) {
      const [from, to] = [Math.max(low, decile / DECILES), Math.min(high, (decile + 1) / DECILES)];
      if (to > from) deciles[decile]! += (count * (to - from)) / (high - low);
      if (to >= high) break;
    }
  });
}

function overDeciles({ rows, expected, observed }: Omit<Span, 'alike'>, deciles: readonly number[]): Span['alike'] {
  const missing = expected.at(-1)!;
  return {
    expected: [...deciles.map(() => (rows - missing) / DECILES), missing],
    observed: [...deciles, observed.at(-1)!],
  };
}

/**
 * Whether the newest part of a span looks so much more like the baseline than like what came before it that what the
 * span saw is over. It only ever takes evidence away, so no promise depends on it.
 */
function speaksForTheEnd(whole: Span, end: Span): boolean {
  const rows = whole.rows - end.rows;
  if (rows === 0) return false;
  const span = { ...whole.alike, rows: whole.rows };
  const suffix = { ...end.alike, rows: end.rows };
  const bins = span.observed.length;
  const tilted = new Array<number>(bins);
  let total = 0;
  for (let bin = 0; bin < bins; bin++) {
    const share = span.expected[bin]! / span.rows;
    const seen = span.observed[bin]! - suffix.observed[bin]! + share * (bins / 2);
    const foretold = span.expected[bin]! - suffix.expected[bin]! + share * (bins / 2);
    total += tilted[bin] = (suffix.expected[bin]! * seen) / foretold;
  }
  let ratio = 0;
  for (let bin = 0; bin < bins; bin++) {
    const count = suffix.observed[bin]!;
    if (count > 0) ratio += count * Math.log((suffix.expected[bin]! * total) / (tilted[bin]! * suffix.rows));
  }
  return ratio >= OVER;
}

/**
 * Which of many variables have drifted, at a rate of at most one false alarm in `looks` looks for all of them together:
 * the e-BH rule (Wang and Ramdas, J. Royal Statistical Society B 84(3), 2022) on e-detectors (Shin, Ramdas and Rinaldo,
 * New England J. Statistics in Data Science 2(2), 2023). The k loudest of K drift where each exceeds looks · K / k. Then
 * the mean of all K exceeds `looks`; the mean is an e-detector too, and one that has grown by at most 1 a look in
 * expectation reaches `looks` no sooner than after that many of them on average. How the variables hang together does
 * not matter.
 */
export function drifted(logs: readonly number[], looks: number): boolean[] {
  const ranked = logs.map((log, i) => ({ log, i })).sort((a, b) => b.log - a.log);
  let last = -1;
  ranked.forEach(({ log }, rank) => {
    if (log >= Math.log((looks * logs.length) / (rank + 1))) last = rank;
  });
  const found = new Array<boolean>(logs.length).fill(false);
  for (const { i } of ranked.slice(0, last + 1)) found[i] = true;
  return found;
}
