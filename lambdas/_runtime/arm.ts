import { sagemakerModel } from '../../adapters/sagemaker-model';
import type { Arm } from '../../core/decision/arms';
import { endpointKey } from '../../core/decision/decide';
import type { Pipeline } from '../../core/pipeline/compile';
import { BREAKER, guardModel } from '../../core/resilience/guard';
import { CircuitBreaker } from '../../core/resilience/circuit-breaker';
import { hedgeModel } from '../../core/resilience/hedge';
import { requestSageMaker } from './clients';
import { systemClock } from './system-clock';

/** Makes arms whose endpoints are behind circuit breakers: one for each endpoint and variant, whoever asks it. */
export function armMaker(): (pipeline: Pipeline, endpointName: string) => Arm {
  const client = requestSageMaker();
  const breakers = new Map<string, CircuitBreaker>();
  const breakerOf = (name: string) => {
    const breaker = breakers.get(name) ?? new CircuitBreaker(BREAKER);
    breakers.set(name, breaker);
    return breaker;
  };
  return (pipeline, endpointName) => {
    const { budget, definition } = pipeline;
    const guard = (endpoint: string, variant?: string) => {
      const plain = sagemakerModel(client, endpoint, variant);
      const { hedge } = definition.model;
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
