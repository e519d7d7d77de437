import type { Comparison } from '../candidate/compare';
import type { DecisionRecord } from '../decision/decision';
import { INTENDED, MODEL_FAILURES, UNANSWERED } from '../decision/model-answer';
import type { Pipeline } from '../pipeline/compile';
import { compileCel } from '../pipeline/compile';
import { llmMeasures } from './llm-measures';
import { signalsOf } from './signals';
import type { MadeObservation } from './tally';

/** What is counted of a decision as it was made; `comparison` is that of a candidate beside it. */
export type Observe = (record: DecisionRecord, comparison?: Comparison) => MadeObservation;

/** Makes what counts the decisions of a pipeline. */
export function compileObservation(pipeline: Pipeline): Observe {
  const { definition } = pipeline;
  const protectedFields = definition.protected ?? [];
  const segmentsOf = compileSegments(pipeline);
  const signals = signalsOf(pipeline);
  return (record, comparison) => {
    const { id, at, input, features, route, outcome, timings, confidence, sampled, ages } = record;
    return {
      id,
      at: Date.parse(at),
      values: input,
      features,
      signals: signals(record),
      segments: segmentsOf(input, features),
      route,
      outcome,
      reasons: lacking(record),
      totalMs: timings.totalMs,
      modelMs: timings.modelMs > 0 ? timings.modelMs : null,
      groups: groupsOf(record, protectedFields),
      ages,
      // What the policy decided, also where a person then makes a sample of it.
      chanceOfError: confidence !== null && (route === 'automated' || sampled !== undefined) ? 1 - confidence : null,
      comparison,
      measures: llmMeasures(record, definition),
      firstTokenMs: record.llm?.firstTokenMs,
    };
  };
}

const NONE: readonly string[] = [];
const NOBODYS: readonly string[] = INTENDED;

/** Codes of what a decision had to do without, each once. */
function lacking({ reasons, gaps }: DecisionRecord): readonly string[] {
  const codes = new Set<string>();
  let answered = false;
  let failed = false;
  for (const { code } of reasons) {
    if (code === 'SECOND_ENDPOINT') answered = true;
    if (!code.startsWith('MODEL_')) continue;
    codes.add(code);
    if (NOBODYS.includes(code)) continue;
    if ((MODEL_FAILURES as readonly string[]).includes(code)) failed = true;
  }
  if (failed && !answered) codes.add(UNANSWERED);
  for (const lookup in gaps) codes.add(`FEATURES_${gaps[lookup]!.toUpperCase()}`);
  return codes.size === 0 ? NONE : [...codes];
}

type Values = Readonly<Record<string, unknown>>;

/** What says which segments a request is in; one that cannot be told, since a value is missing, it is not in. */
export function compileSegments(pipeline: Pipeline): (input: Values, features: Values) => readonly string[] {
  const segments = Object.entries(pipeline.definition.drift?.segments ?? {});
  if (segments.length === 0) return () => NONE;
  const cel = compileCel(pipeline.scope);
  const conditions = segments.map(([id, when]) => ({ id, holds: cel.condition(when) }));
  return (input, features) => {
    const context = { input: pipeline.toCelInput(input), features: pipeline.toCelFeatures(features) };
    return conditions.filter(({ holds }) => holds(context) === true).map(({ id }) => id);
  };
}

export const groupsOf = (record: DecisionRecord, protectedFields: readonly string[] = []): string[] =>
  protectedFields.map((path) => groupOf(record, path));

/** The group of a protected field that a decision is in, as `<field>=<value>`. */
function groupOf({ input, features }: DecisionRecord, path: string): string {
  const [root, name] = path.split('.') as ['input' | 'features', string];
  const value = (root === 'input' ? input : features)[name];
  return `${path}=${value === undefined ? '(none)' : String(value)}`;
}
