import type { Scope } from '../rules/expressions';
import type { Column } from '../model/encoding';
import type { XgboostJson } from '../model/xgboost';
import type { JsonSchema, Model, PipelineDefinition } from './definition';
import { isPlain, sourceOf } from '../llm/prompt';

type Fields = Readonly<Record<string, JsonSchema>>;

/** The columns of a model's row; a language model has none. */
export const columnsOf = (model: Model): readonly Column[] => (model.kind === 'sagemaker' ? model.columns : []);

/** The paths of the values that a model is asked by and that can be counted: all but texts. */
export function modelFields({ model, ...definition }: PipelineDefinition): string[] {
  if (model.kind === 'sagemaker')
    return model.columns.map((column) => (typeof column === 'string' ? column : column.from));
  const fields = scopeOf({ model, ...definition });
  const variables = Object.values(model.prompts.versions).flatMap((prompt) => Object.values(prompt.variables));
  const plain = variables.flatMap((variable) => {
    const source = sourceOf(variable, fields);
    return source && isPlain(source.schema) ? [`${source.root}.${source.field}`] : [];
  });
  return [...new Set(plain)];
}

/** The trees behind a model's endpoint, if it has any and they are known. */
export const treesOf = (model: Model): XgboostJson | undefined =>
  model.kind === 'sagemaker' ? model.trees : undefined;

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
