import type { CountedSpan } from '../../core/drift/rolling-baseline';
import type { Tally } from '../../core/drift/tally';
import type { ModeChange } from '../../core/control/mode-state';
import { LEVEL_MS } from '../../core/drift/blocks';
import { decodeTally } from '../../core/drift/tally';

/** What a state table tells of the time that has passed. */
export interface Past {
  readonly counted: readonly CountedSpan<Tally>[];
  readonly changes: readonly ModeChange[];
}

/** `drift#<baseline>#day#<start>`, the same with `hour`, and `drift#<baseline>#<start>` of a window. */
const COUNTED = /^drift#([\w-]{16})#(?:(day|hour)#)?(\d+)$/;
const CHANGE = /^mode#\d+$/;

/**
 * Picks from the items of a state table what was counted, each decision once: days, then the hours that are in no day,
 * then the windows that are in no hour. Each baseline has its own, for a day in which it was exchanged has two; `of` is
 * the only one that is asked for, and what is longer than `longestMs` is passed over.
 */
export async function readPast(
  items: AsyncIterable<Readonly<Record<string, unknown>>>,
  windowMs: number,
  { of, longestMs = Infinity }: { readonly of?: string; readonly longestMs?: number } = {},
): Promise<Past> {
  const levels = {
    day: new Map<string, CountedSpan<Tally>>(),
    hour: new Map<string, CountedSpan<Tally>>(),
    window: new Map<string, CountedSpan<Tally>>(),
  };
  const changes: ModeChange[] = [];
  for await (const { pk, tally, ...rest } of items) {
    if (CHANGE.test(String(pk))) changes.push(rest as unknown as ModeChange);
    const [, baseline, level = 'window', start] = COUNTED.exec(String(pk)) ?? [];
    // A window's shards have its start in their key as well, and no tally.
    if (baseline === undefined || typeof tally !== 'string' || (of !== undefined && baseline !== of)) continue;
    const at = Number(start);
    const ms = level === 'window' ? windowMs : LEVEL_MS[level as 'day' | 'hour'];
    if (ms > longestMs) continue;
    levels[level as keyof typeof levels].set(`${baseline}#${at}`, {
      start: at,
      end: at + ms,
      tally: decodeTally(tally),
    });
  }
  const within = (key: string, ms: number, kept: ReadonlyMap<string, CountedSpan<Tally>>): boolean => {
    const [baseline, start] = key.split('#');
    return kept.has(`${baseline}#${Math.floor(Number(start) / ms) * ms}`);
  };
  const hours = [...levels.hour].filter(([key]) => !within(key, LEVEL_MS.day, levels.day));
  const windows = [...levels.window].filter(
    ([key]) => !within(key, LEVEL_MS.day, levels.day) && !within(key, LEVEL_MS.hour, levels.hour),
  );
  return { counted: [...levels.day, ...hours, ...windows].map(([, one]) => one), changes };
}
