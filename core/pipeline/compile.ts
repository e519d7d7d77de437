import { type CompiledLookup, attempt, compileLookup } from '../features/lookup';
import { type CompiledLlm, compileLlm } from '../llm/compile-llm';
import { type CompiledColumns, compileColumns } from '../model/encoding';
import { type PolicyChoice, type PolicyQuestion, compilePolicy } from '../policy/compile-policy';
import { type PriceList, compilePrices } from '../policy/stakes';
import { type ToCel, fromCel, schemaOfCelType, toCelObject } from '../rules/cel-types';
import { type CelContext, type CompileCel, type Scope, compileExpression, environment } from '../rules/expressions';
import { compileRule } from '../rules/compile-rule';
import { type RulesVerdict, allMatches, byPriority, firstMatch } from '../rules/rules';
import { type Budget, budgetOf } from '../resilience/deadline';
import type { Artifact } from './artifact';
import type { FallbackStep, JsonSchema, PipelineDefinition } from './definition';
import { durationMs } from './duration';
import { columnsOf, protectedNames, scopeOf } from './fields';

/** Whether an expression holds; undefined when it cannot tell, since a value that it names is missing. */
export type Condition = (context: CelContext) => boolean | undefined;

export interface CompiledStep {
  readonly step: FallbackStep;
  /** Undefined where the step is always tried. */
  readonly when: Condition | undefined;
}

/** An artifact made ready at init: nothing is parsed or compiled on a request's path. */
export interface Pipeline {
  readonly version: string;
  readonly definition: PipelineDefinition;
  readonly budget: Budget;
  readonly slaMs: number;
  readonly lookups: readonly CompiledLookup[];
  readonly derived: readonly { readonly name: string; evaluate(context: CelContext): unknown }[];
  /** What the rules and decision tables make of a request. */
  rules(context: CelContext): RulesVerdict;
  /** What the policy makes of a probability. */
  policy(question: PolicyQuestion): PolicyChoice;
  /** What each outcome costs under each truth. */
  readonly prices: PriceList;
  /** The fallback chain, each step with its condition. */
  readonly fallback: readonly CompiledStep[];
  readonly columns: CompiledColumns;
  /** Where the model is a language model. */
  readonly llm: CompiledLlm | undefined;
  /** The names that rules, costs and the policy may use. */
  readonly scope: Scope;
  readonly toCelInput: ToCel;
  readonly toCelFeatures: ToCel;
}

/**
 * Compiles an artifact. Throws if it is not one that `makeArtifact` made. With `openAt`, risk control keeps nothing
 * back and reviews cost that many times their price: so its evidence is measured.
 */
export function compilePipeline(
  { version, definition }: Artifact,
  options: { readonly openAt?: number } = {},
): Pipeline {
  const { input, features: lookedUp } = scopeOf(definition);
  const features: Record<string, JsonSchema> = { ...lookedUp };

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

  const scope: Scope = { input, features };
  const compile = compileCel(scope);
  const rules = byPriority((definition.decide.rules ?? []).map((rule) => compileRule(rule, compile, scope)));
  const prices = compilePrices(definition, compile.value);
  const ask = definition.decide.match === 'all' ? allMatches : firstMatch;
  return {
    version,
    definition,
    budget: budgetOf(durationMs(definition.deadline)!, {
      read: durationMs(definition.budgets?.features),
      model: durationMs(definition.budgets?.model),
      calls: 1 + definition.fallback.filter(({ step }) => step === 'endpoint').length,
    }),
    slaMs: durationMs(definition.review.sla)!,
    lookups,
    derived,
    rules: (context) => ask(rules, context),
    policy: compilePolicy(definition, compile, prices, options),
    prices,
    fallback: definition.fallback.map((step) => ({
      step,
      when: step.step !== 'safe_default' && step.when !== undefined ? compile.condition(step.when) : undefined,
    })),
    columns: compileColumns(columnsOf(definition.model)),
    llm: definition.model.kind === 'llm' ? compileLlm(definition.model, definition.decide.labels, scope) : undefined,
    scope,
    toCelInput: toCelObject(input, protectedNames(definition, 'input')),
    toCelFeatures: toCelObject(features, protectedNames(definition, 'features')),
  };
}

/** What compiles the expressions of a scope. */
export function compileCel(scope: Scope): CompileCel {
  const env = environment(scope);
  return {
    value(source) {
      const expression = compileExpression(env, source);
      return (context) => fromCel(attempt(() => expression(context)));
    },
    condition(source) {
      const expression = compileExpression(env, source);
      return (context) => attempt(() => expression(context) === true);
    },
  };
}
