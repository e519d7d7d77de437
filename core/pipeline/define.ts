import type { LlmModel } from '../llm/settings';
import type { FallbackStep, Model, PipelineDefinition, SageMakerModel } from './definition';
import type {
  AllOfPolicy,
  ExpectedCostPolicy,
  PlainPolicy,
  RiskControlPolicy,
  SegmentsPolicy,
  ThresholdsPolicy,
} from '../policy/policy';

/** A pipeline definition, typed and checked by the compiler; `checkDefinition` checks the rest. */
export const definePipeline = <M extends Model>(definition: PipelineDefinition<M>): PipelineDefinition<M> => definition;

/** A model behind a SageMaker endpoint. */
export const sagemaker = (model: Omit<SageMakerModel, 'kind'>): SageMakerModel => ({ kind: 'sagemaker', ...model });

/** A language model whose answer holds the label. */
export const llm = (model: Omit<LlmModel, 'kind'>): LlmModel => ({ kind: 'llm', ...model });

/** Picks the cheapest of the outcomes and a review, in expectation, by `decide.costs`. */
export const expectedCost = (): ExpectedCostPolicy => ({ kind: 'expectedCost' });

/** Gives each outcome a band of the probability, such as `{ approve: { below: 0.1 } }`; the rest is reviewed. */
export const thresholds = (bands: ThresholdsPolicy['bands']): ThresholdsPolicy => ({ kind: 'thresholds', bands });

/**
 * Automates only as far as labelled evidence supports a promise: that of the decisions it automates at most a share
 * `errors` is wrong, or that they cost at most `cost` each in the mean. `delta` is the chance that it does not hold.
 */
export function riskControl(
  promise: { delta: number; horizon?: number } & ({ errors: number } | { cost: number }),
): RiskControlPolicy {
  const { delta, horizon } = promise;
  const bound = 'errors' in promise ? { of: 'errors', alpha: promise.errors } : { of: 'cost', alpha: promise.cost };
  return {
    kind: 'riskControl',
    ...(bound as Pick<RiskControlPolicy, 'of' | 'alpha'>),
    delta,
    ...(horizon === undefined ? {} : { horizon }),
  };
}

/** Automates only what all of the policies decide alike. */
export const allOf = (...policies: PlainPolicy[]): AllOfPolicy => ({ kind: 'allOf', policies });

/** A policy for each segment of the requests (the first whose `when` holds), and one for all others. */
export const bySegment = (segments: SegmentsPolicy['segments'], otherwise: PlainPolicy): SegmentsPolicy => ({
  kind: 'segments',
  segments,
  otherwise,
});

/** Decides without the model, where `when` holds (always, when it is left out). */
export const heuristic = (step: { when?: string; outcome: string; reason?: string }): FallbackStep => ({
  step: 'heuristic',
  ...step,
});

/**
 * Asks another endpoint, or another variant, that serves the same model; the policy decides by its answer. Each such
 * step adds at most one call to a request.
 */
export const secondEndpoint = (other: {
  endpoint?: string;
  variant?: string;
  when?: string;
  budget?: string;
}): FallbackStep => ({ step: 'endpoint', ...other });

/** Asks a person; where `when` is given, only if it holds. */
export const review = (step: { when?: string } = {}): FallbackStep => ({ step: 'review', ...step });

/** The last resort, and what an expired review ends in: an outcome, or null for the safe null response. */
export const safeDefault = (outcome: string | null): FallbackStep => ({ step: 'safe_default', outcome });
