import { memoryDecisionStore } from '../../adapters/memory-decision-store';
import { decisionStoreContract } from './contracts/decision-store';

const shared = memoryDecisionStore();
decisionStoreContract('memory', () => shared);
