import type { DecisionRecord } from '../core/decision/decision';
import { labelRecord } from '../core/decision/truth';
import type { DecisionStore, OpenDecision, Resolution } from '../core/ports';
import { resolveRecord } from '../core/review/resolution';

/** The decision store in memory, for tests and simulation: it keeps the same contract as the one on DynamoDB. */
export function memoryDecisionStore(): DecisionStore & { readonly records: Map<string, DecisionRecord> } {
  const records = new Map<string, DecisionRecord>();
  const open = (keep: (record: DecisionRecord) => boolean, limit: number): OpenDecision[] =>
    [...records.values()]
      .filter(keep)
      .sort((a, b) => a.at.localeCompare(b.at))
      .slice(0, limit)
      .map(({ id, at, status, toSend, reviewBy }) => ({
        id,
        at,
        pending: status === 'pending_review',
        toSend,
        ...(reviewBy ? { reviewBy } : {}),
      }));

  return {
    records,
    async create(record) {
      const earlier = records.get(record.id);
      if (earlier) return { earlier };
      records.set(record.id, structuredClone(record));
      return { created: true };
    },
    async get(id) {
      return records.get(id);
    },
    async resolve(resolution: Resolution) {
      const record = records.get(resolution.id);
      if (record?.status !== 'pending_review') return false;
      records.set(record.id, resolveRecord(record, resolution));
      return true;
    },
    async recordTruth(id, truth) {
      const record = records.get(id);
      if (!record || record.truth) return record;
      const labelled = labelRecord(record, truth);
      records.set(id, labelled);
      return labelled;
    },
    async markSent(id, sent) {
      const record = records.get(id);
      if (record) records.set(id, { ...record, toSend: record.toSend.filter((event) => !sent.includes(event)) });
    },
    async pending(limit) {
      return open(({ status }) => status === 'pending_review', limit);
    },
    async openBefore(before, limit) {
      return open(
        ({ at, toSend, reviewBy }) =>
          at < before && (toSend.length > 0 || (reviewBy !== undefined && reviewBy < before)),
        limit,
      );
    },
  };
}
