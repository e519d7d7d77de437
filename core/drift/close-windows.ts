import { type ClosedWindow, LEVEL_MS, type Level, levelsOf, lookBack } from './blocks';
import { type WindowFindings, compileEvaluation, ongoingOf, reportOf } from './evaluate';
import type { DriftStore, OtherCounting } from './ports';
import { type DriftSettings, closableWindows } from './settings';
import { addTallies } from './tally';

/**
 * Closes every window that is due, judges it and has it announced, with what it was judged by; says how many.
 */
export type CloseWindows = (
  store: DriftStore,
  now: number,
  announce: (findings: WindowFindings, closed: ClosedWindow, recent: readonly ClosedWindow[]) => Promise<void>,
) => Promise<number>;

/** As long as a run takes at most: no other closes windows meanwhile, and none waits longer for one that crashed. */
const LONGEST_RUN_MS = 55_000;

/**
 * Makes what closes windows. A crash at any point is repaired by the next run: sealing is final, judging is a function of
 * what was sealed, and the cursor moves last. Two runs at once are one: nothing is announced twice but by a crash.
 */
export function compileCloseWindows(settings: DriftSettings, weights?: ReadonlyMap<string, number>): CloseWindows {
  const { baseline, windowMs, latenessMs, rule } = settings;
  const evaluate = compileEvaluation(baseline, rule, weights);

  async function judge(store: DriftStore, closed: ClosedWindow, announce: Parameters<CloseWindows>[2]): Promise<void> {
    const { window } = closed;
    const back = lookBack(window, windowMs, baseline.season !== undefined);
    const earlier = await Promise.all([
      store.closed(back.windows.slice(1)),
      store.rolledUp('hour', back.hours),
      store.rolledUp('day', back.days),
    ]);
    const ongoing = await store.ongoing(window);
    const recent = [closed, ...earlier.flat()] as const;
    const findings = evaluate(recent, ongoing);
    // Kept before anybody can hear of it: the alarm's message is made from this.
    if (findings.drift > 0) await store.saveDrifted(reportOf(findings));
    await store.saveOngoing(window, ongoing, ongoingOf(findings));
    await announce(findings, closed, recent);
  }

  return async (store, now, announce) => {
    if (!(await store.claim(now, now + LONGEST_RUN_MS))) return 0;
    try {
      const { count } = await advance(store, settings, now, (closed) => judge(store, closed, announce));
      for (const other of await store.others()) await finish(store, other, latenessMs, now);
      return count;
    } finally {
      await store.release();
    }
  };
}

/** Closes the windows that are due, adds them up, and has those judged that still matter. */
async function advance(
  store: OtherCounting['store'],
  span: Pick<DriftSettings, 'windowMs' | 'latenessMs'>,
  now: number,
  judge?: (closed: ClosedWindow) => Promise<void>,
): Promise<{ readonly count: number; readonly cursor: number | undefined }> {
  let cursor = await store.cursor();
  const due = closableWindows(span, now, cursor);
  for (const { window, judged } of due) {
    const closed = await store.seal(window);
    if (cursor !== undefined) await rollUp(store, span.windowMs, cursor, window);
    if (judged) await judge?.(closed);
    await store.moveCursor(window);
    cursor = window;
  }
  return { count: due.length, cursor };
}

/**
 * What was counted against the baseline of before a deployment is closed and added up, though nobody judges it any more,
 * until its last day is: reports are of all that was decided.
 */
async function finish(
  own: DriftStore,
  { id, windowMs, usedAt, store }: OtherCounting,
  latenessMs: number,
  now: number,
): Promise<void> {
  const { cursor } = await advance(store, { windowMs, latenessMs }, now);
  // A deployment that moves step by step goes on counting for a while.
  const lastDay = Math.floor((usedAt + windowMs + LEVEL_MS.hour) / LEVEL_MS.day) * LEVEL_MS.day;
  if (cursor !== undefined && cursor >= lastDay + LEVEL_MS.day) await own.retire(id);
}

/** When the first window of a new hour or day has closed, the last one that was worked on is added up. */
async function rollUp(store: OtherCounting['store'], windowMs: number, cursor: number, window: number): Promise<void> {
  for (const level of levelsOf(windowMs)) {
    const ms = LEVEL_MS[level];
    const start = Math.floor(cursor / ms) * ms;
    if (Math.floor(window / ms) * ms === start) continue;
    const parts = await partsOf(store, windowMs, level, start);
    const tallies = parts.map(({ tally }) => tally);
    if (tallies.length > 0) await store.saveRolledUp(level, { window: start, tally: tallies.reduce(addTallies) });
  }
}

/** A day consists of hours where there are any, and an hour of windows. */
function partsOf(
  store: OtherCounting['store'],
  windowMs: number,
  level: Level,
  start: number,
): Promise<ClosedWindow[]> {
  const ofHours = level === 'day' && windowMs < LEVEL_MS.hour;
  const step = ofHours ? LEVEL_MS.hour : windowMs;
  const starts = Array.from({ length: Math.round(LEVEL_MS[level] / step) }, (_, i) => start + i * step);
  return ofHours ? store.rolledUp('hour', starts) : store.closed(starts);
}
