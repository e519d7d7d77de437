import { createHash } from 'node:crypto';
import type { DecisionRecord } from '../decision/decision';
import { isDecisionId } from '../decision/id';
import type { DecisionStore } from '../ports';
import type { Lease, LeaseClaim, LeaseStore, ReviewQueue } from './ports';

/** What a reviewer gets: the secret of the lease, and the decision to look at. */
export interface Claimed {
  readonly record: DecisionRecord;
  readonly lease: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export const hashLease = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Whether a stored lease is the one that is claimed. */
export const holds = (lease: Lease, claim: LeaseClaim): boolean =>
  lease.hash === claim.hash && lease.sub === claim.sub && lease.expiresAt > claim.now;

export interface ClaimPorts {
  readonly queue: ReviewQueue;
  readonly leases: LeaseStore;
  readonly store: DecisionStore;
}

export interface ClaimRequest {
  /** The reviewer. */
  readonly sub: string;
  /** Random, unguessable. */
  readonly secret: string;
  readonly leaseMs: number;
  /** How long to wait for a task when there is none, at least 1: a shorter look can miss tasks that are there. */
  readonly waitSeconds: number;
  /** The clock, in epoch milliseconds: messages that are passed over take time. */
  readonly now: () => number;
}

/** A claim passes over stale and taken messages for so long; the rest are for the next one. */
const MOST_MS = 20_000;

/**
 * Leases the next task to a reviewer; undefined when a whole wait found none. Messages of decisions that are no
 * longer pending are deleted on the way; a second delivery of a leased task stays hidden until that lease ends.
 */
export async function claimTask(
  { queue, leases, store }: ClaimPorts,
  { sub, secret, leaseMs, waitSeconds, now }: ClaimRequest,
): Promise<Claimed | undefined> {
  const until = now() + MOST_MS;
  do {
    const task = await queue.receive(waitSeconds, Math.ceil(leaseMs / 1000));
    if (!task) return undefined;
    const { id, taskToken, receipt } = task;
    const record = isDecisionId(id) ? await store.get(id) : undefined;
    if (record?.status !== 'pending_review') {
      await queue.remove(receipt);
      continue;
    }
    const at = now();
    const lease: Lease = {
      id,
      hash: hashLease(secret),
      sub,
      claimedAt: at,
      expiresAt: at + leaseMs,
      receipt,
      taskToken,
    };
    const taken = await leases.take(lease, at);
    if ('taken' in taken) return { record, lease: secret, expiresAt: lease.expiresAt };
    await queue.hide(receipt, Math.max(1, Math.ceil((taken.until - now()) / 1000)));
  } while (now() < until);
  return undefined;
}
