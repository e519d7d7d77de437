import type { Limited } from '../llm/budgets/refusal';

/**
 * Why a model said nothing. `MODEL_STALLED`: a language model began, or seemed to, and did not go on.
 * `MODEL_LIMITED`: it was not asked, since a limit or budget is used up. `MODEL_LIMITS_UNKNOWN`: nor since nobody could tell whether one is. `MODEL_CIRCUIT_OPEN`: it was not asked, since it has been failing.
 * `MODEL_SKIPPED`: nor should it be.
 */
export const MODEL_FAILURES = [
  'MODEL_TIMEOUT',
  'MODEL_ERROR',
  'MODEL_THROTTLED',
  'MODEL_INVALID',
  'MODEL_STALLED',
  'MODEL_LIMITED',
  'MODEL_LIMITS_UNKNOWN',
  'MODEL_SKIPPED',
  'MODEL_CIRCUIT_OPEN',
] as const;
/** Counts decisions that wanted a model's answer and got none from any endpoint, whatever the causes. */
export const UNANSWERED = 'MODEL_UNANSWERED';

export type ModelFailure = (typeof MODEL_FAILURES)[number];

/** How a language model was asked and what that took. */
export interface LlmTrace {
  /** The version of the prompt, and the hash of its text. */
  readonly prompt: string;
  readonly promptHash: string;
  /** Two where the first answer could not be used. */
  readonly calls: number;
  /** Of all calls, as far as the endpoint told. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the first call; undefined where it failed. */
  readonly firstTokenMs?: number;
  /** The limit that stopped it. */
  readonly limited?: Limited;
  /** The whole answer. */
  readonly answer?: Readonly<Record<string, unknown>>;
}

/** What the model said, or why it said nothing; of a language model, how it was asked as well. */
export type ModelAnswer = ({ readonly score: number } | { readonly failed: ModelFailure }) & {
  readonly llm?: LlmTrace;
};

/** Failures of a model that was not asked. */
const NOT_ASKED: readonly ModelFailure[] = [
  'MODEL_SKIPPED',
  'MODEL_CIRCUIT_OPEN',
  'MODEL_LIMITED',
  'MODEL_LIMITS_UNKNOWN',
];

/** Failures of a language model that are none of what serves it: requests can ask for them. */
const OF_THE_REQUEST: readonly ModelFailure[] = ['MODEL_INVALID', 'MODEL_LIMITED', 'MODEL_LIMITS_UNKNOWN'];

/** Whether what serves the model has failed. */
export const isOutage = (answer: ModelAnswer): boolean =>
  'failed' in answer && !(answer.llm && OF_THE_REQUEST.includes(answer.failed));

/** What became of asking it, in words. */
export const failureText = (failed: ModelFailure): string =>
  NOT_ASKED.includes(failed) ? 'was not asked' : 'gave no answer';

/** The answer, unless its score is no number from 0 to 1: that is no answer. */
export const validAnswer = (answer: ModelAnswer): ModelAnswer =>
  'failed' in answer || (answer.score >= 0 && answer.score <= 1)
    ? answer
    : { failed: 'MODEL_INVALID', ...traceOf(answer) };

const traceOf = ({ llm }: ModelAnswer) => (llm === undefined ? {} : { llm });
