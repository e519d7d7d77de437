import type { LlmModel } from '../../core/llm/settings';
import { type Pipeline, compilePipeline } from '../../core/pipeline/compile';
import { makeArtifact } from '../../core/pipeline/make-artifact';
import { DefinitionError } from '../../core/problem';
import { loadDefinition } from './load-definition';
import { UsageError } from './usage';

/** A pipeline folder whose model is a language model. */
export function loadLlm(folder: string): { readonly pipeline: Pipeline; readonly model: LlmModel } {
  const definition = loadDefinition(folder);
  const { model, name } = definition;
  if (model?.kind !== 'llm') throw new UsageError(`The model of ${name} is no language model: it has no prompts.`);
  try {
    return { pipeline: compilePipeline(makeArtifact(definition)), model };
  } catch (error) {
    if (error instanceof DefinitionError) throw new UsageError(error.message);
    throw error;
  }
}
