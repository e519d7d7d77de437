import { createHash, timingSafeEqual } from 'node:crypto';
import type { DecisionStore } from '../ports';
import type { Lease, LeaseClaim, LeaseStore, ReviewQueue } from './ports';

/** What a reviewer gets: the secret of the lease, and the decision to look at. */
export interface Claimed {
  readonly id: string;
  readonly lease: string;
  readonly expiresAt: number;
}

export const hashLease = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Whether a stored lease is the one that is claimed. */
export function holds(lease: Lease, claim: LeaseClaim): boolean {
  const [a, b] = [Buffer.from(lease.hash), Buffer.from(claim.hash)];
  return a.length === b.length && timingSafeEqual(a, b) && lease.sub === claim.sub && lease.expiresAt > claim.now;
}

export interface ClaimPorts {
  readonly queue: ReviewQueue;
  readonly leases: LeaseStore;
  readonly store: DecisionStore;
}

/** A claim looks at so many messages before it says that there is nothing; the rest are stale or taken. */
const MOST_LOOKS = 20;

/**
 * Leases the next task to a reviewer. Messages of decisions that are no longer pending are deleted on the way;
 * a second delivery of a leased task stays hidden until that lease ends.
 */
export async function claimTask(
  { queue, leases, store }: ClaimPorts,
  { sub, secret, leaseMs, waitSeconds, now }: {
    readonly sub: string;
    /** Random, unguessable. */
    readonly secret: string;
    readonly leaseMs: number;
    readonly waitSeconds: number;
    readonly now: () => number;
  },
): Promise<Claimed | undefined> {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    // Only the first look waits: once there were messages, an empty queue is an answer.
    const task = await queue.receive(looks === 0 ? waitSeconds : 0, Math.ceil(leaseMs / 1000));
    if (!task) return undefined;
    const record = await store.get(task.id);
    if (record?.status !== 'pending_review') {
      await queue.remove(task.receipt);
      continue;
    }
    const expiresAt = now() + leaseMs;
    const lease: Lease = { id: task.id, hash: hashLease(secret), sub, expiresAt, receipt: task.receipt, taskToken: task.taskToken };
    const taken = await leases.take(lease, now());
    if ('taken' in taken) return { id: task.id, lease: secret, expiresAt };
    await queue.hide(task.receipt, Math.max(1, Math.ceil((taken.until - now()) / 1000)));
  }
  return undefined;
}
