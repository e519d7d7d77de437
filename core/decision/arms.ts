import type { Pipeline } from '../pipeline/compile';
import type { ModelClient } from '../ports';
import { drawOf } from './id';

/** A definition with the model that it asks. */
export interface Arm {
  readonly pipeline: Pipeline;
  readonly model: ModelClient;
  /** The other endpoints of the fallback chain, by `endpointKey`. */
  readonly others?: Readonly<Record<string, ModelClient>>;
}

/** The live definition and, beside it, a candidate that decides for a share of the requests. */
export interface Arms {
  readonly live: Arm;
  readonly candidate?: (Arm & { readonly share: number }) | undefined;
}

/** Which arm decides a request: always the same one for the same id. */
export const armOf = ({ live, candidate }: Arms, id: string): Arm =>
  candidate && drawOf(id, 'candidate') < candidate.share ? candidate : live;
