import { type ClosedWindow, LEVEL_MS, type Level, type Watched, levelsOf, lookBack } from './blocks';
import type { Recent } from './evaluate';
import { addFeatures } from './tally';

/** Keeps closed windows in memory, and adds them up to hours and days, as the store of a pipeline does. */
export interface WindowHistory {
  /** Takes the next window, and gives all that it is judged with. Windows come in the order of time. */
  push(closed: ClosedWindow<Watched>): Recent;
}

export function windowHistory(windowMs: number, seasonal: boolean): WindowHistory {
  const windows = new Map<number, Watched>();
  const sums = levelsOf(windowMs).map((level) => ({ level, starts: new Map<number, Watched>() }));
  return {
    push(closed) {
      const { window, tally } = closed;
      windows.set(window, tally);
      for (const { level, starts } of sums) {
        const start = Math.floor(window / LEVEL_MS[level]) * LEVEL_MS[level];
        const sum = starts.get(start);
        starts.set(start, sum ? addWatched(sum, tally) : tally);
      }
      const back = lookBack(window, windowMs, seasonal);
      const earlier = [
        ...found(
          windows,
          back.windows.filter((start) => start !== window),
        ),
        ...sums.flatMap(({ level, starts }) => found(starts, level === 'hour' ? back.hours : back.days)),
      ];
      forget(windows, back.windows.at(-1)!);
      for (const { level, starts } of sums) forget(starts, oldestOf(level, back) ?? -Infinity);
      return [closed, ...earlier];
    },
  };
}

const oldestOf = (level: Level, { hours, days }: ReturnType<typeof lookBack>): number | undefined =>
  (level === 'hour' ? hours : days).at(-1);

const found = (kept: ReadonlyMap<number, Watched>, starts: readonly number[]): ClosedWindow<Watched>[] =>
  starts.flatMap((window) => {
    const tally = kept.get(window);
    return tally ? [{ window, tally }] : [];
  });

function forget(kept: Map<number, unknown>, oldest: number): void {
  for (const start of kept.keys()) {
    if (start >= oldest) break;
    kept.delete(start);
  }
}

const addWatched = (a: Watched, b: Watched): Watched => ({
  rows: a.rows + b.rows,
  features: addFeatures(a.features, b.features),
});
