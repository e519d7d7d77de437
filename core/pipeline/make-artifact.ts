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
  const closed = close(definition);
  const version = `sha256:${createHash('sha256').update(canonicalJson(closed)).digest('hex')}`;
  if (closed.model.kind === 'llm') return { version, definition: closed };
  const { trees, ...model } = closed.model;
  return { version, definition: { ...closed, model }, trees };
}

/** What a schema does not name is refused. */
function close(definition: PipelineDefinition): PipelineDefinition {
  const { input, model } = definition;
  if (model.kind !== 'llm') return { ...definition, input: closeObjects(input) };
  const answer = { ...model.answer, schema: closeObjects(model.answer.schema) };
  return { ...definition, input: closeObjects(input), model: { ...model, answer } };
}
