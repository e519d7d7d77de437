import type { ClosedWindow, Level } from './blocks';
import type { DriftReport, Ongoing } from './evaluate';
import type { ComparisonTally, Observation } from './tally';

/** Windows of drift, kept so that every decision counts once whatever is delivered again, re-split or reordered. */
export interface DriftStore {
  /**
   * Adds observations to one shard of a window. Says how many are not counted: those that come `late`, after the window was
   * sealed, and those `beyond` what a shard holds. What was counted before is neither.
   */
  add(
    window: number,
    shard: number,
    observations: readonly Observation[],
  ): Promise<{ readonly late: number; readonly beyond: number }>;
  /** Closes a window for good and gives what all its shards have counted; the same again when repeated. */
  seal(window: number): Promise<ClosedWindow>;
  /** Closed windows among the given ones, newest first; those in which nothing was counted are left out. */
  closed(windows: readonly number[]): Promise<ClosedWindow[]>;
  /** Keeps what the windows of an hour or a day add up to, under its start. */
  saveRolledUp(level: Level, sum: ClosedWindow): Promise<void>;
  /** The hours or days among the given ones that have been added up, newest first. */
  rolledUp(level: Level, starts: readonly number[]): Promise<ClosedWindow[]>;
  /** The last window that is done with. */
  cursor(): Promise<number | undefined>;
  /** Never back. */
  moveCursor(window: number): Promise<void>;
  /** Takes the right to close windows until a time (epoch ms), unless another has it at `now`. */
  claim(now: number, until: number): Promise<boolean>;
  release(): Promise<void>;
  /** What was counted here before, against another baseline or by windows of another length, and is not all added up yet. */
  others(): Promise<OtherCounting[]>;
  /** Forgets one of the others. */
  retire(id: string): Promise<void>;
  /** Adds a window's comparison with a candidate to the totals under its version: once, however often it is repeated. */
  addComparison(version: string, window: number, comparison: ComparisonTally): Promise<void>;
  /** How a candidate has compared so far, over all closed windows. */
  comparison(version: string): Promise<ComparisonTally>;
  /** What had drifted before a window; the same again when the window is judged again. */
  ongoing(window: number): Promise<Ongoing>;
  /** Keeps what had drifted before a window, and with it. */
  saveOngoing(window: number, before: Ongoing, after: Ongoing): Promise<void>;
  /** Keeps what was found, for whoever explains the alarm. */
  saveDrifted(report: DriftReport): Promise<void>;
  /** The latest report of drift. */
  drifted(): Promise<DriftReport | undefined>;
}

export interface OtherCounting {
  readonly id: string;
  readonly windowMs: number;
  /** The last window that was closed while it was in use. */
  readonly usedAt: number;
  readonly store: Pick<DriftStore, 'seal' | 'closed' | 'saveRolledUp' | 'rolledUp' | 'cursor' | 'moveCursor'>;
}
