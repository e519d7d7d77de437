import type { Baseline } from '../drift/baseline';
import type { Calibration } from '../model/calibration';
import type { Column } from '../model/encoding';
import type { XgboostJson } from '../model/xgboost';
import type { PolicyEvidence } from '../policy/policy-evidence';
import type { Costs, Policy } from '../policy/policy';
import type { LlmModel } from '../llm/settings';
import type { HedgeSettings } from '../resilience/hedge';
import type { DecisionTable, TableRow } from '../rules/decision-table';

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
  /**
   * For how long past `maxAge` a value is still used, with less confidence: as in `cautious` mode, only what is far
   * from the boundary is automated. @default - not at all; too old is as good as missing
   */
  readonly lastGoodFor?: DurationText;
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
  /** From the endpoint's score to a probability; `plumbline calibrate` fits one. @default - the score is one */
  readonly calibration?: Calibration;
  /**
   * The trees behind the endpoint, in XGBoost's JSON format: simulation scores by them, and explanations attribute
   * scores to features by them. @default - history must hold scores, and nothing is attributed
   */
  readonly trees?: XgboostJson;
  /** What serves the endpoint. @default 'serverless' */
  readonly servedBy?: 'serverless' | 'instances';
  /** Asks a second time when an answer takes longer than usual; for endpoints served by instances. @default - never */
  readonly hedge?: HedgeSettings;
}

/** What a rule forces, whatever the model says: an outcome, or a person's decision. */
export type Forced = { readonly outcome: string } | { readonly route: 'review' };

/** A rule forces an outcome, or sends the decision to a person, whatever the model says. */
export type Rule = {
  readonly id: string;
  readonly when: Cel;
  /** The reason code a matching decision carries. */
  readonly reason: string;
  /** Rules of higher priority come first; equal ones keep the order of the list. @default 0 */
  readonly priority?: number;
} & Forced;

/** Rules in the form of a table: what a row that hits forces. */
export interface RuleTable extends DecisionTable<TableRow & { readonly reason: string } & Forced> {
  /** As of a rule. @default 0 */
  readonly priority?: number;
}

export interface Decide {
  readonly outcomes: readonly string[];
  /** The values that truth can take. */
  readonly labels: readonly string[];
  /** What each outcome costs under each truth, and what a review costs: policies and simulation count by it. */
  readonly costs: Costs;
  /** Rules and decision tables, by priority. */
  readonly rules?: readonly (Rule | RuleTable)[];
  /**
   * `first`: the first rule that matches decides. `all`: every rule that matches gives its reason, those of the highest
   * priority among them decide, and where these disagree, a person does. @default 'first'
   */
  readonly match?: 'first' | 'all';
  /** Turns the probability into an outcome, where no rule has, or into a person's decision. */
  readonly policy: Policy;
  /** How the policy did on labelled history, for risk control; `plumbline certify` measures it. */
  readonly evidence?: PolicyEvidence;
}

/** The longest that each step of a request may take; the last quarter of the deadline (at most 1s) is for the record. */
export interface Budgets {
  /** Reading features, from the handler's entry on. */
  readonly features?: DurationText;
  /** One call of the model; never longer than the deadline leaves. */
  readonly model?: DurationText;
}

export type FallbackStep =
  | { readonly step: 'heuristic'; readonly when?: Cel; readonly outcome: string; readonly reason?: string }
  | {
      readonly step: 'endpoint';
      /** The name of another endpoint that serves the same model. @default - the model's own, of which `variant` is another */
      readonly endpoint?: string;
      /** A production variant; of endpoints served by instances. */
      readonly variant?: string;
      readonly when?: Cel;
      /** The longest that its call may take. @default - as the model's */
      readonly budget?: DurationText;
    }
  | { readonly step: 'review'; readonly when?: Cel }
  | { readonly step: 'safe_default'; readonly outcome: string | null };

export interface Review {
  /** From the request for a review until the safe default takes its place. */
  readonly sla: DurationText;
  /** How long a claimed task belongs to its reviewer. @default '15m' */
  readonly lease?: DurationText;
  /** Reason codes a reviewer may give; `OTHER` is always one. */
  readonly reasons?: readonly string[];
  /** Reviews an hour that people get done: as the backlog grows, a review's price rises. @default - it does not */
  readonly capacity?: number;
  /**
   * Share of the automated decisions, drawn at random, that a person makes instead, blind to what the pipeline would
   * have done: so errors are measured without bias. @default 0
   */
  readonly sample?: number;
}

/** Where labelled history holds what; every other column is a field of the input, or one that is looked up. */
export interface History {
  /** The column that holds the truth, one of `decide.labels`. */
  readonly label: string;
  /** The column that holds the time of a request (ISO 8601). @default - requests come evenly spread */
  readonly at?: string;
}

/** Work that follows a final decision: a Step Functions workflow that is started exactly once for it. */
export interface Action {
  /** The outcomes that it follows, whoever decided. */
  readonly on: readonly string[];
}

/** A change that is known beforehand: what it makes of features is no drift. */
export interface AnnouncedChange {
  /** ISO 8601. What came before it is no longer held against what comes after. */
  readonly from: string;
  /** ISO 8601. From here on it is judged by the baseline again: a new one, if the change has come to stay. */
  readonly until: string;
  /** By name; their segments included. @default - all */
  readonly features?: readonly string[];
  readonly reason: string;
}

export interface Drift {
  readonly baseline: Baseline;
  /** Length of a window of event time. @default '1m' */
  readonly window?: DurationText;
  /** How long after its end a window waits for late decisions. @default '30s' */
  readonly lateness?: DurationText;
  /** How often the whole pipeline may raise an alarm without any drift. @default 1 */
  readonly falseAlarmsPerMonth?: number;
  /** Population stability index, less what chance makes of it, below which a change does not matter. @default 0.01 */
  readonly floor?: number;
  /** Parts of the requests that are watched on their own as well, by name: where a shift hides in the whole. */
  readonly segments?: Readonly<Record<string, Cel>>;
  /** Features with an alarm of their own. */
  readonly critical?: readonly string[];
  /** Changes that are known beforehand, such as a campaign. */
  readonly changes?: readonly AnnouncedChange[];
}

/** What the pipeline is to keep to, as shares of its decisions; alarms tell when a month's error budget goes too fast. */
export interface Slo {
  /** Made inside the deadline, such as 0.999. */
  readonly inDeadline?: number;
  /** Made with a model's answer, of any endpoint, such as 0.99. */
  readonly answered?: number;
}

export type Model = SageMakerModel | LlmModel;

/** All that a platform engineer writes. Plain data: it can be serialized to JSON and back. */
export interface PipelineDefinition<M extends Model = Model> {
  /** Lower-case letters, digits and hyphens; at most 40 characters. */
  readonly name: string;
  readonly description?: string;
  /** JSON Schema 2020-12 of a request's `input`: an object. */
  readonly input: JsonSchema;
  readonly features?: Features;
  readonly model: M;
  readonly decide: Decide;
  /** From the handler's entry to its answer: 100 ms to 25 s. */
  readonly deadline: DurationText;
  /** How the deadline is shared out. @default - features a third, the model what is left before the write */
  readonly budgets?: Budgets;
  /** Tried in order when the model cannot answer in time or at all; the last is the safe default. */
  readonly fallback: readonly FallbackStep[];
  readonly review: Review;
  /** What is done by outcome; `DecisionPipeline` is given the workflow of each by its name here. @default - events only */
  readonly actions?: Readonly<Record<string, Action>>;
  readonly drift?: Drift;
  /** @default - no objectives */
  readonly slo?: Slo;
  /**
   * Fields that must not decide, such as `input.sex`: recorded so that outcomes can be compared by group, and out of
   * reach for features, model and rules. @default - none
   */
  readonly protected?: readonly string[];
  /** How labelled history is laid out, for the commands that read it. */
  readonly history?: History;
  /** Callers that may read and label every decision: `<account>:role/<name>` or `<account>:user/<name>`. @default - only one's own */
  readonly readers?: readonly string[];
}
