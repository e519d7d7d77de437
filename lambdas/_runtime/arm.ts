import type { Arm, Arms } from '../../core/decision/arms';
import { endpointKey } from '../../core/decision/decide';
import type { Pipeline } from '../../core/pipeline/compile';
import { BREAKER, guardModel } from '../../core/resilience/guard';
import { CircuitBreaker } from '../../core/resilience/circuit-breaker';
import { hedgeModel } from '../../core/resilience/hedge';
import { type Sharing, llms, modelMaker } from './model';
import { loadCandidate } from './pipeline';
import { systemClock } from './system-clock';

const limits = llms.length > 0 ? await import('./limits') : undefined;

/** The live arm, and the candidate's where there is one. */
export function loadArms(
  pipeline: Pipeline,
  env: { readonly endpointName: string; readonly candidateEndpoint: string; readonly stateTable: string },
  sharing?: Sharing,
): Arms {
  const armOf = armMaker(env.stateTable, sharing);
  const candidate = loadCandidate();
  return {
    live: armOf(pipeline, env.endpointName),
    candidate: candidate && { ...armOf(candidate.pipeline, env.candidateEndpoint), share: candidate.share },
  };
}

/** Makes arms whose endpoints are behind circuit breakers: one for each endpoint and variant, whoever asks it. */
export function armMaker(stateTable: string, sharing?: Sharing): (pipeline: Pipeline, endpointName: string) => Arm {
  const limit = limits?.limiter(stateTable);
  const modelOf = modelMaker({ sharing, ...(limit ? { limit } : {}) });
  const breakers = new Map<string, CircuitBreaker>();
  const breakerOf = (name: string) => {
    const breaker = breakers.get(name) ?? new CircuitBreaker(BREAKER);
    breakers.set(name, breaker);
    return breaker;
  };
  return (pipeline, endpointName) => {
    const { budget, definition } = pipeline;
    const guard = (endpoint: string, variant?: string) => {
      const plain = modelOf(pipeline, endpoint, variant);
      const hedge = definition.model.kind === 'sagemaker' ? definition.model.hedge : undefined;
      const model = hedge && variant === undefined ? hedgeModel(plain, hedge, systemClock) : plain;
      return guardModel(model, budget, systemClock, breakerOf(`${endpoint}/${variant ?? ''}`));
    };
    const others = definition.fallback.flatMap((step) =>
      step.step === 'endpoint'
        ? [[endpointKey(step), guard(step.endpoint ?? endpointName, step.variant)] as const]
        : [],
    );
    return { pipeline, model: guard(endpointName), others: Object.fromEntries(others) };
  };
}
