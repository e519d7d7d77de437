import type { DecideResult } from '../decision/decide-request';
import type { Clock } from '../ports';
import type { Budget } from './deadline';
import type { LoadShedder } from './load-shedder';

/** Past this part of its deadline, a request was all but late. */
const LATE_PART = 0.95;

/**
 * Decides unless the shedder refuses, and tells it how that went. While records cannot be written, `recall` is asked
 * instead: who comes again for a decision that stands still hears it. `startedAt`: the handler's entry, epoch ms.
 */
export async function shed(
  shedder: LoadShedder,
  clock: Clock,
  { total }: Budget,
  startedAt: number,
  work: {
    readonly decide: () => Promise<DecideResult>;
    readonly recall: () => Promise<DecideResult | undefined>;
  },
): Promise<DecideResult> {
  const entry = shedder.enter(clock.now());
  if ('retryAfterMs' in entry) return { kind: 'overloaded', retryAfterMs: entry.retryAfterMs };
  let write: 'success' | 'failure' | 'neither' = 'failure';
  try {
    const result = entry.write
      ? await work.decide()
      : ((await work.recall()) ?? { kind: 'overloaded', retryAfterMs: shedder.writableIn(clock.now()) });
    // That a record is there already is an answer of the table's, too.
    write = result.kind === 'decided' || 'byTable' in result ? 'success' : 'neither';
    return result;
  } finally {
    const now = clock.now();
    shedder.leave(entry, { write, late: write === 'failure' || now - startedAt > LATE_PART * total }, now);
  }
}
