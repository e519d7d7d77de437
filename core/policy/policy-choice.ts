import type { Mode } from '../decision/decision';
import type { PipelineDefinition } from '../pipeline/definition';
import { type PolicyChoice, chooseByCost } from './expected-cost';

/** What the definition's policy makes of a calibrated probability, in the given mode. */
export function policyChoice({ decide, model }: PipelineDefinition, probability: number, mode: Mode): PolicyChoice {
  const { policy, outcomes, labels } = decide;
  return chooseByCost(policy, {
    outcomes,
    labels,
    label: model.probabilityOf,
    probability,
    cautious: mode === 'cautious',
  });
}
