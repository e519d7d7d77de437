import type { DecisionRecord } from '../decision/decision';
import type { Observation } from './partial';

/** What drift sees of a decision as it was made. */
export function observationOf(record: DecisionRecord): Observation {
  const failed = record.modelScore === null ? record.reasons.find(({ code }) => code.startsWith('MODEL_')) : undefined;
  return {
    id: record.id,
    at: Date.parse(record.at),
    values: { ...record.input, ...record.features },
    route: record.route,
    totalMs: record.timings.totalMs,
    modelMs: record.timings.modelMs,
    ...(failed ? { fallback: failed.code } : {}),
  };
}
