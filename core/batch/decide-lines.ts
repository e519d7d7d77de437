import type { DecideRequest, DecideResult } from '../decision/decide-request';
import { presentDecision } from '../decision/decision';
import { type ReadRequest, settle } from '../intake/settle';
import type { Batch } from './batch';
import type { Line } from './lines';

export interface LinePorts {
  readonly read: ReadRequest;
  decide(request: Omit<DecideRequest, 'startedAt'>): Promise<DecideResult>;
  pause(ms: number): Promise<void>;
}

/** Lines that are decided at a time; their rows may share calls of the model. */
export const AT_ONCE = 25;

/** A line that cannot be decided just now is asked again so often, after 250 ms at first and twice as long each time. */
export const TRIES = 6;
const FIRST_PAUSE_MS = 250;

/** What came of a chunk's lines, as JSON Lines. */
export interface Decided {
  readonly results: string;
  readonly errors: string;
  readonly done: number;
  readonly failed: number;
}

/**
 * Decides lines, for the batch's caller: a line's key is its own, or follows from batch and line number, so that a line
 * is decided once however often its chunk is. Throws where one may be decided later; then all are to be asked again.
 */
export async function decideLines(
  ports: LinePorts,
  { id, caller }: Pick<Batch, 'id' | 'caller'>,
  lines: AsyncIterable<Line>,
): Promise<Decided> {
  const results: object[] = [];
  const errors: object[] = [];
  // One iterator: each worker takes the next line.
  const source = lines[Symbol.asyncIterator]();
  async function work(): Promise<void> {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      const { line, text, fault } = next.value;
      const read = text === undefined ? { poison: { code: fault! } } : ports.read(text);
      if ('poison' in read) {
        errors.push({ line, ...read.poison });
        continue;
      }
      const { input, key } = read;
      const named = key === undefined ? {} : { key };
      const settled = await decideLine({ input, caller, key: key ?? `${id}:${line}` });
      if ('poison' in settled) errors.push({ line, ...named, ...settled.poison });
      else results.push({ line, ...named, ...presentDecision(settled.record) });
    }
  }
  async function decideLine(request: Omit<DecideRequest, 'startedAt'>) {
    for (let tries = 1; ; tries++)
      try {
        return settle(await ports.decide(request));
      } catch (error) {
        // What is too busy gets fewer requests by it.
        if (tries === TRIES) throw error;
        await ports.pause(FIRST_PAUSE_MS * 2 ** (tries - 1));
      }
  }
  // All come to an end before any failure is told: none goes on behind the caller's back.
  const workers = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return { results: toText(results), errors: toText(errors), done: results.length, failed: errors.length };
}

/** In the order of the lines, whichever was decided first. */
const toText = (rows: readonly object[]): string =>
  (rows as readonly { line: number }[])
    .toSorted((a, b) => a.line - b.line)
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');
