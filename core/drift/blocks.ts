import type { Tally } from './tally';

/** The tally of a closed window, or of several that were added up. */
export interface ClosedWindow<T = Tally> {
  /** Its start, epoch milliseconds. */
  readonly window: number;
  readonly tally: T;
}

/** What is judged of a tally. */
export type Watched = Pick<Tally, 'rows' | 'features'>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Windows are added up to hours and days, so that what has been slow in coming can be seen. */
export type Level = 'hour' | 'day';

export const LEVEL_MS: Readonly<Record<Level, number>> = { hour: HOUR_MS, day: DAY_MS };
/** For how long hours and days are looked back at. */
const DAYS_BACK = 31;
/** With seasons, whose hours must be told apart, there are hours only. */
const SEASONAL_HOURS_BACK = 14 * 24;

/** The levels that windows of a length are added up to. */
export const levelsOf = (windowMs: number): Level[] =>
  (['hour', 'day'] as const).filter((level) => windowMs < LEVEL_MS[level]);

/** What is looked at to judge a window. */
export interface LookBack {
  /** Starts of windows, newest first, the judged one among them. */
  readonly windows: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
}

/**
 * The windows since an hour before this hour began, the hours before these since a day before this day began, and the
 * days before those: none of them overlap.
 */
export function lookBack(window: number, windowMs: number, seasonal: boolean): LookBack {
  const floor = (at: number, ms: number) => Math.floor(at / ms) * ms;
  const down = (from: number, to: number, ms: number): number[] => {
    const starts: number[] = [];
    for (let at = from; at >= to; at -= ms) starts.push(at);
    return starts;
  };
  const hasHours = windowMs < HOUR_MS;
  const hasDays = windowMs < DAY_MS;
  const firstDay = floor(window, DAY_MS) - DAYS_BACK * DAY_MS;
  if (!hasDays) return { windows: down(window, firstDay, windowMs), hours: [], days: [] };
  const firstHour = seasonal ? floor(window, HOUR_MS) - SEASONAL_HOURS_BACK * HOUR_MS : floor(window, DAY_MS) - DAY_MS;
  const firstWindow = hasHours ? floor(window, HOUR_MS) - HOUR_MS : firstHour;
  return {
    windows: down(window, firstWindow, windowMs),
    hours: hasHours ? down(firstWindow - HOUR_MS, firstHour, HOUR_MS) : [],
    days: seasonal ? [] : down(firstHour - DAY_MS, firstDay, DAY_MS),
  };
}

/** Fewer rows than this are never judged: they wait for the next windows. */
export const MIN_ROWS = 50;
/** Each start lies so much further back than the one before, in rows. */
const GROWTH = 1.4;

/** From where on the newest blocks are judged together, by the number of blocks: the shortest with enough rows first. */
export function startsOf(blocks: readonly { readonly rows: number }[]): number[] {
  const starts: number[] = [];
  let needed = MIN_ROWS;
  let rows = 0;
  for (const [i, block] of blocks.entries()) {
    rows += block.rows;
    if (rows < needed || block.rows === 0) continue;
    starts.push(i + 1);
    needed = rows * GROWTH;
  }
  return starts;
}
