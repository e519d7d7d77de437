import { memoryDecisionStore } from '../../adapters/memory-decision-store';
import { memoryLeaseStore } from '../../adapters/memory-lease-store';
import { leaseStoreContract } from './contracts/lease-store';

leaseStoreContract('memory', () => {
  const decisions = memoryDecisionStore();
  return { decisions, leases: memoryLeaseStore(decisions) };
});
