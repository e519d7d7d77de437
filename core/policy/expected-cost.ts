import type { ExpectedCostPolicy } from './policy';

/** What a policy says about one probability. */
export interface PolicyChoice {
  /** An outcome, or null where the policy does not decide alone. */
  readonly outcome: string | null;
  /** Probability that the cheapest outcome is also the one that the truth will prove right. */
  readonly confidence: number;
  readonly code: 'EXPECTED_COST' | 'REVIEW_CHEAPER' | 'NEAR_BOUNDARY';
  readonly detail: string;
}

/** In `cautious` mode an outcome must be this many times cheaper than a review. */
const CAUTION = 2;

/**
 * Chooses the outcome of least expected cost, or a review where that is cheaper (Chow's reject option, 1970).
 * `probability` is that of `label`; its complement is that of the other label. Ties go to the review, then to the
 * outcome named first.
 */
export function chooseByCost(
  policy: ExpectedCostPolicy,
  {
    outcomes,
    labels,
    label,
    probability,
    cautious,
  }: {
    readonly outcomes: readonly string[];
    readonly labels: readonly string[];
    readonly label: string;
    readonly probability: number;
    readonly cautious: boolean;
  },
): PolicyChoice {
  const chance = (of: string) => (of === label ? probability : 1 - probability);
  const cost = (outcome: string, of: string) => policy.costs[outcome]![of]!;
  const expected = (outcome: string) => labels.reduce((sum, of) => sum + chance(of) * cost(outcome, of), 0);

  const cheapest = outcomes.reduce((best, outcome) => (expected(outcome) < expected(best) ? outcome : best));
  const least = expected(cheapest);
  const right = labels.filter((of) => outcomes.every((other) => cost(cheapest, of) <= cost(other, of)));
  const confidence = right.reduce((sum, of) => sum + chance(of), 0);

  const detail = [...outcomes.map((o) => `${o} ${round(expected(o))}`), `review ${round(policy.review)}`].join(', ');
  const answer = (code: PolicyChoice['code']): PolicyChoice => ({
    outcome: code === 'EXPECTED_COST' ? cheapest : null,
    confidence: round(confidence),
    code,
    detail: `expected cost: ${detail}`,
  });
  if (least >= policy.review) return answer('REVIEW_CHEAPER');
  return answer(cautious && least * CAUTION >= policy.review ? 'NEAR_BOUNDARY' : 'EXPECTED_COST');
}

const round = (x: number): number => Math.round(x * 10_000) / 10_000;
