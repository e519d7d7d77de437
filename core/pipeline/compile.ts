import { type CompiledLookup, attempt, compileLookup } from '../features/lookup';
import { type CompiledColumns, compileColumns } from '../model/encoding';
import { type ToCel, fromCel, schemaOfCelType, toCelObject } from '../rules/cel-types';
import { type CelContext, compileExpression, environment } from '../rules/expressions';
import type { Artifact } from './artifact';
import type { Cel, JsonSchema, PipelineDefinition, Rule } from './definition';
import { durationMs } from './duration';
import { inputFields, lookedUpFields } from './fields';

/** Whether an expression holds; undefined when it cannot tell, since a value that it names is missing. */
export type Condition = (context: CelContext) => boolean | undefined;

/** An artifact made ready at init: nothing is parsed or compiled on a request's path. */
export interface Pipeline {
  readonly version: string;
  readonly definition: PipelineDefinition;
  readonly deadlineMs: number;
  readonly slaMs: number;
  readonly lookups: readonly CompiledLookup[];
  readonly derived: readonly { readonly name: string; evaluate(context: CelContext): unknown }[];
  readonly rules: readonly { readonly rule: Rule; readonly when: Condition }[];
  /** The condition of each fallback step, in the order of `definition.fallback`. */
  readonly fallbackWhen: readonly (Condition | undefined)[];
  readonly columns: CompiledColumns;
  readonly toCelInput: ToCel;
  readonly toCelFeatures: ToCel;
}

/** Compiles an artifact. Throws if it is not one that `makeArtifact` made. */
export function compilePipeline({ version, definition }: Artifact): Pipeline {
  const input = inputFields(definition);
  const features: Record<string, JsonSchema> = { ...lookedUpFields(definition) };

  const keys = environment({ input, features: {} });
  const lookups = Object.entries(definition.features?.lookups ?? {}).map(([name, lookup]) => {
    const key = compileExpression(keys, lookup.key);
    return compileLookup(name, lookup, (celInput) => key({ input: celInput, features: {} }));
  });

  const derived = Object.entries(definition.features?.derived ?? {}).map(([name, source]) => {
    const env = environment({ input, features });
    const expression = compileExpression(env, source);
    features[name] = schemaOfCelType(env.check(source).type ?? '') ?? {};
    return { name, evaluate: (context: CelContext) => fromCel(attempt(() => expression(context))) };
  });

  const env = environment({ input, features });
  const condition = (source: Cel): Condition => {
    const expression = compileExpression(env, source);
    return (context) => attempt(() => expression(context) === true);
  };
  return {
    version,
    definition,
    deadlineMs: durationMs(definition.deadline)!,
    slaMs: durationMs(definition.review.sla)!,
    lookups,
    derived,
    rules: (definition.decide.rules ?? []).map((rule) => ({ rule, when: condition(rule.when) })),
    fallbackWhen: definition.fallback.map((step) =>
      step.step === 'heuristic' && step.when !== undefined ? condition(step.when) : undefined,
    ),
    columns: compileColumns(definition.model.columns),
    toCelInput: toCelObject(input),
    toCelFeatures: toCelObject(features),
  };
}
