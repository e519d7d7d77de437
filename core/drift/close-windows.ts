import { type ClosedWindow, LEVEL_MS, type Level, levelsOf, lookBack } from './blocks';
import { type WindowFindings, compileEvaluation, ongoingOf } from './evaluate';
import type { DriftStore } from './ports';
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

/**
 * Makes what closes windows. A crash at any point is repaired by the next run: sealing is final, judging is a function of
 * what was sealed, and the cursor moves last.
 */
export function compileCloseWindows(settings: DriftSettings, weights?: ReadonlyMap<string, number>): CloseWindows {
  const { baseline, windowMs, rule } = settings;
  const evaluate = compileEvaluation(baseline, rule, weights);
  return async (store, now, announce) => {
    let cursor = await store.cursor();
    const due = closableWindows(settings, now, cursor);
    for (const window of due) {
      const closed = await store.seal(window);
      if (cursor !== undefined) await rollUp(store, windowMs, cursor, window);
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
      if (findings.drift > 0) await store.saveDrifted(findings);
      await store.saveOngoing(window, ongoing, ongoingOf(findings));
      await announce(findings, closed, recent);
      await store.moveCursor(window);
      cursor = window;
    }
    return due.length;
  };
}

/** When the first window of a new hour or day has closed, the last one that was worked on is added up. */
async function rollUp(store: DriftStore, windowMs: number, cursor: number, window: number): Promise<void> {
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
function partsOf(store: DriftStore, windowMs: number, level: Level, start: number): Promise<ClosedWindow[]> {
  const ofHours = level === 'day' && windowMs < LEVEL_MS.hour;
  const step = ofHours ? LEVEL_MS.hour : windowMs;
  const starts = Array.from({ length: Math.round(LEVEL_MS[level] / step) }, (_, i) => start + i * step);
  return ofHours ? store.rolledUp('hour', starts) : store.closed(starts);
}
