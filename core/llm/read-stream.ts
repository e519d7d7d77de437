import type { Clock } from '../ports';
import { orElse } from '../resilience/deadline';
import type { StreamLimits } from './chat';

/** How a stream ended. `stopped`: the signal said so. */
export type StreamEnd = 'ended' | 'stalled' | 'stopped';

/**
 * Reads a stream to its end, unless the first token or the next one does not come in time. `take` is given each part
 * and tells whether it held any token: what only keeps a connection open does not count. Throws what the stream throws.
 */
export async function readStream<T>(
  parts: AsyncIterable<T>,
  take: (part: T) => boolean,
  { firstTokenMs, betweenTokensMs }: StreamLimits,
  clock: Clock,
  signal: AbortSignal,
): Promise<StreamEnd> {
  const iterator = parts[Symbol.asyncIterator]();
  let until = clock.now() + firstTokenMs;
  for (;;) {
    const left = until - clock.now();
    const patience = left === Infinity ? signal : AbortSignal.any([signal, clock.timeout(Math.max(0, left))]);
    const next = await orElse<IteratorResult<T> | undefined>(iterator.next(), patience, undefined);
    if (next === undefined) {
      // Nobody waits for what it may still give or throw.
      void Promise.resolve(iterator.return?.()).catch(() => undefined);
      return signal.aborted ? 'stopped' : 'stalled';
    }
    if (next.done) return 'ended';
    if (take(next.value)) until = clock.now() + betweenTokensMs;
  }
}
