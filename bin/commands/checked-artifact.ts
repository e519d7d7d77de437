import type { Artifact } from '../../core/pipeline/artifact';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { makeArtifact } from '../../core/pipeline/make-artifact';
import { DefinitionError } from '../../core/problem';

/** The definition's artifact; undefined where it cannot be deployed, after all its problems were printed. */
export function checkedArtifact(definition: PipelineDefinition): Artifact | undefined {
  try {
    return makeArtifact(definition);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    process.stderr.write(error.message);
    return undefined;
  }
}
