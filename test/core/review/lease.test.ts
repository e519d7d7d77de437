import { memoryDecisionStore } from '../../../adapters/memory-decision-store';
import { memoryLeaseStore } from '../../../adapters/memory-lease-store';
import { memoryReview } from '../../../adapters/memory-review';
import { claimTask, hashLease } from '../../../core/review/lease';
import { expireReview } from '../../../core/review/sweep';
import { decidedRecord, idOf, LEASE_MS, loans, pendingRecord, SLA_MS, START } from './loans';

async function setUp(...ids: string[]) {
  let time = START;
  const now = () => time;
  const store = memoryDecisionStore();
  const leases = memoryLeaseStore(store);
  const review = memoryReview(now, SLA_MS);
  for (const id of ids) {
    await store.create(pendingRecord(id));
    await review.workflow.start(id);
  }
  const claim = (sub: string, secret = `secret-of-${sub}`) =>
    claimTask({ queue: review.queue, leases, store }, { sub, secret, leaseMs: LEASE_MS, waitSeconds: 2, now });
  const claimOf = (sub: string, id: string, secret = `secret-of-${sub}`) => ({
    id,
    sub,
    hash: hashLease(secret),
    now: time,
  });
  const resolutionBy = (sub: string, id: string) => ({
    id,
    outcome: 'approve',
    route: 'review' as const,
    entry: { at: new Date(time).toISOString(), type: 'ReviewResolved', by: sub },
  });
  const resolve = (sub: string, id: string) => leases.resolve(claimOf(sub, id), resolutionBy(sub, id));
  return { store, leases, review, claim, claimOf, resolve, now, pass: (ms: number) => (time += ms) };
}

test('a claim leases the task, and two reviewers get two tasks, then none', async () => {
  const { claim } = await setUp(idOf(1), idOf(2));
  const [a, b, c] = await Promise.all([claim('ann'), claim('bob'), claim('cid')]);
  expect(a).toMatchObject({ lease: 'secret-of-ann', expiresAt: START + LEASE_MS, record: { id: idOf(1) } });
  expect(b?.record.id).toBe(idOf(2));
  expect(c).toBeUndefined();
});

test('of two deliveries of one task, one reviewer gets it and the other message hides until that lease ends', async () => {
  const { claim, review, pass } = await setUp(idOf(1));
  review.duplicate(idOf(1));
  pass(5_000);
  expect((await claim('ann'))?.record.id).toBe(idOf(1));
  expect(await claim('bob')).toBeUndefined();
  expect([...review.messages.values()].map(({ visibleAt }) => visibleAt)).toEqual([
    START + 5_000 + LEASE_MS,
    START + 5_000 + LEASE_MS,
  ]);
});

test('messages of decisions that ended, of none and of no form are taken off on the way', async () => {
  const { claim, review, store, now } = await setUp(idOf(1), idOf(3));
  await expireReview(loans, store, idOf(1), now());
  await store.create(decidedRecord(idOf(2)));
  for (const id of [idOf(2), idOf(9), '', '../other']) review.duplicate(id);
  expect((await claim('ann'))?.record.id).toBe(idOf(3));
  expect(await claim('bob')).toBeUndefined();
  expect([...review.messages.values()].map(({ id }) => id)).toEqual([idOf(3)]);
});

test('every look waits the whole time, so that none is missed, and a claim ends although messages keep coming', async () => {
  const { leases, store, now, pass } = await setUp();
  const waits: number[] = [];
  const queue = {
    async receive(seconds: number) {
      waits.push(seconds);
      pass(1_000);
      return { id: idOf(9), taskToken: 't', receipt: 'r' };
    },
    hide: async () => undefined,
    remove: async () => undefined,
  };
  const request = { sub: 'ann', secret: 's', leaseMs: LEASE_MS, waitSeconds: 2, now };
  expect(await claimTask({ queue, leases, store }, request)).toBeUndefined();
  expect(waits).toEqual(Array.from({ length: 20 }, () => 2));
});

test('the end of a lease gives the task to another; the first one comes too late', async () => {
  const { claim, resolve, pass, store, leases, claimOf } = await setUp(idOf(1));
  await claim('ann');
  pass(LEASE_MS);
  expect((await claim('bob'))?.record.id).toBe(idOf(1));
  expect(await resolve('ann', idOf(1))).toEqual({ refused: 'lease' });
  expect(await leases.extend(claimOf('ann', idOf(1)), START + 9 * LEASE_MS)).toBeUndefined();
  expect(await leases.release(claimOf('ann', idOf(1)))).toBeUndefined();
  expect((await store.get(idOf(1)))?.status).toBe('pending_review');
  expect(await resolve('bob', idOf(1))).toHaveProperty('lease');
  expect((await store.get(idOf(1)))?.history.at(-1)?.by).toBe('bob');
});

test('an ended lease is worth nothing, though nobody else has claimed', async () => {
  const { claim, resolve, pass } = await setUp(idOf(1));
  await claim('ann');
  pass(LEASE_MS);
  expect(await resolve('ann', idOf(1))).toEqual({ refused: 'lease' });
});

test.each(['resolution', 'expiry'])(
  'of a resolution and an expiry at the same moment exactly one wins (%s first)',
  async (first) => {
    const { claim, resolve, store, now } = await setUp(idOf(1));
    await claim('ann');
    const moves = {
      resolution: () => resolve('ann', idOf(1)),
      expiry: () => expireReview(loans, store, idOf(1), now()),
    };
    const running =
      first === 'resolution' ? [moves.resolution(), moves.expiry()] : [moves.expiry(), moves.resolution()];
    const results = await Promise.all(running);
    expect(results).toEqual(
      first === 'resolution' ? [{ lease: expect.anything() }, false] : [true, { refused: 'record' }],
    );
    const record = (await store.get(idOf(1)))!;
    expect(record.history.filter(({ type }) => type === 'ReviewResolved' || type === 'ReviewExpired')).toHaveLength(1);
    expect(record.toSend.filter((type) => type === 'DecisionResolved')).toHaveLength(1);
  },
);

test('a crash between the resolution and the wake-up leaves the resolution alone when the time is up', async () => {
  const { claim, resolve, store, review, now, pass } = await setUp(idOf(1));
  await claim('ann');
  await resolve('ann', idOf(1));
  const resolved = await store.get(idOf(1));
  pass(SLA_MS);
  const expired: boolean[] = [];
  await review.timeOut(async (id) => expired.push(await expireReview(loans, store, id, now())));
  expect(expired).toEqual([false]);
  expect(await store.get(idOf(1))).toEqual(resolved);
  expect(review.executions.get(idOf(1))?.status).toBe('SUCCEEDED');
  expect(await claim('bob')).toBeUndefined();
  expect(review.messages.size).toBe(0);
});
