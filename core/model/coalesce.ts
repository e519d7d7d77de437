import type { ModelAnswer, ModelFailure } from '../decision/model-answer';
import type { Clock, ModelClient } from '../ports';

/** A model that answers many rows in one call: as many answers, in their order. Never throws. */
export interface RowsModel {
  predict(rows: readonly string[], signal: AbortSignal): Promise<readonly ModelAnswer[]>;
}

/** Failures that one bad row may be the cause of; of others, asking again would only be more of the same. */
const MAY_BE_ONE_ROW: readonly ModelFailure[] = ['MODEL_ERROR', 'MODEL_INVALID'];

interface Waiting {
  readonly row: string;
  readonly signal: AbortSignal;
  readonly resolve: (answer: ModelAnswer) => void;
}

/**
 * Lets rows that are asked for at about the same time share one call: the first waits up to `waitMs` for others, or for
 * `most` rows. Where a shared call fails as such, each of its rows is asked for alone: one that the model cannot take
 * must not cost the others their answers, and each gets the answer that it would have got by itself.
 */
export function coalesce(
  model: RowsModel,
  clock: Pick<Clock, 'sleep'>,
  { waitMs, most }: { waitMs: number; most: number },
): ModelClient<string> {
  let waiting: Waiting[] = [];

  async function send(): Promise<void> {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const answers = await ask(batch);
    batch.forEach(({ resolve }, i) => resolve(answers[i]!));
  }

  async function ask(batch: readonly Waiting[]): Promise<readonly ModelAnswer[]> {
    const alone = ({ row, signal }: Waiting) => model.predict([row], signal).then(([answer]) => answer!);
    if (batch.length === 1) return [await alone(batch[0]!)];
    const signal = AbortSignal.any(batch.map((one) => one.signal));
    const answers = await model.predict(
      batch.map(({ row }) => row),
      signal,
    );
    const refused = answers.every((answer) => 'failed' in answer && MAY_BE_ONE_ROW.includes(answer.failed));
    return refused ? Promise.all(batch.map(alone)) : answers;
  }

  return {
    predict: (row, signal) =>
      new Promise((resolve) => {
        waiting.push({ row, signal, resolve });
        if (waiting.length === most) void send();
        else if (waiting.length === 1) void clock.sleep(waitMs).then(send);
      }),
  };
}
