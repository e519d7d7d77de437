import { memoryBudgets } from '../../adapters/memory-budgets';
import { budgetsContract } from './contracts/budgets';

budgetsContract('memory', memoryBudgets);
