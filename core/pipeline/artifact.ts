import type { XgboostJson } from '../model/xgboost';
import type { PipelineDefinition } from './definition';

/** What a definition becomes at synth: the same bytes run in every function, in the CLI and in tests. */
export interface Artifact {
  /** `sha256:` and the hash of the canonical definition (RFC 8785), its trees included. */
  readonly version: string;
  /** Without `model.trees`: a decision needs none. */
  readonly definition: PipelineDefinition;
  /** The trees, for whatever scores or explains scores. */
  readonly trees?: XgboostJson | undefined;
}
