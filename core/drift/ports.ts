import type { WindowFindings } from './evaluate';
import type { Observation, Partial } from './partial';

/** Windows of drift, kept so that every decision counts once whatever is delivered again, re-split or reordered. */
export interface DriftStore {
  /** Adds observations to one shard of a window. Those of a sealed window are late and are not counted. */
  add(window: number, shard: number, observations: readonly Observation[]): Promise<{ readonly late: number; readonly overflow: number }>;
  /** Closes a window for good and gives what all its shards have seen; the same again when repeated. */
  seal(window: number): Promise<Partial>;
  /** The last window whose findings were saved. */
  cursor(): Promise<number | undefined>;
  /** Saves findings as the latest, and moves the cursor to their window. */
  save(findings: WindowFindings): Promise<void>;
  /** The latest findings, and the latest that found drift. */
  latest(): Promise<{ readonly last?: WindowFindings; readonly drifted?: WindowFindings }>;
}
