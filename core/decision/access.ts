import type { PipelineDefinition } from '../pipeline/definition';
import type { DecisionRecord } from './decision';

/** Whether a machine may see a decision or batch, and label it: its own, or any if the definition names it a reader. */
export const isOpenTo = (
  { readers }: PipelineDefinition,
  record: Pick<DecisionRecord, 'caller'>,
  caller: string,
): boolean => record.caller === caller || (readers?.includes(caller) ?? false);
