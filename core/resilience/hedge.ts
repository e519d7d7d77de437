import type { ModelAnswer } from '../decision/model-answer';
import type { Clock, ModelClient } from '../ports';

/** When a second call is made while the first still runs. */
export interface HedgeSettings {
  /** The quantile, 0 to 1, of the model's latency after which the first call counts as slow. */
  readonly quantile: number;
  /** Second calls, as a share of all: more are not made, however slow the model is. */
  readonly share: number;
}

/** Latencies that the quantile is taken of, and how many there must be. */
const MOST_LATENCIES = 256;
const FEWEST_LATENCIES = 50;
/** Second calls that may be saved up: a burst of slow answers may take so many at once. */
const MOST_SAVED = 5;
/** After a failure the endpoint may be overloaded; a second call would only add to it. */
const CALM_MS = 10_000;

/**
 * Asks a second time when the first answer takes longer than usual, and takes whichever comes first (hedged requests:
 * Dean & Barroso, "The Tail at Scale", CACM 56(2), 2013). Of one execution environment. For endpoints with several
 * instances only: behind a serverless one, the second call may well start another cold container.
 */
export function hedgeModel<Takes>(
  model: ModelClient<Takes>,
  { quantile, share }: HedgeSettings,
  clock: Clock,
): ModelClient<Takes> {
  const latencies: number[] = [];
  let next = 0;
  let saved = 0;
  let calmFrom = -Infinity;

  const learn = (answer: ModelAnswer, ms: number) => {
    if ('failed' in answer) calmFrom = clock.now() + CALM_MS;
    else latencies[next++ % MOST_LATENCIES] = ms;
  };
  /** How long to wait before the second call; undefined where there shall be none. */
  const patience = () => {
    if (saved < 1 || clock.now() < calmFrom || latencies.length < FEWEST_LATENCIES) return undefined;
    return latencies.toSorted((a, b) => a - b)[Math.ceil(quantile * latencies.length) - 1]!;
  };

  return {
    async predict(asked, signal) {
      saved = Math.min(MOST_SAVED, saved + share);
      const began = clock.now();
      const over = new AbortController();
      const either = AbortSignal.any([signal, over.signal]);
      const first = model.predict(asked, either);
      const wait = patience();
      const slow =
        wait !== undefined && (await Promise.race([first.then(() => false), clock.sleep(wait).then(() => true)]));
      if (!slow || signal.aborted) {
        const answer = await first;
        learn(answer, clock.now() - began);
        return answer;
      }
      saved -= 1;
      const answer = await firstScore([first, model.predict(asked, either)]);
      over.abort();
      // Where the second was faster this is less than the first would have taken, and more than what is usual.
      learn(answer, clock.now() - began);
      return answer;
    },
  };
}

/** The first answer that is a score; the last failure where none is. */
function firstScore(answers: readonly Promise<ModelAnswer>[]): Promise<ModelAnswer> {
  return new Promise((resolve, reject) => {
    let open = answers.length;
    for (const answer of answers)
      answer.then((one) => {
        if ('score' in one || --open === 0) resolve(one);
      }, reject);
  });
}
