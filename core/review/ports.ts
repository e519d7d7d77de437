import type { Decision } from '../decision/decision';
import type { Resolution } from '../ports';

/** A message of the review queue. Receipt and token never leave the server. */
export interface QueuedTask {
  /** The decision's id; an empty text where the message cannot be read. */
  readonly id: string;
  readonly taskToken: string;
  readonly receipt: string;
}

export interface ReviewQueue {
  /** Waits up to so many seconds for a task, and hides it from others for `hideSeconds`. */
  receive(waitSeconds: number, hideSeconds: number): Promise<QueuedTask | undefined>;
  /** Hides a task for so many seconds from now; 0 shows it at once. */
  hide(receipt: string, seconds: number): Promise<void>;
  remove(receipt: string): Promise<void>;
}

/** A reviewer's right to one task, until a time of our own clock. */
export interface Lease {
  readonly id: string;
  /** SHA-256 of the secret that the reviewer holds. */
  readonly hash: string;
  /** The reviewer. */
  readonly sub: string;
  /** When the task was claimed, epoch milliseconds. */
  readonly claimedAt: number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly receipt: string;
  readonly taskToken: string;
}

/** Who says that they hold a lease, and when. */
export interface LeaseClaim {
  readonly id: string;
  readonly hash: string;
  readonly sub: string;
  /** Epoch milliseconds: a lease that ends by then is none. */
  readonly now: number;
}

/** Leases by decision. Each write checks its condition itself, so that two writers cannot both be right. */
export interface LeaseStore {
  /** Takes a lease unless there is a valid one; then says until when. */
  take(lease: Lease, now: number): Promise<{ readonly taken: true } | { readonly until: number }>;
  /** Gives the lease back with its new end, or undefined where the claim does not hold. */
  extend(claim: LeaseClaim, expiresAt: number): Promise<Lease | undefined>;
  /** Ends the lease, and gives it back; undefined where the claim does not hold. */
  release(claim: LeaseClaim): Promise<Lease | undefined>;
  /** Ends the lease and the pending review in one step, or neither. */
  resolve(
    claim: LeaseClaim,
    resolution: Resolution,
  ): Promise<{ readonly lease: Lease } | { readonly refused: 'lease' | 'record' }>;
}

/** The workflow that waits for a person and ends in the safe default. */
export interface ReviewWorkflow {
  /** Starts the review of a decision, once however often it is called. */
  start(id: string): Promise<void>;
  /** Wakes the workflow of a resolved task. It may have ended already. */
  finish(taskToken: string, outcome: string): Promise<void>;
}

/** Workflows of the definition's actions. */
export interface ActionWorkflows {
  /** Starts an action for a decision, once however often it is called and however the workflow ends. */
  start(action: string, decision: Decision): Promise<void>;
}
