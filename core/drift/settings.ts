import type { PipelineDefinition } from '../pipeline/definition';
import { durationMs } from '../pipeline/duration';
import { type Baseline, NO_BASELINE } from './baseline';
import type { DriftRule } from './evaluate';

/** Partials of one window are spread over so many items, by decision id, so that none grows hot. */
export const SHARDS = 4;

export interface DriftSettings {
  readonly baseline: Baseline;
  readonly windowMs: number;
  readonly latenessMs: number;
  readonly rule: DriftRule;
}

const MONTH_MS = 30 * 24 * 3_600_000;
/** A twentieth of a standard deviation more or less is 0.0025, a tenth 0.01; custom begins to look at 0.1. */
export const FLOOR = 0.01;

/** How windows of a length are judged, so that there is a false alarm at most so often a month. */
export const ruleOf = (
  windowMs: number,
  {
    falseAlarmsPerMonth = 1,
    floor = FLOOR,
    changes = [],
  }: Partial<Pick<DriftRule, 'floor' | 'changes'>> & {
    falseAlarmsPerMonth?: number;
  },
): DriftRule => ({
  windowMs,
  windowsPerFalseAlarm: MONTH_MS / windowMs / falseAlarmsPerMonth,
  floor,
  changes,
});

/** Without a baseline nothing is compared, but routes and latencies are still counted. */
export function driftSettings({ drift }: PipelineDefinition): DriftSettings {
  const windowMs = durationMs(drift?.window ?? '1m')!;
  return {
    baseline: drift?.baseline ?? NO_BASELINE,
    windowMs,
    latenessMs: durationMs(drift?.lateness ?? '30s')!,
    rule: ruleOf(windowMs, {
      ...(drift?.falseAlarmsPerMonth === undefined ? {} : { falseAlarmsPerMonth: drift.falseAlarmsPerMonth }),
      ...(drift?.floor === undefined ? {} : { floor: drift.floor }),
      changes: (drift?.changes ?? []).map(({ from, until, features }) => ({
        from: Date.parse(from),
        until: Date.parse(until),
        ...(features ? { features } : {}),
      })),
    }),
  };
}

/** Older windows than this many are not judged any more, only counted: nobody acts on drift that old. */
const MOST_JUDGED = 60;
/** So many are closed in a run. */
const MOST_A_RUN = 300;
/** What was counted of a window is kept for so long. */
const LONGEST_BEHIND_MS = 2 * 24 * 3_600_000;
/** At the very first run, so many windows before it are looked at: decisions may have come before the schedule began. */
const FIRST_LOOK_BACK = 10;

/** A window that can be closed, and whether it is to be judged. */
export interface Closable {
  readonly window: number;
  readonly judged: boolean;
}

/** The windows that can be closed at `now`, oldest first; `cursor` is the last one that was. */
export function closableWindows(
  { windowMs, latenessMs }: Pick<DriftSettings, 'windowMs' | 'latenessMs'>,
  now: number,
  cursor: number | undefined,
): Closable[] {
  const last = Math.floor((now - latenessMs) / windowMs) * windowMs - windowMs;
  const first =
    cursor === undefined
      ? last - FIRST_LOOK_BACK * windowMs
      : Math.max(cursor + windowMs, last - Math.floor(LONGEST_BEHIND_MS / windowMs) * windowMs);
  const windows: Closable[] = [];
  for (let window = first; window <= last && windows.length < MOST_A_RUN; window += windowMs)
    windows.push({ window, judged: window > last - MOST_JUDGED * windowMs });
  return windows;
}
