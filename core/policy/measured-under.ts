import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json';
import type { Model, PipelineDefinition } from '../pipeline/definition';
import type { Policy } from './policy';

/** Hash of all that decides which decisions a policy would automate, and how they count: evidence is void without it. */
export function measuredUnder(definition: PipelineDefinition): string {
  const { features, input, model, decide, review, protected: hidden } = definition;
  const { evidence: _, policy, ...rest } = decide;
  const whole = {
    // The types of fields are those of expressions: 7 / 2 is 3 of integers.
    types: Object.entries(input.properties ?? {}).map(([name, { type }]) => [name, type ?? null]),
    features: features ?? {},
    model: askedOf(model),
    decide: { ...rest, policy: unbounded(policy) },
    hidden: hidden ?? [],
    // How scarce reviews are is counted at every price; whether they are decides how many there are.
    ...(review.capacity === undefined ? {} : { scarce: true }),
  };
  return `sha256:${createHash('sha256').update(canonicalJson(whole)).digest('hex')}`;
}

/**
 * Where a model runs, how often it is called and how long it may take is nothing to its answer; but by its name alone
 * do we know one whose trees we do not have. Of the prompts, the one that is live.
 */
function askedOf(model: Model): unknown {
  if (model.kind === 'llm') {
    const { prompts, stream: _, limits, ...asked } = model;
    return { ...asked, mostTokens: limits.perRequest.outputTokens, prompt: prompts.versions[prompts.live] };
  }
  const { endpoint, servedBy: _, hedge: __, ...rows } = model;
  return model.trees ? rows : { ...rows, endpoint };
}

/** The policy without what may change under the same evidence: how much risk is taken. */
function unbounded(policy: Policy): unknown {
  switch (policy.kind) {
    case 'riskControl':
      return { kind: policy.kind };
    case 'allOf':
      return { ...policy, policies: policy.policies.map(unbounded) };
    case 'segments':
      return {
        ...policy,
        segments: policy.segments.map((segment) => ({ ...segment, policy: unbounded(segment.policy) })),
        otherwise: unbounded(policy.otherwise),
      };
    default:
      return policy;
  }
}
