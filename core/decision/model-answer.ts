/** Why a model said nothing. `MODEL_CIRCUIT_OPEN`: it was not asked, since it has been failing. `MODEL_SKIPPED`: nor should it be. */
export const MODEL_FAILURES = [
  'MODEL_TIMEOUT',
  'MODEL_ERROR',
  'MODEL_THROTTLED',
  'MODEL_INVALID',
  'MODEL_SKIPPED',
  'MODEL_CIRCUIT_OPEN',
] as const;
/** Counts decisions that wanted a model's answer and got none from any endpoint, whatever the causes. */
export const UNANSWERED = 'MODEL_UNANSWERED';

export type ModelFailure = (typeof MODEL_FAILURES)[number];

/** What the model said, or why it said nothing. */
export type ModelAnswer = { readonly score: number } | { readonly failed: ModelFailure };

/** Failures of a model that was not asked. */
const NOT_ASKED: readonly ModelFailure[] = ['MODEL_SKIPPED', 'MODEL_CIRCUIT_OPEN'];

/** What became of asking it, in words. */
export const failureText = (failed: ModelFailure): string =>
  NOT_ASKED.includes(failed) ? 'was not asked' : 'gave no answer';

/** The answer, unless its score is no number from 0 to 1: that is no answer. */
export const validAnswer = (answer: ModelAnswer): ModelAnswer =>
  'failed' in answer || (answer.score >= 0 && answer.score <= 1) ? answer : { failed: 'MODEL_INVALID' };
