import type { Comparison } from '../candidate/compare';
import type { DecisionRecord } from '../decision/decision';
import type { Observation } from './tally';

/**
 * What is counted of a decision as it was made. `protectedFields` are those that its groups go by; `comparison` is that
 * of a candidate beside it.
 */
export function observationOf(
  record: DecisionRecord,
  protectedFields: readonly string[] = [],
  comparison?: Comparison,
): Observation {
  const { id, at, input, features, route, outcome, timings, modelScore } = record;
  const failed = modelScore === null ? record.reasons.filter(({ code }) => code.startsWith('MODEL_')) : [];
  return {
    id,
    at: Date.parse(at),
    values: { ...input, ...features },
    route,
    outcome,
    reasons: failed.map(({ code }) => code),
    totalMs: timings.totalMs,
    modelMs: timings.modelMs > 0 ? timings.modelMs : null,
    groups: protectedFields.map((path) => groupOf(record, path)),
    comparison,
  };
}

/** The group of a protected field that a decision is in, as `<field>=<value>`. */
function groupOf({ input, features }: DecisionRecord, path: string): string {
  const [root, name] = path.split('.') as ['input' | 'features', string];
  const value = (root === 'input' ? input : features)[name];
  return `${path}=${value === undefined ? '(none)' : String(value)}`;
}
