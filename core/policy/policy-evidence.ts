import type { Evidence } from './evidence';

/** How a policy did on labelled history, with its risk control keeping nothing back. */
export interface PolicyEvidence {
  /** Hash of all that it was measured under: another model, calibration, cost or rule makes it void. */
  readonly measured: string;
  /** By segment; that of all other requests is under `all`. */
  readonly segments: Readonly<Record<string, SegmentEvidence>>;
}

/**
 * What a promise of each kind rests on: its decisions in the order in which risk control would give them up. There is
 * one for each price that a review may have: the dearer it is, the more the policy decides alone.
 */
export interface SegmentEvidence {
  /** The least probably right first. */
  readonly errors: readonly Evidence[];
  /** The dearest in expectation first; absent where the largest cost is not known beforehand. */
  readonly cost?: readonly Evidence[];
}
