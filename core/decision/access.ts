import type { PipelineDefinition } from '../pipeline/definition';
import type { DecisionRecord } from './decision';

/** Whether a machine may see and label a decision: its own, or any if the definition names it a reader. */
export const isOpenTo = ({ readers }: PipelineDefinition, record: DecisionRecord, caller: string): boolean =>
  record.caller === caller || (readers?.includes(caller) ?? false);
