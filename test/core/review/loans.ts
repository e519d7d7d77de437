import type { DecisionRecord } from '../../../core/decision/decision';
import { definePipeline, expectedCost, review, safeDefault, sagemaker } from '../../../core/pipeline/define';

/** A small pipeline whose reviews expire into a refusal. */
export const loans = definePipeline({
  name: 'loans',
  input: { type: 'object', properties: { amount: { type: 'number', minimum: 0 } }, required: ['amount'] },
  model: sagemaker({ endpoint: 'loans', columns: ['input.amount'], probabilityOf: 'bad' }),
  decide: {
    outcomes: ['approve', 'decline'],
    labels: ['good', 'bad'],
    costs: { approve: { good: 0, bad: 5 }, decline: { good: 1, bad: 0 }, review: 0.5 },
    policy: expectedCost(),
  },
  deadline: '800ms',
  fallback: [review(), safeDefault('decline')],
  review: { sla: '4h', lease: '15m', reasons: ['INCOME_VERIFIED'] },
});

export const SLA_MS = 4 * 3_600_000;
export const LEASE_MS = 15 * 60_000;
export const START = Date.parse('2026-11-23T09:00:00.000Z');

/** The n-th decision id. */
export const idOf = (n: number): string => `01J${String(n).padStart(23, '0')}`;

/** A decision of which a person has just been asked. */
export function pendingRecord(id = idOf(1), over: Partial<DecisionRecord> = {}): DecisionRecord {
  const at = over.at ?? new Date(START).toISOString();
  return {
    id,
    pipeline: 'loans',
    version: 'sha256:0',
    at,
    status: 'pending_review',
    outcome: null,
    route: 'review',
    reasons: [{ code: 'EXPECTED_COST', detail: 'a review costs least' }],
    score: 0.3,
    confidence: null,
    mode: 'normal',
    timings: { totalMs: 40, featuresMs: 5, modelMs: 20 },
    caller: '000000000000:role/app',
    inputHash: 'hash',
    input: { amount: 4711 },
    features: { instalment: 815 },
    gaps: {},
    modelScore: 0.3,
    history: [
      { at, type: 'DecisionMade' },
      { at, type: 'ReviewRequested' },
    ],
    reviewBy: new Date(Date.parse(at) + SLA_MS).toISOString(),
    toSend: ['DecisionMade', 'ReviewRequested'],
    ...over,
  };
}

/** A decision that needed nobody. */
export function decidedRecord(id = idOf(1), over: Partial<DecisionRecord> = {}): DecisionRecord {
  const { reviewBy, ...pending } = pendingRecord(id);
  const history = pending.history.slice(0, 1);
  return {
    ...pending,
    status: 'decided',
    outcome: 'approve',
    route: 'automated',
    history,
    toSend: ['DecisionMade'],
    ...over,
  };
}
