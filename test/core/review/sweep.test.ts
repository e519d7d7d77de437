import { memoryDecisionStore } from '../../../adapters/memory-decision-store';
import { memoryReview } from '../../../adapters/memory-review';
import type { DecisionRecord } from '../../../core/decision/decision';
import type { DecisionEvent } from '../../../core/review/dispatch';
import { expireReview, sweep } from '../../../core/review/sweep';
import { decidedRecord, idOf, loans, pendingRecord, SLA_MS, START } from './loans';

async function setUp(records: readonly DecisionRecord[]) {
  const store = memoryDecisionStore();
  for (const record of records) await store.create(record);
  const review = memoryReview(() => START, SLA_MS);
  const sent: DecisionEvent[] = [];
  const failed: string[] = [];
  const ports = {
    ...review,
    store,
    send: async (events: readonly DecisionEvent[]) => {
      sent.push(...events);
      return events.map(() => undefined);
    },
  };
  const run = (now: number) => sweep(loans, ports, now, (id) => failed.push(id));
  return { store, review, sent, failed, ports, run };
}

test('what the stream never delivered is dispatched after a minute, not before', async () => {
  const { review, sent, run } = await setUp([pendingRecord(idOf(1)), decidedRecord(idOf(2))]);
  expect(await run(START + 60_000)).toEqual({ dispatched: 0, expired: 0 });
  expect(await run(START + 60_001)).toEqual({ dispatched: 2, expired: 0 });
  expect(review.executions.has(idOf(1))).toBe(true);
  expect(sent).toHaveLength(3);
  expect(await run(START + 120_000)).toEqual({ dispatched: 0, expired: 0 });
});

test('a truth that the stream never delivered is announced, however long ago its decision was made', async () => {
  const { store, sent, run } = await setUp([decidedRecord(idOf(1), { toSend: [] })]);
  const now = START + 90 * 86_400_000;
  expect(await run(now)).toEqual({ dispatched: 0, expired: 0 });
  await store.recordTruth(idOf(1), { label: 'bad', at: new Date(now).toISOString(), by: '000000000000:role/app' });
  expect(await run(now)).toEqual({ dispatched: 1, expired: 0 });
  expect(sent.map(({ detail }) => detail.eventId)).toEqual([`${idOf(1)}.OutcomeRecorded`]);
  expect(await run(now)).toEqual({ dispatched: 0, expired: 0 });
});

test('a review whose workflow was lost ends in the safe default a minute after it was due', async () => {
  const { store, run } = await setUp([pendingRecord(idOf(1), { toSend: [] })]);
  expect(await run(START + SLA_MS + 60_000)).toEqual({ dispatched: 0, expired: 0 });
  expect(await run(START + SLA_MS + 60_001)).toEqual({ dispatched: 0, expired: 1 });
  expect(await store.get(idOf(1))).toMatchObject({
    status: 'resolved',
    outcome: 'decline',
    route: 'safe_default',
    toSend: ['DecisionResolved'],
  });
});

test('an overdue review ends although its events still cannot be sent, and starts no workflow any more', async () => {
  const { store, review, sent, run } = await setUp([pendingRecord()]);
  expect(await run(START + SLA_MS + 60_001)).toEqual({ dispatched: 1, expired: 1 });
  expect((await store.get(idOf(1)))?.status).toBe('resolved');
  expect(review.executions.size).toBe(0);
  expect(sent.map(({ type }) => type)).toEqual(['DecisionMade', 'ReviewRequested', 'DecisionResolved']);
});

test('one that fails holds up no other, and is tried again', async () => {
  const records = Array.from({ length: 60 }, (_, i) => decidedRecord(idOf(i + 1)));
  const { ports, failed } = await setUp(records);
  let broken = true;
  const get = async (id: string) => {
    if (broken && id === idOf(7)) throw new Error('unreadable');
    return ports.store.get(id);
  };
  const again = () =>
    sweep(loans, { ...ports, store: { ...ports.store, get } }, START + 60_001, (id) => failed.push(id));
  expect(await again()).toEqual({ dispatched: 59, expired: 0 });
  expect(failed).toEqual([idOf(7)]);
  broken = false;
  expect(await again()).toEqual({ dispatched: 1, expired: 0 });
});

test('expiry is in the history, by the pipeline, and leaves a review that has ended alone', async () => {
  const { store } = await setUp([pendingRecord()]);
  expect(await expireReview(loans, store, idOf(1), START + SLA_MS)).toBe(true);
  const ended = await store.get(idOf(1));
  expect(ended?.history.at(-1)).toEqual({ at: '2026-11-23T13:00:00.000Z', type: 'ReviewExpired', by: 'plumbline' });
  expect(await expireReview(loans, store, idOf(1), START + SLA_MS + 1)).toBe(false);
  expect(await store.get(idOf(1))).toEqual(ended);
  expect(await expireReview(loans, store, idOf(2), START)).toBe(false);
});
