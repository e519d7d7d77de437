import type { Band } from './policy';
import { type Stakes, largest } from './stakes';

/** What one policy says: the index of an outcome, or null where it leaves the decision to a person; and why. */
export interface Choice {
  readonly outcome: number | null;
  readonly code: string;
  readonly detail: string;
}

/** In cautious mode a policy automates only what is far from its boundary. */
export type Chooser = (stakes: Stakes, cautious: boolean) => Choice;

export const round = (x: number): number => Math.round(x * 10_000) / 10_000;

/** In cautious mode an outcome must be this many times cheaper than a review. */
const CAUTION = 2;

/**
 * The outcome of least expected cost, or a review where that is not cheaper (Chow, "On optimum recognition error and
 * reject tradeoff", 1970). Ties go to the review, then to the outcome named first.
 */
export const expectedCostChooser =
  (outcomes: readonly string[]): Chooser =>
  (stakes, cautious) => {
    const { expected, review } = stakes;
    const cheapest = cheapestOf(stakes);
    const least = expected[cheapest]!;
    const prices = [...outcomes.map((outcome, i) => `${outcome} ${round(expected[i]!)}`), `review ${round(review)}`];
    const detail = `expected cost: ${prices.join(', ')}`;
    if (least >= review) return { outcome: null, code: 'REVIEW_CHEAPER', detail };
    if (cautious && least * CAUTION >= review) return { outcome: null, code: 'NEAR_BOUNDARY', detail };
    return { outcome: cheapest, code: 'EXPECTED_COST', detail };
  };

export const cheapestOf = ({ expected }: Stakes): number => largest(expected.map((cost) => -cost));

/** The outcome in whose band the probability lies; in cautious mode in the half of it that is far from its limits. */
export function thresholdsChooser(outcomes: readonly string[], bands: Readonly<Record<string, Band>>): Chooser {
  const ranges = Object.entries(bands).map(([outcome, { from = -Infinity, below = Infinity }]) => ({
    outcome: outcomes.indexOf(outcome),
    text: bandText({ from, below }),
    normal: { from, below },
    cautious: shrink(from, below),
  }));
  const narrow = (range: (typeof ranges)[number], cautious: boolean) => (cautious ? range.cautious : range.normal);
  return ({ probability }, cautious) => {
    const inside = (range: (typeof ranges)[number], careful: boolean) => {
      const { from, below } = narrow(range, careful);
      return probability >= from && probability < below;
    };
    const found = ranges.find((range) => inside(range, false));
    const at = `probability ${round(probability)}`;
    if (!found) return { outcome: null, code: 'BETWEEN_THRESHOLDS', detail: `${at} is in no band` };
    const detail = `${at} is ${found.text}`;
    if (cautious && !inside(found, true)) return { outcome: null, code: 'NEAR_BOUNDARY', detail };
    return { outcome: found.outcome, code: 'WITHIN_THRESHOLDS', detail };
  };
}

const bandText = ({ from, below }: { from: number; below: number }): string =>
  [from > -Infinity ? `from ${from}` : '', below < Infinity ? `below ${below}` : ''].filter(Boolean).join(' and ');

/** Half of a band: what is left without a quarter of its width at either limit, or without a half at the only one. */
function shrink(from: number, below: number): { from: number; below: number } {
  const [low, high] = [Math.max(0, from), Math.min(1, below)];
  const cut = (high - low) / (from > -Infinity && below < Infinity ? 4 : 2);
  return { from: from > -Infinity ? low + cut : from, below: below < Infinity ? high - cut : below };
}

/** From which sureness on a promise holds, or why it cannot be given. */
export type ControlledFrom = { readonly threshold: number } | { readonly unsupported: string };

/** Which outcome risk control would take, and how sure it is of it: 0 to 1, the higher the less is at risk. */
export type Surest = (stakes: Stakes) => { readonly outcome: number; readonly sureness: number };

/** The outcome that is most probably right. */
export const mostProbable: Surest = ({ right }) => {
  const outcome = largest(right);
  return { outcome, sureness: right[outcome]! };
};

/** The outcome that costs least in expectation, as a share of the largest cost. */
export const leastCostly =
  (largestCost: number): Surest =>
  (stakes) => {
    const outcome = cheapestOf(stakes);
    return { outcome, sureness: 1 - stakes.expected[outcome]! / largestCost };
  };

/**
 * The surest outcome, where it is as sure as the evidence demands; `promise` is its text. In cautious mode the bound is
 * half as large.
 */
export const riskControlChooser =
  (promise: string, surest: Surest, normal: ControlledFrom, cautiously: ControlledFrom): Chooser =>
  (stakes, cautious) => {
    const { outcome, sureness } = surest(stakes);
    const control = cautious ? cautiously : normal;
    if ('unsupported' in control)
      return { outcome: null, code: 'RISK_UNSUPPORTED', detail: `${promise}: ${control.unsupported}` };
    const detail = `${promise}: sure by ${round(sureness)}, needed ${round(control.threshold)}`;
    if (sureness >= control.threshold) return { outcome, code: 'RISK_CONTROLLED', detail };
    const near = cautious && 'threshold' in normal && sureness >= normal.threshold;
    return { outcome: null, code: near ? 'NEAR_BOUNDARY' : 'RISK_TOO_HIGH', detail };
  };
