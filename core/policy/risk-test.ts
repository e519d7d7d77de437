import { COST_LEVELS } from './evidence';
import { betaBinomialTail, binomialTail } from './tails';

/** The rows that a threshold automates. */
export interface Point {
  readonly threshold: number;
  /** All rows looked at. */
  readonly rows: number;
  readonly automated: number;
  readonly wrong: number;
  /** Hundredths of rows by cost level. */
  readonly spread: readonly number[];
}

/** What is seen of the risk at a point, and how surprising that would be if the risk were above alpha. */
export interface RiskTest {
  observed(point: Point): number;
  pValue(point: Point, alpha: number): number;
  /** The highest risk there can be. */
  readonly worst: number;
}

/**
 * Without a horizon: P(Binomial(n, α) ≤ k), exact for k wrong of n.
 *
 * With one, of whose requests m will be automated, the promise is broken when f + 1 or more of these are wrong, f =
 * ⌊αm⌋. The n + m decisions are exchangeable. So, given that T of them are wrong, P(at most k of the n are, and more
 * than f of the m) is hypergeometric, and greatest at T = k + f + 1: the chance that of the first k + f + 1 errors, in
 * random order, at most k fall on the n. Counting the errors before the (f + 1)th of the m instead, this is the tail of
 * a negative hypergeometric, which is BetaBinomial(n, f + 1, m − f). Since f + 1 > αm and m − f < (1 − α)m + 1, the
 * tail of BetaBinomial(n, αm, (1 − α)m + 1) is never below it, and smooth in m, which is itself only expected:
 * n / rows of the horizon. (Averaged over a random m the exact tail stayed below this one wherever it was tried.)
 * The fixed sequence keeps delta here as well: let u be uniform and the first threshold that is too loose the first
 * that breaks the promise with probability above u; the chance that this one passes is the same tail, as long as n does
 * not change much over the thresholds that matter.
 */
export function errorTest(horizon?: number): RiskTest {
  return {
    observed: ({ wrong, automated }) => wrong / automated,
    pValue({ wrong, automated, rows }, alpha) {
      if (horizon === undefined) return binomialTail(wrong, automated, alpha);
      const coming = (automated * horizon) / rows;
      return betaBinomialTail(wrong, automated, alpha * coming, (1 - alpha) * coming + 1);
    },
    worst: 1,
  };
}

/**
 * A bet of the fraction ν that the mean of costs in [0, B] exceeds α has, if it does, no expected gain: the mean of
 * Π (1 + ν(α − cost)) is at most 1, and its inverse a p-value by Markov (Waudby-Smith and Ramdas, JRSS B 86(1), 2024).
 * ν = √(2 ln(1/δ) / (nαB)), at most 1/B, is the best for a mean near α of costs that are 0 or B, the most spread there
 * can be; for costs less spread it is at most a little too small. Being so, it needs no look at the costs, and what
 * passes also passes at a greater α (ν + ν′(α − cost) = ν(½ + cost/2α) > 0), a greater δ (the logarithm is concave
 * in ν) and smaller costs.
 *
 * Chosen by simulation, at a delta of 0.1 and 0.02 and with 100 to 2,000 rows: it certifies a risk of half or 0.7 of α
 * about as often as Hoeffding–Bentkus (the bound of the Learn-then-Test paper) where every cost is 0 or B, at worst 74
 * times in 100 instead of 80, and far more often where most losses stay well below B (log-normal ones: 70 instead of
 * 25, 41 instead of 7). Empirical Bernstein and mixtures of bets were weaker throughout. Bets adapted row by row are a
 * little stronger, but depend on α and on the order of the rows, so no summary can hold them. The levels of the
 * evidence cost one time in 100.
 */
export function costTest(largest: number, delta: number): RiskTest {
  const surprise = Math.log(1 / delta);
  const flawless = ({ automated, spread }: Point) => automated - spread.reduce((sum, h) => sum + h, 0) / 100;
  return {
    observed: ({ automated, spread }) =>
      (largest * spread.reduce((sum, h, level) => sum + h * COST_LEVELS[level]!, 0)) / 100 / automated,
    pValue(point, alpha) {
      // In units of the largest cost.
      const mean = alpha / largest;
      const bet = Math.min(1, Math.sqrt((2 * surprise) / (point.automated * mean)));
      const capital = point.spread.reduce(
        (sum, h, level) => sum + (h / 100) * Math.log1p(bet * (mean - COST_LEVELS[level]!)),
        flawless(point) * Math.log1p(bet * mean),
      );
      return Math.exp(-capital);
    },
    worst: largest,
  };
}
