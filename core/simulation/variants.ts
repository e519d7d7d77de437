import { allOf, expectedCost } from '../pipeline/define';
import type { PipelineDefinition } from '../pipeline/definition';
import type { Costs, PlainPolicy, Policy } from '../policy/policy';

/** A policy to compare with the one simulated. It chooses by its own prices, and is counted by the true ones. */
export interface Variant {
  readonly name: string;
  readonly definition: PipelineDefinition;
}

/** The policies that a sweep tries beside the definition's own: what is near it, and what is plain. */
export function variantsOf(definition: PipelineDefinition): Variant[] {
  const { policy, costs } = definition.decide;
  const withPolicy = (name: string, other: Policy, otherCosts: Costs = costs): Variant => ({
    name,
    definition: { ...definition, decide: { ...definition.decide, policy: other, costs: otherCosts } },
  });
  const plain = policy.kind === 'expectedCost' ? [] : [withPolicy('expected cost alone', expectedCost())];
  const prices = [0.5, 0.75, 1.5, 2].map((factor) =>
    withPolicy(`expected cost, a review priced × ${factor}`, expectedCost(), {
      ...costs,
      review: times(costs.review, factor),
    }),
  );
  const risks = controlsRisk(policy)
    ? [0.5, 0.75, 1.5, 2].map((factor) => withPolicy(`as defined, the risk bound × ${factor}`, scaled(policy, factor)))
    : [];
  return [...plain, ...risks, ...prices];
}

const times = (cost: Costs['review'], factor: number) =>
  typeof cost === 'number' ? cost * factor : `double(${cost}) * ${factor.toFixed(2)}`;

function controlsRisk(policy: Policy): boolean {
  if (policy.kind === 'allOf') return policy.policies.some(controlsRisk);
  if (policy.kind !== 'segments') return policy.kind === 'riskControl';
  return [policy.otherwise, ...policy.segments.map((segment) => segment.policy)].some(controlsRisk);
}

/** The policy with every bound of risk control multiplied. */
function scaled(policy: Policy, factor: number): Policy {
  const plain = (one: PlainPolicy): PlainPolicy => {
    if (one.kind === 'allOf') return allOf(...one.policies.map(plain));
    if (one.kind !== 'riskControl') return one;
    const alpha = one.alpha * factor;
    return { ...one, alpha: one.of === 'errors' ? Math.min(alpha, 0.999) : alpha };
  };
  if (policy.kind !== 'segments') return plain(policy);
  return {
    ...policy,
    segments: policy.segments.map((segment) => ({ ...segment, policy: plain(segment.policy) })),
    otherwise: plain(policy.otherwise),
  };
}
