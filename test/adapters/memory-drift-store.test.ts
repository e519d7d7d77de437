import { memoryDriftStore } from '../../adapters/memory-drift-store';
import { baseline, driftStoreContract } from './contracts/drift-store';

driftStoreContract('memory', () => memoryDriftStore({ baseline, windowMs: 60_000 }));
