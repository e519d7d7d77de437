import type { ModelFailure } from '../decision/model-answer';
import type { Limited } from './budgets/refusal';
import type { JsonSchema } from '../pipeline/definition';
import type { PromptMessage } from './settings';

/** One request to a language model. */
export interface ChatRequest {
  /** Who has it asked: the caller of the pipeline. */
  readonly caller: string;
  readonly messages: readonly PromptMessage[];
  readonly temperature: number;
  /** Tokens of one answer at most. */
  readonly mostTokens: number;
  /** Answers to give. */
  readonly samples: number;
  /** Likeliest tokens whose log-probabilities come with each token; 0 for none. */
  readonly topLogprobs: number;
  /** The schema that the endpoint is told to hold answers to. */
  readonly schema?: JsonSchema | undefined;
}

/** The longest waits, in milliseconds. */
export interface StreamLimits {
  readonly firstTokenMs: number;
  readonly betweenTokensMs: number;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A token and the natural logarithm of its probability. */
export interface Likelihood {
  /** One character (U+0000 to U+00FF) a byte of UTF-8: a token may begin or end inside a character. */
  readonly bytes: string;
  readonly logprob: number;
}

/** A token of an answer. */
export interface Token extends Likelihood {
  /** The likeliest tokens in its place, itself perhaps among them. */
  readonly top: readonly Likelihood[];
}

export interface Choice {
  readonly text: string;
  /** None where no log-probabilities were asked for, or given. */
  readonly tokens: readonly Token[];
  /** Whether it ended by itself: not cut off for its length, nor by a filter. */
  readonly whole: boolean;
}

/** What a model said and what that took, or why it said nothing. */
export type ChatAnswer =
  | {
      readonly choices: readonly Choice[];
      /** Undefined where the endpoint does not tell. */
      readonly usage: Usage | undefined;
      readonly firstTokenMs: number;
    }
  | {
      readonly failed: ModelFailure;
      /** Which limit stopped it, where one did. */
      readonly limited?: Limited;
    };

/** A language model. Its answer is read as it comes, so that one that stalls is cut. Never throws. */
export interface ChatClient {
  complete(request: ChatRequest, limits: StreamLimits, signal: AbortSignal): Promise<ChatAnswer>;
}
