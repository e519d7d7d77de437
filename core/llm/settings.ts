import type { Calibration } from '../model/calibration';
import type { Limits } from './budgets/limits';
import type { LlmGuards } from './guards/settings';
import type { DurationText, JsonSchema } from '../pipeline/definition';

/** What stands for a `{{name}}` of a prompt: a path, `input.<field>` or `features.<name>`. */
export type PromptVariable = string | { readonly from: string; readonly mostCharacters: number };

export interface PromptMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** One version of a prompt. `loadPrompts` reads it from `<version>.md`. */
export interface Prompt {
  readonly description?: string;
  readonly variables: Readonly<Record<string, PromptVariable>>;
  /** The texts, with `{{name}}` where a variable stands; the last is the user's. */
  readonly messages: readonly PromptMessage[];
  /** From 0, the likeliest words, to 2. @default 0 */
  readonly temperature?: number;
}

/** The versions that can be asked without another deployment, and which of them are. */
export interface Prompts {
  readonly versions: Readonly<Record<string, Prompt>>;
  /** The version that is asked until an operator promotes another; a deployment that changes it is heard again. */
  readonly live: string;
  /** When a candidate is taken back without an operator. */
  readonly gate?: PromptGate;
}

/**
 * The shares of a candidate's decisions, from 0 to 1, that may have a fault; where it is sure that more have, the
 * candidate is taken back.
 */
export interface PromptGate {
  /** Whose first answer could not be used: no JSON, or not by the schema. @default 0.05 */
  readonly unusable?: number;
  /** To which no answer came, or none that could be used. @default 0.05 */
  readonly unanswered?: number;
  /** Whose model took longer than so many milliseconds. @default - time is no gate */
  readonly slow?: { readonly ms: number; readonly share: number };
  /** That took more than so many tokens, in and out. @default - tokens are no gate */
  readonly costly?: { readonly tokens: number; readonly share: number };
  /** Of the blind samples of `review.sample`, those that people decide otherwise. @default - overrides are no gate */
  readonly overridden?: number;
}

/**
 * How sure the model is: by the log-probabilities of the label's tokens, or by the share of several answers that agree.
 * `temperature` is that of the samples. @default temperature 0.7
 */
export type LlmConfidence =
  { readonly by: 'logprobs' } | { readonly by: 'samples'; readonly samples: number; readonly temperature?: number };

/** A language model that answers a JSON object, one member of which is the label. */
export interface LlmModel {
  readonly kind: 'llm';
  /**
   * Name of a SageMaker endpoint that speaks chat completions, as AWS's LMI containers do; with `provider: 'bedrock'`,
   * the id of a model or of an inference profile.
   */
  readonly endpoint: string;
  /** @default 'sagemaker' */
  readonly provider?: 'sagemaker' | 'bedrock';
  readonly prompts: Prompts;
  /** JSON Schema of the answer, and the member of it that holds the label, with `decide.labels` as its enum. */
  readonly answer: { readonly schema: JsonSchema; readonly label: string };
  /** The label whose probability the score is. */
  readonly probabilityOf: string;
  readonly confidence: LlmConfidence;
  /** From the score to a probability; `plumbline calibrate` fits one. @default - the score is one */
  readonly calibration?: Calibration;
  /** What one request, one caller and the whole pipeline may use. Several samples share the tokens of one answer. */
  readonly limits: Limits;
  /** What looks at texts before the model does, and at its answers. @default - nothing */
  readonly guards?: LlmGuards;
  /** The longest waits for the first token and between two; what stalls is cut. @default - the model's budget */
  readonly stream?: { readonly firstToken?: DurationText; readonly betweenTokens?: DurationText };
  /**
   * Whether the endpoint is told to hold its answer to the schema (`response_format`). Without it the prompt must ask
   * for the form. @default true
   */
  readonly guided?: boolean;
}
