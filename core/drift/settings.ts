import type { PipelineDefinition } from '../pipeline/definition';
import { durationMs } from '../pipeline/duration';
import type { Baseline } from './baseline';

/** Partials of one window are spread over so many items, by decision id, so that none grows hot. */
export const SHARDS = 4;

export interface DriftSettings {
  readonly baseline: Baseline;
  readonly windowMs: number;
  readonly latenessMs: number;
}

/** Without a baseline nothing is compared, but routes and latencies are still counted. */
export function driftSettings({ drift }: PipelineDefinition): DriftSettings {
  return {
    baseline: drift?.baseline ?? { rows: 0, features: {} },
    windowMs: durationMs(drift?.window ?? '1m')!,
    latenessMs: durationMs(drift?.lateness ?? '30s')!,
  };
}

/** More than this many windows behind, the oldest are given up: nobody acts on drift that old. */
const MOST_BEHIND = 60;
/** At the very first run, so many windows before it are looked at: decisions may have come before the schedule began. */
const FIRST_LOOK_BACK = 10;

/** The windows that can be closed at `now`, oldest first; `cursor` is the last one that was. */
export function closableWindows(
  { windowMs, latenessMs }: DriftSettings,
  now: number,
  cursor: number | undefined,
): number[] {
  const last = Math.floor((now - latenessMs) / windowMs) * windowMs - windowMs;
  const first =
    cursor === undefined
      ? last - FIRST_LOOK_BACK * windowMs
      : Math.max(cursor + windowMs, last - MOST_BEHIND * windowMs);
  const windows: number[] = [];
  for (let window = first; window <= last; window += windowMs) windows.push(window);
  return windows;
}
