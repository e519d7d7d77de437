import { type ModelAnswer, isOutage, validAnswer } from '../decision/model-answer';
import type { Clock, FirstRead, FirstReadResult, ModelClient } from '../ports';
import { type BreakerSettings, type CallResult, CircuitBreaker } from './circuit-breaker';
import { type Budget, orElse } from './deadline';

/**
 * Of one execution environment, which handles one request at a time: five calls are some seconds of traffic. Open, it
 * costs one slow request every ten seconds at most.
 */
export const BREAKER: BreakerSettings = {
  windowMs: 30_000,
  mostCalls: 20,
  fewestCalls: 5,
  failureShare: 0.5,
  openMs: 1_000,
  longestOpenMs: 10_000,
  probes: 2,
};

/** A call that had less than this part of its budget and came too late says nothing of what it called. */
const FAIR_PART = 0.5;

/** What became of a call that took `tookMs` of `budgetMs`, where it `timedOut`, `failed` or neither. */
function resultOf(
  { failed, timedOut }: { readonly failed: boolean; readonly timedOut: boolean },
  tookMs: number,
  budgetMs: number,
): CallResult {
  if (timedOut) return tookMs >= FAIR_PART * budgetMs ? 'failure' : 'neither';
  return failed ? 'failure' : 'success';
}

/**
 * The model behind a circuit breaker. What is cut short answers at once. What a request can bring about, an unusable
 * answer of a language model or a budget used up, is no fault of what serves it.
 */
export function guardModel<Takes>(
  model: ModelClient<Takes>,
  { modelCall, model: end, read }: Budget,
  clock: Clock,
  breaker: CircuitBreaker = new CircuitBreaker(BREAKER),
): ModelClient<Takes> {
  // What a call has where reading took all of its own time.
  const budgetMs = Math.min(modelCall, end - read);
  return {
    async predict(asked, signal) {
      const began = clock.now();
      const admission = breaker.admit(began);
      if (!admission) return { failed: 'MODEL_CIRCUIT_OPEN' };
      const late: ModelAnswer = { failed: 'MODEL_TIMEOUT' };
      const answer = validAnswer(await orElse(model.predict(asked, signal), signal, late));
      const now = clock.now();
      const failed = isOutage(answer);
      const timedOut = 'failed' in answer && answer.failed === 'MODEL_TIMEOUT';
      breaker.report(admission, resultOf({ failed, timedOut }, now - began, budgetMs), now);
      return answer;
    },
  };
}

/**
 * The first read behind a circuit breaker. What is cut short knows neither features nor mode nor earlier decisions:
 * the mode is then the last one known, and the write of the record still sees to duplicates.
 */
export function guardFirstRead(
  firstRead: FirstRead,
  { read: budgetMs }: Budget,
  clock: Clock,
  breaker: CircuitBreaker = new CircuitBreaker(BREAKER),
): FirstRead {
  return {
    async read(request, signal) {
      const began = clock.now();
      const admission = breaker.admit(began);
      if (!admission) {
        const lookups = request.lookups.map(({ name }) => [name, { failed: 'circuit_open' }] as const);
        return { lookups: Object.fromEntries(lookups), mode: undefined };
      }
      const late: FirstReadResult = { lookups: {}, mode: undefined };
      const result = await orElse(firstRead.read(request, signal), signal, late);
      const now = clock.now();
      const failed =
        result.mode === undefined ||
        request.lookups.some(({ name }) => {
          const lookup = result.lookups[name];
          return !lookup || ('failed' in lookup && lookup.failed === 'unavailable');
        });
      breaker.report(admission, resultOf({ failed, timedOut: failed && signal.aborted }, now - began, budgetMs), now);
      return result;
    },
  };
}
