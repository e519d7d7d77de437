import type { Reason } from '../decision/decision';
import type { Attributions } from '../model/attributions';
import type { Forced } from '../pipeline/definition';

/** Why a decision came out as it did: worked out again from its record, in JSON. */
export type Explanation = Explained | Unexplained;

export interface Unexplained {
  /** The decision's. */
  readonly version: string;
  /** `OTHER_VERSION`: what decided is not here. `BLIND`: who reviews a sample must not be led by the pipeline. */
  readonly unavailable: 'OTHER_VERSION' | 'BLIND' | 'FORGOTTEN';
  readonly detail: string;
}

export interface Explained {
  readonly version: string;
  /** Whether deciding again from the record gave the same outcome, route, reasons and scores. */
  readonly reproduced: boolean;
  /** The rules and rows of tables that matched, nearly matched or cannot be told, in the order they are asked in. */
  readonly rules: readonly ExplainedRule[];
  /** How many other rules and rows there are. */
  readonly otherRules: number;
  /** What each outcome, and `review`, costs in expectation, the cheapest first. */
  readonly options: readonly Option[] | null;
  readonly optionsMissing?: 'NO_SCORE' | 'COST_UNRESOLVED';
  /** What the policy makes of the score, whether or not a rule came before it; null without a score. */
  readonly policy: ExplainedPolicy | null;
  /** What moved the score. */
  readonly attributions: ExplainedScore | null;
  /** `NO_TREES`: the definition does not hold the model. `ANOTHER_MODEL`: the one that it holds scores otherwise. */
  readonly attributionsMissing?: 'NO_SCORE' | 'NO_TREES' | 'ANOTHER_MODEL';
  /** What the pipeline would have decided, had the decision not been drawn for a blind review. */
  readonly sampled?: string;
}

/** A rule, or a row of a decision table. */
export interface ExplainedRule {
  /** The rule's, or the table's. */
  readonly id: string;
  /** Of a table, from 1. */
  readonly row?: number;
  readonly priority: number;
  readonly reason: string;
  readonly forces: Forced;
  /** Null where it cannot be told, since a value is missing. */
  readonly matched: boolean | null;
  readonly near: boolean;
  readonly conditions: readonly ExplainedCondition[];
  /** The values that are missing, such as `input.age`. */
  readonly missing: readonly string[];
}

export interface ExplainedCondition {
  readonly text: string;
  readonly holds: boolean | null;
  /** The value that a comparison, or the cell of a table, is about. */
  readonly left?: unknown;
  /** What it is compared with. */
  readonly right?: unknown;
  /** Between two numbers. */
  readonly distance?: number;
  /** Whether the rule nearly matched by this condition: but for it, it would have. */
  readonly near: boolean;
}

export interface Option {
  readonly option: string;
  readonly expectedCost: number;
}

export interface ExplainedPolicy {
  /** Null where it leaves the decision to a person. */
  readonly outcome: string | null;
  readonly confidence: number | null;
  readonly reasons: readonly Reason[];
  readonly segment?: string;
}

/** `base`, all `effects` and `others` add up to the log-odds of `label`: of its probability, or of the model's score. */
export interface ExplainedScore {
  readonly label: string;
  readonly scale: Attributions['scale'];
  /** Where nothing is known of a request. */
  readonly base: number;
  /** The strongest first; each multiplies the odds of `label` by exp(effect). */
  readonly effects: readonly { readonly feature: string; readonly value: unknown; readonly effect: number }[];
  /** The sum of the effects that are not listed. */
  readonly others: number;
}
