import { COST_LEVELS, type Evidence, THRESHOLDS } from './evidence';
import { costTest, errorTest, type Point, type RiskTest } from './risk-test';

/** What is promised of the decisions that are automated. */
export type RiskPromise =
  /**
   * The share of wrong ones is at most `alpha`, 0 to 1. With a `horizon` that is the share counted among those of the
   * next so many requests; without, the chance of a wrong decision that lies behind them, as in an endless horizon.
   */
  | { readonly of: 'errors'; readonly alpha: number; readonly delta: number; readonly horizon?: number }
  /** Their expected cost is at most `alpha`, in the unit of the evidence's costs. */
  | { readonly of: 'cost'; readonly alpha: number; readonly delta: number };

export type ThresholdChoice = SupportedThreshold | { readonly unsupported: string };

export interface SupportedThreshold {
  /** Automate what has at least this confidence. */
  readonly threshold: number;
  /** Rows of the evidence (the first) that it automates, and how many of them were wrong. */
  readonly automated: number;
  readonly wrong: number;
  /** The share of wrong ones, or the mean cost, among these. */
  readonly observed: number;
  /** The least `alpha` that these rows support with the same `delta`. */
  readonly bound: number;
}

/**
 * The smallest threshold of which labelled rows show that it keeps the promise. With probability 1 − delta, over the
 * draw of these rows (and of the coming requests, where there is a horizon), the promise then holds, provided that the
 * rows are like the coming requests (exchangeable with them) and that neither the model nor its calibration was fitted
 * on them. Where they show it of no threshold, the answer says what they do show.
 *
 * Method: Learn then Test (Angelopoulos, Bates, Candès, Jordan and Lei, arXiv:2110.01052, 2021). "The risk of this
 * threshold exceeds alpha" is tested for one threshold after another, from strict to loose, each time at the full
 * delta, up to the first that fails (fixed-sequence testing). The promise is broken only if the first threshold of
 * the sequence that is too risky passes all the same, which has probability delta at most, whatever the shape of the
 * risk. Geifman and El-Yaniv (NeurIPS 2017) search selective classifiers with the same binomial bound, at delta over
 * the number of steps.
 *
 * Few rows prove nothing, so the sequence must not begin at the strictest threshold, nor at one picked by its errors. It
 * begins where N^¾ rows of the N proposed are automated (a third of 100, a tenth of 10,000), which looks at counts
 * alone. Given the counts, a test stays valid at that point if the chance of an error does not rise with confidence:
 * few very confident rows among as many then mean more errors, not fewer. (Risks made to rise with it stay within delta
 * in simulations too.) While there are too few rows to pass even without a flaw, a flawless threshold does not end the
 * sequence. As the start depends neither on alpha or delta nor on errors, a smaller alpha or delta, or one more error,
 * never loosens the choice.
 *
 * There may be several pieces of evidence of the same rows, of circumstances in which the policy proposes more or less.
 * A threshold passes if it passes in each: that its risk is too high in one is then believed too rarely to be false
 * with probability above delta, without a correction (intersection-union test; Berger, Technometrics 24(4), 1982). The
 * promise holds in any mixture of them.
 *
 * Of the alternatives for the start, in simulations of three models with 200 to 50,000 rows: the least
 * count that can pass as the start automated a twelfth less on average, and up to three fifths; a quarter of the rows as much
 * on average, but nothing where only the surest tenth is good enough; two starts that share delta less; all thresholds
 * at once, at half of delta, no more.
 */
export function chooseThreshold(evidence: readonly Evidence[], promise: RiskPromise): ThresholdChoice {
  for (const { costs } of promise.of === 'cost' ? evidence : []) {
    if (!costs) return { unsupported: 'the evidence was gathered without costs' };
    if (costs.seen > costs.largest)
      return {
        unsupported: `one row cost ${round(costs.seen)}; the largest cost was said to be ${round(costs.largest)}`,
      };
  }
  const test =
    promise.of === 'cost' ? costTest(evidence[0]!.costs!.largest, promise.delta) : errorTest(promise.horizon);
  const circumstances = evidence.map(pointsOf);
  const least = circumstances.map((points) => points.at(-1)!).sort((a, b) => a.automated - b.automated)[0]!;
  if (least.automated === 0) return { unsupported: 'no row was proposed to be decided alone' };

  let passed: readonly Point[] | undefined;
  for (let step = 0; step < THRESHOLDS.length; step++) {
    const points = circumstances.map((all) => all[step]!);
    if (points.some(({ automated }, i) => automated < circumstances[i]!.at(-1)!.automated ** 0.75)) continue;
    const failed = points.filter((point) => test.pValue(point, promise.alpha) > promise.delta);
    const flawed = failed.find((point) => test.observed(point) > 0);
    if (failed.length === 0) passed = points;
    else if (flawed) {
      if (passed) break;
      return { unsupported: whyNot(promise, test, flawed) };
    }
  }
  if (!passed) return { unsupported: tooFew(promise, test, least) };
  const [{ threshold, automated, wrong }] = passed as [Point];
  return {
    threshold,
    automated,
    wrong,
    observed: test.observed(passed[0]!),
    bound: Math.max(...passed.map((point) => boundOf(test, point, promise.delta))),
  };
}

/** From strict to loose. */
function pointsOf({ rows, proposed, wrong, costs }: Evidence): Point[] {
  let point: Point = { threshold: 1, rows, automated: 0, wrong: 0, spread: costs ? COST_LEVELS.map(() => 0) : [] };
  return THRESHOLDS.map((threshold, cell) => ({ threshold, cell }))
    .reverse()
    .map(({ threshold, cell }) => {
      point = {
        threshold,
        rows,
        automated: point.automated + proposed[cell]!,
        wrong: point.wrong + wrong[cell]!,
        spread: point.spread.map((hundredths, level) => hundredths + costs!.spread[level]![cell]!),
      };
      return point;
    });
}

/** The least alpha at which the point passes, to nine digits. The p-value falls as alpha grows. */
function boundOf(test: RiskTest, point: Point, delta: number): number {
  let [low, high] = [0, test.worst];
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    if (test.pValue(point, middle) <= delta) high = middle;
    else low = middle;
  }
  return high;
}

function whyNot({ of, alpha, delta }: RiskPromise, test: RiskTest, point: Point): string {
  const rows = `the surest ${point.automated} rows`;
  const wrong = `${point.wrong} of ${rows} ${point.wrong === 1 ? 'is' : 'are'} wrong`;
  const seen = of === 'errors' ? wrong : `${rows} cost ${round(test.observed(point))} on average`;
  return `${seen}, which supports ${round(boundOf(test, point, delta))} at best, not ${alpha}`;
}

/** Says how many flawless rows would pass, were more of them found at the rate of those at hand. */
function tooFew({ of, alpha, delta }: RiskPromise, test: RiskTest, all: Point): string {
  const passes = (automated: number) =>
    test.pValue({ ...all, automated, rows: (all.rows * automated) / all.automated }, alpha) <= delta;
  let [low, high] = [all.automated, 2 * all.automated];
  while (!passes(high)) {
    if (high > 1e9) return 'no number of rows can support it over so short a horizon';
    [low, high] = [high, 2 * high];
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle;
  }
  const flaw = of === 'errors' ? 'an error' : 'any cost';
  return `needs at least ${high} automated rows without ${flaw}; there are ${all.automated}`;
}

/** Four significant digits. */
const round = (x: number): number => Number(x.toPrecision(4));
