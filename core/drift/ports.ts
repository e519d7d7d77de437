import type { ClosedWindow, Level } from './blocks';
import type { Ongoing, WindowFindings } from './evaluate';
import type { ComparisonTally, Observation } from './tally';

/** Windows of drift, kept so that every decision counts once whatever is delivered again, re-split or reordered. */
export interface DriftStore {
  /** Adds observations to one shard of a window. Those of a sealed window are late and are not counted. */
  add(window: number, shard: number, observations: readonly Observation[]): Promise<{ readonly late: number }>;
  /** Closes a window for good and gives what all its shards have counted; the same again when repeated. */
  seal(window: number): Promise<ClosedWindow>;
  /** Closed windows among the given ones, newest first; those without a decision are left out. */
  closed(windows: readonly number[]): Promise<ClosedWindow[]>;
  /** Keeps what the windows of an hour or a day add up to, under its start. */
  saveRolledUp(level: Level, sum: ClosedWindow): Promise<void>;
  /** The hours or days among the given ones that have been added up, newest first. */
  rolledUp(level: Level, starts: readonly number[]): Promise<ClosedWindow[]>;
  /** The last window that is done with. */
  cursor(): Promise<number | undefined>;
  moveCursor(window: number): Promise<void>;
  /** Adds a window's comparison with a candidate to the totals under its version: once, however often it is repeated. */
  addComparison(version: string, window: number, comparison: ComparisonTally): Promise<void>;
  /** How a candidate has compared so far, over all closed windows. */
  comparison(version: string): Promise<ComparisonTally>;
  /** What had drifted before a window; the same again when the window is judged again. */
  ongoing(window: number): Promise<Ongoing>;
  /** Keeps what had drifted before a window, and with it. */
  saveOngoing(window: number, before: Ongoing, after: Ongoing): Promise<void>;
  /** Keeps findings of drift, for whoever explains the alarm. */
  saveDrifted(findings: WindowFindings): Promise<void>;
  /** The latest findings that found drift. */
  drifted(): Promise<WindowFindings | undefined>;
}
