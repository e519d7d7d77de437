import type { Cel } from '../pipeline/definition';

/** In one unit of the user's choice: a number, or CEL over `input` and `features` that gives one. */
export type Cost = number | Cel;

/** What each outcome costs under each truth; beside them `review`, the price of one review. */
export type Costs = { readonly review: Cost } & Readonly<Record<string, Cost | Readonly<Record<string, Cost>>>>;

/** Picks what costs least in expectation, by `decide.costs`: one of the outcomes, or a review. */
export interface ExpectedCostPolicy {
  readonly kind: 'expectedCost';
}

/** Probabilities from `from` (0 if left out) to below `below` (1 and above, if left out). */
export interface Band {
  readonly from?: number;
  readonly below?: number;
}

/** Gives each outcome a band of the probability; what lies in none is reviewed. */
export interface ThresholdsPolicy {
  readonly kind: 'thresholds';
  readonly bands: Readonly<Record<string, Band>>;
}

/** Decides what is more probably right than any other outcome, where enough labelled evidence supports a promise. */
export interface RiskControlPolicy {
  readonly kind: 'riskControl';
  /** What is bounded, of the decisions that the policy automates: the share of wrong ones, or their mean cost. */
  readonly of: 'errors' | 'cost';
  /** The bound: a share, or a cost in the unit of `decide.costs`. */
  readonly alpha: number;
  /** How probable it may be, over the evidence, that the promise does not hold. */
  readonly delta: number;
  /** Requests over which the realized share keeps to the bound. @default - the share in the long run does */
  readonly horizon?: number;
}

/** Automates only what all of its policies decide alike. */
export interface AllOfPolicy {
  readonly kind: 'allOf';
  readonly policies: readonly PlainPolicy[];
}

export type PlainPolicy = ExpectedCostPolicy | ThresholdsPolicy | RiskControlPolicy | AllOfPolicy;

/** One policy for the requests of each segment: the first whose `when` holds. */
export interface SegmentsPolicy {
  readonly kind: 'segments';
  readonly segments: readonly { readonly id: string; readonly when: Cel; readonly policy: PlainPolicy }[];
  readonly otherwise: PlainPolicy;
}

export type Policy = PlainPolicy | SegmentsPolicy;

/** What a policy promises. */
export function riskControlsOf(policy: PlainPolicy): readonly RiskControlPolicy[] {
  if (policy.kind === 'allOf') return policy.policies.flatMap(riskControlsOf);
  return policy.kind === 'riskControl' ? [policy] : [];
}
