import type { Evidence } from './evidence';

/** How a policy did on labelled history, with its risk control keeping nothing back. */
export interface PolicyEvidence {
  /** Hash of all that it was measured under: another model, calibration, cost or rule makes it void. */
  readonly measured: string;
  /** By segment; that of all other requests is under `all`. */
  readonly segments: Readonly<Record<string, SegmentEvidence>>;
}

/** What a promise of each kind rests on: its decisions in the order in which risk control would give them up. */
export interface SegmentEvidence {
  /** The least probably right first. */
  readonly errors: Evidence;
  /** The dearest in expectation first; absent where the largest cost is not known beforehand. */
  readonly cost?: Evidence;
}
