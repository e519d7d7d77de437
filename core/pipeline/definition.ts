import type { Baseline } from '../drift/baseline';
import type { Calibration } from '../model/calibration';
import type { Column } from '../model/encoding';
import type { Policy } from '../policy/policy';

/** A span of time with its unit: `250ms`, `30s`, `15m`, `4h`, `14d`. */
export type DurationText = string;

/** A CEL expression over `input` and `features`, type-checked at synth. */
export type Cel = string;

export type Scalar = string | number | boolean;

/** The part of JSON Schema 2020-12 that Plumbline reads itself; the validator understands all of it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly title?: string;
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/** What becomes of a decision whose looked-up values are missing or older than `maxAge`. */
export type OnMissing = 'review' | 'reject' | { readonly default: Readonly<Record<string, Scalar>> };

/** Values that are already known, read from a feature table by one key. */
export interface Lookup {
  /** CEL giving the item's `id` (a string). */
  readonly key: Cel;
  /** The attributes to read, each with the JSON Schema that its value must satisfy. */
  readonly fields: Readonly<Record<string, JsonSchema>>;
  /** The oldest `updatedAt` that still counts. @default - values do not age */
  readonly maxAge?: DurationText;
  readonly onMissing: OnMissing;
}

export interface Features {
  /** Feature-store lookups by name; the name is also the table's name in outputs and properties. */
  readonly lookups?: Readonly<Record<string, Lookup>>;
  /** Values computed from `input` and looked-up `features`, in the order given. */
  readonly derived?: Readonly<Record<string, Cel>>;
}

/** A model behind a SageMaker endpoint that takes one CSV row and answers a probability. */
export interface SageMakerModel {
  readonly kind: 'sagemaker';
  /** The endpoint's name. */
  readonly endpoint: string;
  /** The row that the endpoint expects, column by column. */
  readonly columns: readonly Column[];
  /** The label whose probability the endpoint answers. */
  readonly probabilityOf: string;
  /** From the endpoint's score to a probability. @default - the score is one */
  readonly calibration?: Calibration;
}

interface RuleBase {
  readonly id: string;
  readonly when: Cel;
  /** The reason code a matching decision carries. */
  readonly reason: string;
}
/** A rule forces an outcome, or sends the decision to a person, whatever the model says. */
export type Rule = RuleBase & ({ readonly outcome: string } | { readonly route: 'review' });

export interface Decide {
  readonly outcomes: readonly string[];
  /** The values that truth can take. */
  readonly labels: readonly string[];
  /** Tried in order; the first that matches decides. */
  readonly rules?: readonly Rule[];
  readonly policy: Policy;
}

export type FallbackStep =
  | { readonly step: 'heuristic'; readonly when?: Cel; readonly outcome: string; readonly reason?: string }
  | { readonly step: 'review' }
  | { readonly step: 'safe_default'; readonly outcome: string | null };

export interface Review {
  /** From the request for a review until the safe default takes its place. */
  readonly sla: DurationText;
  /** How long a claimed task belongs to its reviewer. @default '15m' */
  readonly lease?: DurationText;
  /** Reason codes a reviewer may give; `OTHER` is always one. */
  readonly reasons?: readonly string[];
}

export interface Drift {
  readonly baseline: Baseline;
  /** Length of a window of event time. @default '1m' */
  readonly window?: DurationText;
  /** How long after its end a window waits for late decisions. @default '30s' */
  readonly lateness?: DurationText;
}

/** All that a platform engineer writes. Plain data: it can be serialized to JSON and back. */
export interface PipelineDefinition {
  /** Lower-case letters, digits and hyphens; at most 40 characters. */
  readonly name: string;
  readonly description?: string;
  /** JSON Schema 2020-12 of a request's `input`: an object. */
  readonly input: JsonSchema;
  readonly features?: Features;
  readonly model: SageMakerModel;
  readonly decide: Decide;
  /** From the handler's entry to its answer: 100 ms to 25 s. */
  readonly deadline: DurationText;
  /** Tried in order when the model cannot answer in time or at all; the last is the safe default. */
  readonly fallback: readonly FallbackStep[];
  readonly review: Review;
  readonly drift?: Drift;
  /** Callers that may read every decision: `<account>:role/<name>` or `<account>:user/<name>`. @default - only one's own */
  readonly readers?: readonly string[];
}
