import type { Comparison } from '../candidate/compare';
import type { DecisionRecord } from '../decision/decision';
import type { MadeObservation } from './tally';

/**
 * What is counted of a decision as it was made. `protectedFields` are those that its groups go by; `comparison` is that
 * of a candidate beside it.
 */
export function observationOf(
  record: DecisionRecord,
  protectedFields: readonly string[] = [],
  comparison?: Comparison,
): MadeObservation {
  const { id, at, input, features, route, outcome, timings, confidence, sampled } = record;
  const failures = record.reasons.filter(({ code }) => code.startsWith('MODEL_')).map(({ code }) => code);
  const gaps = Object.values(record.gaps).map((cause) => `FEATURES_${cause.toUpperCase()}`);
  return {
    id,
    at: Date.parse(at),
    values: { ...input, ...features },
    route,
    outcome,
    reasons: [...new Set([...failures, ...gaps])],
    totalMs: timings.totalMs,
    modelMs: timings.modelMs > 0 ? timings.modelMs : null,
    groups: groupsOf(record, protectedFields),
    // What the policy decided, also where a person then makes a sample of it.
    chanceOfError: confidence !== null && (route === 'automated' || sampled !== undefined) ? 1 - confidence : null,
    comparison,
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
