import type { ClosedWindow, WindowFindings } from './evaluate';
import type { ComparisonTally, Observation } from './tally';

/** Windows of drift, kept so that every decision counts once whatever is delivered again, re-split or reordered. */
export interface DriftStore {
  /** Adds observations to one shard of a window. Those of a sealed window are late and are not counted. */
  add(window: number, shard: number, observations: readonly Observation[]): Promise<{ readonly late: number }>;
  /** Closes a window for good and gives what all its shards have counted; the same again when repeated. */
  seal(window: number): Promise<ClosedWindow>;
  /** Closed windows among the given ones; those without a decision are left out. */
  closed(windows: readonly number[]): Promise<ClosedWindow[]>;
  /** The last window that is done with. */
  cursor(): Promise<number | undefined>;
  moveCursor(window: number): Promise<void>;
  /** Adds a window's comparison with a candidate to the totals under its version: once, however often it is repeated. */
  addComparison(version: string, window: number, comparison: ComparisonTally): Promise<void>;
  /** How a candidate has compared so far, over all closed windows. */
  comparison(version: string): Promise<ComparisonTally>;
  /** Keeps findings of drift, for whoever explains the alarm. */
  saveDrifted(findings: WindowFindings): Promise<void>;
  /** The latest findings that found drift. */
  drifted(): Promise<WindowFindings | undefined>;
}
