import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json';
import { closeObjects } from '../input/schema';
import { DefinitionError } from '../problem';
import type { Artifact } from './artifact';
import { checkDefinition } from './check';
import type { PipelineDefinition } from './definition';

/** Checks the definition and freezes it into its artifact. Throws a DefinitionError that lists every problem. */
export function makeArtifact(definition: PipelineDefinition): Artifact {
  const problems = checkDefinition(definition);
  if (problems.length > 0) throw new DefinitionError(definition?.name ?? '', problems);
  const closed: PipelineDefinition = { ...definition, input: closeObjects(definition.input) };
  const version = `sha256:${createHash('sha256').update(canonicalJson(closed)).digest('hex')}`;
  const { trees, ...model } = closed.model;
  return { version, definition: { ...closed, model }, trees };
}
