import type { FallbackStep, PipelineDefinition, SageMakerModel } from './definition';
import type { ExpectedCostPolicy } from '../policy/policy';

/** A pipeline definition, typed and checked by the compiler; `checkDefinition` checks the rest. */
export const definePipeline = (definition: PipelineDefinition): PipelineDefinition => definition;

/** A model behind a SageMaker endpoint. */
export const sagemaker = (model: Omit<SageMakerModel, 'kind'>): SageMakerModel => ({ kind: 'sagemaker', ...model });

/**
 * The policy that picks the cheapest of the outcomes and a review.
 * Takes the cost of each outcome under each label, and beside them `review`, the price of one review.
 */
export function expectedCost(
  costs: { review: number } & Record<string, Record<string, number> | number>,
): ExpectedCostPolicy {
  const { review, ...outcomes } = costs;
  return { kind: 'expectedCost', costs: outcomes as ExpectedCostPolicy['costs'], review };
}

/** Decides without the model, where `when` holds (always, when it is left out). */
export const heuristic = (step: { when?: string; outcome: string; reason?: string }): FallbackStep => ({
  step: 'heuristic',
  ...step,
});

/** Asks a person. */
export const review = (): FallbackStep => ({ step: 'review' });

/** The last resort, and what an expired review ends in: an outcome, or null for the safe null response. */
export const safeDefault = (outcome: string | null): FallbackStep => ({ step: 'safe_default', outcome });
