import { memoryDecisionStore } from '../../../adapters/memory-decision-store';
import { memoryReview } from '../../../adapters/memory-review';
import { type DecisionEvent, dispatchRecords } from '../../../core/review/dispatch';
import { resolveRecord } from '../../../core/review/resolution';
import { decidedRecord, idOf, pendingRecord, SLA_MS, START } from './loans';

const acting = { actions: { 'open-account': { on: ['approve'] } } };

function setUp({ refuse = () => undefined }: { refuse?: (event: DecisionEvent) => string | undefined } = {}) {
  const review = memoryReview(() => START, SLA_MS);
  const store = memoryDecisionStore();
  const sent: DecisionEvent[] = [];
  const failures: Record<string, unknown> = {};
  const ports = {
    ...review,
    store,
    send: async (events: readonly DecisionEvent[]) => {
      sent.push(...events.filter((event) => refuse(event) === undefined));
      return events.map(refuse);
    },
  };
  const failed = (id: string, error: unknown) => void (failures[id] = error);
  return { review, store, sent, failures, ports, failed };
}

const resolution = {
  id: idOf(1),
  outcome: 'approve',
  route: 'review' as const,
  entry: { at: new Date(START).toISOString(), type: 'ReviewResolved', by: 'ann' },
};

test('a pending decision starts its review, sends both events and leaves an empty outbox', async () => {
  const { review, store, sent, ports, failed, failures } = setUp();
  await store.create(pendingRecord());
  await dispatchRecords(acting, ports, [pendingRecord()], failed);
  expect(review.executions.get(idOf(1))?.status).toBe('RUNNING');
  expect(sent.map(({ type, detail }) => [type, detail.eventId])).toEqual([
    ['DecisionMade', `${idOf(1)}.DecisionMade`],
    ['ReviewRequested', `${idOf(1)}.ReviewRequested`],
  ]);
  expect((await store.get(idOf(1)))?.toSend).toEqual([]);
  expect(failures).toEqual({});
});

test('an event holds the public decision and nothing of the input or the features', async () => {
  const { store, sent, ports, failed } = setUp();
  await store.create(decidedRecord());
  await dispatchRecords(acting, ports, [decidedRecord()], failed);
  const { decision } = sent[0]!.detail;
  expect(decision).toMatchObject({ id: idOf(1), outcome: 'approve', route: 'automated' });
  for (const kept of ['input', 'features', 'history', 'caller', 'toSend', 'inputHash'])
    expect(decision).not.toHaveProperty(kept);
  expect(JSON.stringify(sent)).not.toMatch(/4711|815/);
});

test('a truth is announced with the decision, once it is known and never beside another event', async () => {
  const { store, sent, ports, failed } = setUp();
  await store.create(decidedRecord());
  const at = new Date(START + 1).toISOString();
  const labelled = await store.recordTruth(idOf(1), { label: 'good', at, by: '000000000000:role/app' });
  await dispatchRecords(acting, ports, [labelled!], failed);
  expect(sent.map(({ type }) => type)).toEqual(['DecisionMade', 'OutcomeRecorded']);
  expect(sent[0]!.detail).not.toHaveProperty('truth');
  expect(sent[1]!.detail).toStrictEqual({
    eventId: `${idOf(1)}.OutcomeRecorded`,
    decision: sent[0]!.detail.decision,
    truth: { label: 'good', at },
  });
  expect((await store.get(idOf(1)))?.toSend).toEqual([]);
});

test('a truth that comes before the reviewer starts no second review', async () => {
  const { review, store, sent, ports, failed } = setUp();
  await store.create(pendingRecord());
  await dispatchRecords(acting, ports, [pendingRecord()], failed);
  const labelled = await store.recordTruth(idOf(1), { label: 'bad', at: new Date(START).toISOString(), by: 'x' });
  await dispatchRecords(acting, ports, [labelled!], failed);
  expect(review.messages.size).toBe(1);
  expect(sent.at(-1)).toMatchObject({ type: 'OutcomeRecorded', detail: { decision: { status: 'pending_review' } } });
});

test('the same record again starts no second review and repeats the same event ids', async () => {
  const { review, store, sent, ports, failed } = setUp();
  await store.create(pendingRecord());
  await dispatchRecords(acting, ports, [pendingRecord(), pendingRecord()], failed);
  expect(review.messages.size).toBe(1);
  expect(new Set(sent.map(({ detail }) => detail.eventId)).size).toBe(2);
});

test('an old image of a record that was resolved since takes nothing off that it did not send', async () => {
  const { store, sent, ports, failed } = setUp();
  await store.create(pendingRecord());
  await store.resolve(resolution);
  await dispatchRecords(acting, ports, [pendingRecord()], failed);
  expect((await store.get(idOf(1)))?.toSend).toEqual(['DecisionResolved']);

  await dispatchRecords(acting, ports, [(await store.get(idOf(1)))!], failed);
  expect(sent.at(-1)).toMatchObject({
    type: 'DecisionResolved',
    detail: { decision: { status: 'resolved', outcome: 'approve' } },
  });
  expect((await store.get(idOf(1)))?.toSend).toEqual([]);
});

test('a decision that is resolved already starts no review', async () => {
  const { review, store, ports, failed, sent } = setUp();
  const resolved = resolveRecord(pendingRecord(), resolution);
  await store.create(resolved);
  await dispatchRecords(acting, ports, [resolved], failed);
  expect(review.executions.size).toBe(0);
  expect(sent.map(({ type }) => type)).toEqual(['DecisionMade', 'ReviewRequested', 'DecisionResolved']);
});

test('a refused event keeps the outbox of its decision only', async () => {
  const refuse = ({ detail }: DecisionEvent) => (detail.decision.id === idOf(2) ? 'ThrottlingException' : undefined);
  const { store, ports, failed, failures } = setUp({ refuse });
  const records = [decidedRecord(idOf(1)), pendingRecord(idOf(2)), decidedRecord(idOf(3))];
  for (const record of records) await store.create(record);
  await dispatchRecords(acting, ports, records, failed);
  expect(Object.keys(failures)).toEqual([idOf(2)]);
  expect((failures[idOf(2)] as Error).name).toBe('EventRefused:ThrottlingException');
  expect((await store.get(idOf(1)))?.toSend).toEqual([]);
  expect((await store.get(idOf(2)))?.toSend).toEqual(['DecisionMade', 'ReviewRequested']);
  expect((await store.get(idOf(3)))?.toSend).toEqual([]);
});

test('a review that cannot be started holds back its own events, not those of others', async () => {
  const { store, sent, ports, failed, failures } = setUp();
  const records = [pendingRecord(idOf(1)), decidedRecord(idOf(2))];
  for (const record of records) await store.create(record);
  const workflow = { ...ports.workflow, start: () => Promise.reject(new Error('down')) };
  await dispatchRecords(acting, { ...ports, workflow }, records, failed);
  expect(Object.keys(failures)).toEqual([idOf(1)]);
  expect(sent.map(({ detail }) => detail.eventId)).toEqual([`${idOf(2)}.DecisionMade`]);
  expect((await store.get(idOf(1)))?.toSend).toHaveLength(2);
});

test('a record whose outbox is empty costs no call', async () => {
  const { sent, ports, failed } = setUp();
  const calls = jest.fn(ports.store.markSent);
  await dispatchRecords(
    acting,
    { ...ports, store: { ...ports.store, markSent: calls } },
    [pendingRecord(idOf(1), { toSend: [] })],
    failed,
  );
  expect(sent).toEqual([]);
  expect(calls).not.toHaveBeenCalled();
});

describe('actions', () => {
  test('begin with the decision that they follow, once, and are told what was decided and nothing of the input', async () => {
    const { review, store, ports, failed } = setUp();
    await store.create(decidedRecord());
    for (let again = 0; again < 2; again++) await dispatchRecords(acting, ports, [decidedRecord()], failed);
    expect([...review.started.keys()]).toEqual([`open-account ${idOf(1)}`]);
    const [decision] = review.started.values();
    expect(decision).toMatchObject({ id: idOf(1), outcome: 'approve' });
    expect(JSON.stringify(decision)).not.toMatch(/4711|815/);
  });

  test('wait for the person who decides', async () => {
    const { review, store, ports, failed } = setUp();
    await store.create(pendingRecord());
    await dispatchRecords(acting, ports, [pendingRecord()], failed);
    expect(review.started.size).toBe(0);
    await store.resolve(resolution);
    await dispatchRecords(acting, ports, [(await store.get(idOf(1)))!], failed);
    expect([...review.started.keys()]).toEqual([`open-account ${idOf(1)}`]);
  });

  test('do not follow other outcomes, nor a truth', async () => {
    const { review, store, ports, failed } = setUp();
    const declined = decidedRecord(idOf(1), { outcome: 'decline' });
    const labelled = decidedRecord(idOf(2), {
      truth: { label: 'good', at: new Date(START).toISOString(), by: 'x' },
      toSend: ['OutcomeRecorded'],
    });
    for (const record of [declined, labelled]) await store.create(record);
    await dispatchRecords(acting, ports, [declined, labelled], failed);
    expect(review.started.size).toBe(0);
  });

  test('that were started for a request are not started again for its replays, however many there are', async () => {
    const { review, store, ports, failed } = setUp();
    const [first, second, third] = [
      decidedRecord(idOf(1)),
      decidedRecord(idOf(2), { outcome: 'decline', replayOf: idOf(1) }),
      decidedRecord(idOf(3), { replayOf: idOf(2) }),
    ];
    for (const record of [first, second, third]) {
      await store.create(record);
      await dispatchRecords(acting, ports, [record], failed);
    }
    expect([...review.started.keys()]).toEqual([`open-account ${idOf(1)}`]);
    await store.create(decidedRecord(idOf(4), { outcome: 'decline' }));
    const approved = decidedRecord(idOf(5), { replayOf: idOf(4) });
    await store.create(approved);
    await dispatchRecords(acting, ports, [approved], failed);
    expect([...review.started.keys()]).toContain(`open-account ${idOf(5)}`);
  });

  test('that cannot be started hold back their decision, to be tried again', async () => {
    const { store, sent, ports, failed, failures } = setUp();
    await store.create(decidedRecord());
    const actions = { start: () => Promise.reject(new Error('down')) };
    await dispatchRecords(acting, { ...ports, actions }, [decidedRecord()], failed);
    expect([Object.keys(failures), sent]).toEqual([[idOf(1)], []]);
    expect((await store.get(idOf(1)))?.toSend).toEqual(['DecisionMade']);
  });
});
