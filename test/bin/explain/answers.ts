import type { Answer } from '../../../bin/explain/answer';
import { type DecisionRecord, type HistoryEntry, presentLabelled } from '../../../core/decision/decision';
import { resolveRecord } from '../../../core/review/resolution';
import { deciding } from '../../core/explanation/explained';

type Deciding = ReturnType<typeof deciding>;

export const credit = deciding();

/** What `GET /decisions/{id}` answers of a record. */
export function answerOf({ explain }: Pick<Deciding, 'explain'>, record: DecisionRecord): Answer {
  const { input, features, history } = record;
  const whole = { ...presentLabelled(record), input, features, history, explanation: explain(record) };
  return JSON.parse(JSON.stringify(whole)) as Answer;
}

/** A record that a person has decided, or nobody in time. */
export const resolved = (
  record: DecisionRecord,
  outcome: string | null,
  { route = 'review', ...entry }: Partial<HistoryEntry> & { readonly route?: 'review' | 'safe_default' } = {},
): DecisionRecord =>
  resolveRecord(record, {
    id: record.id,
    outcome,
    route,
    entry: {
      at: '2026-11-23T10:30:00.000Z',
      type: route === 'review' ? 'ReviewResolved' : 'ReviewExpired',
      by: 'review',
      ...entry,
    },
  });
