import type { PipelineDefinition } from './definition';

/** What a definition becomes at synth: the same bytes run in every function, in the CLI and in tests. */
export interface Artifact {
  /** `sha256:` and the hash of the canonical definition (RFC 8785). */
  readonly version: string;
  readonly definition: PipelineDefinition;
}
