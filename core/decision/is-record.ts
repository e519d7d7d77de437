import { type DecisionRecord, EVENT_TYPES, MODES } from './decision';
import { isDecisionId } from './id';

const STATUSES: readonly unknown[] = ['decided', 'pending_review', 'resolved'];
const ROUTES: readonly unknown[] = ['automated', 'heuristic', 'review', 'safe_default'];

/** Whether a value has all that the parts of a pipeline read of a record: what has not is poison to them. */
export function isRecord(value: Partial<Record<keyof DecisionRecord, unknown>>): value is DecisionRecord {
  const { id, at, status, route, mode, reasons, history, toSend, timings, caller, input, features } = value;
  const { gaps, ages, modelScore, truth, asked, llm, forgotten, replayOf } = value;
  return (
    isDecisionId(String(id)) &&
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at)) &&
    STATUSES.includes(status) &&
    ROUTES.includes(route) &&
    MODES.includes(mode as (typeof MODES)[number]) &&
    typeof caller === 'string' &&
    isList(reasons, (reason) => isObject(reason) && typeof reason.code === 'string') &&
    isList(history, (entry) => isObject(entry) && typeof entry.type === 'string') &&
    isList(toSend, (type) => (EVENT_TYPES as readonly unknown[]).includes(type)) &&
    isObject(timings) &&
    ['totalMs', 'featuresMs', 'modelMs'].every((name) => Number.isFinite(timings[name])) &&
    isObject(input) &&
    isObject(features) &&
    isObject(gaps) &&
    (ages === undefined || (isObject(ages) && Object.values(ages).every(Number.isFinite))) &&
    (asked === undefined || isObject(asked)) &&
    (llm === undefined || (isObject(llm) && typeof llm.prompt === 'string')) &&
    (forgotten === undefined || (isObject(forgotten) && typeof forgotten.at === 'string')) &&
    (replayOf === undefined || typeof replayOf === 'string') &&
    (modelScore === null || Number.isFinite(modelScore)) &&
    (truth === undefined
      ? !(toSend as readonly unknown[]).includes('OutcomeRecorded')
      : isObject(truth) && typeof truth.label === 'string' && typeof truth.at === 'string')
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const isList = (value: unknown, each: (member: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(each);
