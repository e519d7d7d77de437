import { unknownFields } from '../input/unknown-fields';
import type { InputProblem } from '../input/validate';
import type { PipelineDefinition } from '../pipeline/definition';
import type { DecisionRecord, HistoryEntry, RecordedTruth } from './decision';

/** Clocks differ a little; what was observed further ahead than this has not happened. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Reads `{ "truth", "observedAt"? }` about a decision, or names every fault. `now` in epoch milliseconds; `by` is the
 * caller.
 */
export function readTruth(
  { decide: { labels } }: PipelineDefinition,
  body: Readonly<Record<string, unknown>>,
  { decidedAt, by, now }: { readonly decidedAt: string; readonly by: string; readonly now: number },
): { readonly truth: RecordedTruth } | { readonly problems: readonly InputProblem[] } {
  const problems = unknownFields(body, ['truth', 'observedAt']);
  const fault = (pointer: string, code: string, detail: string) => problems.push({ pointer, code, detail });

  const label = labels.find((candidate) => candidate === body.truth);
  if (body.truth === undefined) fault('/truth', 'REQUIRED', 'is required');
  else if (label === undefined) fault('/truth', 'ENUM', `must be one of ${labels.join(', ')}`);

  const observed = body.observedAt === undefined ? undefined : parseTime(body.observedAt);
  if (observed !== undefined) {
    if (Number.isNaN(observed)) fault('/observedAt', 'DATE_TIME', 'must be an ISO 8601 time with its offset from UTC');
    else if (observed > now + CLOCK_SKEW_MS) fault('/observedAt', 'IN_FUTURE', 'must not lie in the future');
    else if (observed < Date.parse(decidedAt)) fault('/observedAt', 'BEFORE_DECISION', 'must not precede the decision');
  }

  if (label === undefined || problems.length > 0) return { problems };
  const observedAt = observed === undefined ? {} : { observedAt: new Date(observed).toISOString() };
  return { truth: { label, at: new Date(now).toISOString(), ...observedAt, by } };
}

/** A record once the truth of it is known. */
export function labelRecord(record: DecisionRecord, truth: RecordedTruth): DecisionRecord {
  const history = [...record.history, truthEntry(truth)];
  return { ...record, truth, history, toSend: [...record.toSend, 'OutcomeRecorded'] };
}

/** What the history tells of it. */
export const truthEntry = ({ at, by }: RecordedTruth): HistoryEntry => ({ at, type: 'OutcomeRecorded', by });

const TIME = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Epoch milliseconds of an ISO 8601 time with an offset; NaN for anything else. */
function parseTime(value: unknown): number {
  const match = typeof value === 'string' ? TIME.exec(value) : null;
  if (!match) return NaN;
  const [, year, month, day] = match.map(Number);
  // Date.parse takes the 31st of any month for a day.
  const lastDay = new Date(Date.UTC(year!, month!, 0)).getUTCDate();
  return day! <= lastDay ? Date.parse(value as string) : NaN;
}
