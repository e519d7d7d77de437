import type { Comparison } from '../candidate/compare';
import type { DecisionRecord } from '../decision/decision';
import type { Observation } from './tally';

/** What is counted of a decision as it was made; `comparison` is that of a candidate beside it. */
export function observationOf(record: DecisionRecord, comparison?: Comparison): Observation {
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
    comparison,
  };
}
