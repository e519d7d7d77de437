import type { LlmTrace } from '../llm/trace';

/**
 * Why a model said nothing. `MODEL_STALLED`: a language model began, or seemed to, and did not go on.
 * `MODEL_GUARDED`: a guard stopped what it was to be asked, or what it said. Not asked it was where a limit is used up,
 * `MODEL_LIMITED`; where nobody could tell whether one is, `MODEL_LIMITS_UNKNOWN`; where it has been failing,
 * `MODEL_CIRCUIT_OPEN`; and where it should not be, `MODEL_SKIPPED`.
 */
export const MODEL_FAILURES = [
  'MODEL_TIMEOUT',
  'MODEL_ERROR',
  'MODEL_THROTTLED',
  'MODEL_INVALID',
  'MODEL_STALLED',
  'MODEL_LIMITED',
  'MODEL_LIMITS_UNKNOWN',
  'MODEL_GUARDED',
  'MODEL_SKIPPED',
  'MODEL_CIRCUIT_OPEN',
] as const;
/** Counts decisions that wanted a model's answer and got none from any endpoint, whatever the causes. */
export const UNANSWERED = 'MODEL_UNANSWERED';

export type ModelFailure = (typeof MODEL_FAILURES)[number];

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
const OF_THE_REQUEST: readonly ModelFailure[] = [
  'MODEL_INVALID',
  'MODEL_LIMITED',
  'MODEL_LIMITS_UNKNOWN',
  'MODEL_GUARDED',
];

/** Failures that are nobody's: a decision without the model was what the definition wants of such a request. */
export const INTENDED: readonly ModelFailure[] = ['MODEL_SKIPPED', 'MODEL_LIMITED', 'MODEL_GUARDED'];

/** Whether what serves the model has failed. */
export const isOutage = (answer: ModelAnswer): boolean =>
  'failed' in answer && !(answer.llm && OF_THE_REQUEST.includes(answer.failed));

/** What became of asking it, in words. */
export const failureText = (failed: ModelFailure): string => {
  if (failed === 'MODEL_GUARDED') return 'was stopped by a guard';
  return NOT_ASKED.includes(failed) ? 'was not asked' : 'gave no answer';
};

/** The answer, unless its score is no number from 0 to 1: that is no answer. */
export const validAnswer = (answer: ModelAnswer): ModelAnswer =>
  'failed' in answer || (answer.score >= 0 && answer.score <= 1)
    ? answer
    : { failed: 'MODEL_INVALID', ...traceOf(answer) };

const traceOf = ({ llm }: ModelAnswer) => (llm === undefined ? {} : { llm });
