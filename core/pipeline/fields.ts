import type { Scope } from '../rules/expressions';
import type { JsonSchema, PipelineDefinition } from './definition';

type Fields = Readonly<Record<string, JsonSchema>>;

/** Fields of the request's input, by name. */
export const inputFields = (definition: PipelineDefinition): Fields => definition.input.properties ?? {};

/** Looked-up fields of all lookups, by name. */
export const lookedUpFields = (definition: PipelineDefinition): Fields =>
  Object.assign({}, ...Object.values(definition.features?.lookups ?? {}).map(({ fields }) => fields));

/** The names of protected fields below `input` or `features`. */
export const protectedNames = (definition: PipelineDefinition, root: 'input' | 'features'): string[] =>
  (definition.protected ?? []).flatMap((path) => (path.startsWith(`${root}.`) ? [path.slice(root.length + 1)] : []));

/** What expressions may use before anything is derived: no protected field is in it. */
export function scopeOf(definition: PipelineDefinition): Scope {
  const hidden = { input: protectedNames(definition, 'input'), features: protectedNames(definition, 'features') };
  const without = (fields: Fields, names: readonly string[]): Fields =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
  return {
    input: without(inputFields(definition), hidden.input),
    features: without(lookedUpFields(definition), hidden.features),
    protected: [...hidden.input, ...hidden.features],
  };
}
