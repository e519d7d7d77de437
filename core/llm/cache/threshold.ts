/**
 * How near two questions must be to share an answer, learned from hits that the model was asked about as well.
 *
 * Similarities are put into bins. A bin serves hits once the checked ones say, with the confidence asked for, that fewer
 * than `wrongHits` of them are wrong; until then, and again when they no longer do, the model answers and each hit is
 * checked. The evidence is a test martingale (Ville 1939; Ramdas et al., Statistical Science 38, 2023), so it may be
 * looked at after each check: a bin whose share of wrong hits is `wrongHits` or more is ever opened with a probability of
 * at most (1 - confidence) / bins. That holds while a bin's share of wrong hits stays what it is; one that rises is noticed
 * by the hits that are checked further on, and what was counted more than two periods ago says nothing any more. The verified cache with a bound is vCache's idea (Schroeder et al. 2025, "vCache:
 * Verified Semantic Prompt Caching", arXiv 2502.03771); it bounds wrong answers among all requests and fits a curve for
 * each entry, this bounds them among the hits that are served and assumes no curve.
 */
export interface Evidence {
  /** By bin, of the checked hits. */
  readonly right: readonly number[];
  readonly wrong: readonly number[];
}

/** Lower ends of the bins: below the first there is no hit. Chosen on bench/cache/data/pairs-dev.jsonl. */
export const BINS = [0.8, 0.86, 0.91, 0.95] as const;
export const FLOOR = BINS[0];
export const CONFIDENCE = 0.95;

export const NO_EVIDENCE: Evidence = { right: BINS.map(() => 0), wrong: BINS.map(() => 0) };

/** The bin of a similarity; undefined below all. */
export function binOf(similarity: number): number | undefined {
  const bin = BINS.findLastIndex((from) => similarity >= from);
  return bin < 0 ? undefined : bin;
}

/** Counts of several processes or periods add up. */
export const mergeEvidence = (a: Evidence, b: Evidence): Evidence => ({
  right: BINS.map((_, bin) => (a.right[bin] ?? 0) + (b.right[bin] ?? 0)),
  wrong: BINS.map((_, bin) => (a.wrong[bin] ?? 0) + (b.wrong[bin] ?? 0)),
});

export const withChecked = (evidence: Evidence, bin: number, right: boolean): Evidence => {
  const one = BINS.map((_, i) => Number(i === bin));
  const none = BINS.map(() => 0);
  return mergeEvidence(evidence, right ? { right: one, wrong: none } : { right: none, wrong: one });
};

/** The alternatives that are bet on, as parts of the bound: hardly any are wrong, a few, half as many as may be. */
const BETS = [0.02, 0.2, 0.5];

/** Whether a bin may serve. */
export function isProven({ right, wrong }: Evidence, bin: number, wrongHits: number, confidence = CONFIDENCE): boolean {
  const [r, w] = [right[bin] ?? 0, wrong[bin] ?? 0];
  const logs = BETS.map((part) => {
    const rate = part * wrongHits;
    return w * Math.log(part) + r * (Math.log1p(-rate) - Math.log1p(-wrongHits));
  });
  const most = Math.max(...logs);
  const logEvidence = most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / BETS.length);
  return logEvidence >= Math.log(BINS.length / (1 - confidence));
}

/** How many right ones in a row open a bin. */
export function checksToOpen(wrongHits: number, confidence = CONFIDENCE): number {
  let [low, high] = [1, Math.ceil(20 / wrongHits)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isProven({ right: [middle], wrong: [0] }, 0, wrongHits, confidence)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Evidence counts for the period it was gathered in and for the next one. */
export const EVIDENCE_PERIOD_MS = 7 * 86_400_000;
export const periodOf = (now: number): number => Math.floor(now / EVIDENCE_PERIOD_MS);
