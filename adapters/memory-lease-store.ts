import type { DecisionStore } from '../core/ports';
import { holds } from '../core/review/lease';
import type { Lease, LeaseClaim, LeaseStore } from '../core/review/ports';
import { worked } from '../core/review/resolution';

/** Leases in memory, for tests: it keeps the same contract as the one on DynamoDB. */
export function memoryLeaseStore(decisions: DecisionStore): LeaseStore {
  const leases = new Map<string, Lease>();
  const held = (claim: LeaseClaim): Lease | undefined => {
    const lease = leases.get(claim.id);
    return lease && holds(lease, claim) ? lease : undefined;
  };
  return {
    async take(lease, now) {
      const other = leases.get(lease.id);
      if (other && other.expiresAt > now) return { until: other.expiresAt };
      leases.set(lease.id, lease);
      return { taken: true };
    },
    async extend(claim, expiresAt) {
      const lease = held(claim);
      if (!lease) return undefined;
      leases.set(claim.id, { ...lease, expiresAt });
      return { ...lease, expiresAt };
    },
    async release(claim) {
      const lease = held(claim);
      if (lease) leases.delete(claim.id);
      return lease;
    },
    async resolve(claim, resolution) {
      const lease = held(claim);
      if (!lease) return { refused: 'lease' };
      if (!(await decisions.resolve(worked(resolution, lease, claim.now)))) return { refused: 'record' };
      leases.delete(claim.id);
      return { lease };
    },
  };
}
