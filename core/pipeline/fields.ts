import type { JsonSchema, PipelineDefinition } from './definition';

/** Fields of the request's input, by name. */
export const inputFields = (definition: PipelineDefinition): Readonly<Record<string, JsonSchema>> =>
  definition.input.properties ?? {};

/** Looked-up fields of all lookups, by name. */
export const lookedUpFields = (definition: PipelineDefinition): Readonly<Record<string, JsonSchema>> =>
  Object.assign({}, ...Object.values(definition.features?.lookups ?? {}).map(({ fields }) => fields));
