import type { LinearModel } from './linear';
import weights from './injection-weights.json';

/** The model that ships: trained by `bench/guards/train.ts`. */
export function loadInjectionModel(): LinearModel {
  const bytes = atob(weights.weights);
  return { ...weights, weights: Int8Array.from(bytes, (sign) => sign.charCodeAt(0)) };
}
