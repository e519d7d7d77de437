import type { DecisionStore } from '../../../core/ports';
import type { Lease, LeaseStore } from '../../../core/review/ports';
import { idOf, LEASE_MS, pendingRecord, START } from '../../core/review/loans';

export interface LeaseStoreParts {
  readonly leases: LeaseStore;
  /** The decisions that the leases are about. */
  readonly decisions: DecisionStore;
}

let serial = 0;

/** What every lease store keeps to. `make` gives one that may hold other decisions' leases. */
export function leaseStoreContract(name: string, make: () => LeaseStoreParts | Promise<LeaseStoreParts>): void {
  describe(`lease store: ${name}`, () => {
    const setUp = async () => {
      const parts = await make();
      // Ids of their own, so that the cases may share tables.
      const id = idOf(Date.now() * 1000 + ++serial);
      await parts.decisions.create(pendingRecord(id));
      const lease = (over: Partial<Lease> = {}): Lease => ({
        id,
        hash: 'hash-a',
        sub: 'ann',
        claimedAt: START - 90_000,
        expiresAt: START + LEASE_MS,
        receipt: 'receipt',
        taskToken: 'token',
        ...over,
      });
      const claim = { id, hash: 'hash-a', sub: 'ann', now: START };
      const resolution = {
        id,
        outcome: 'approve',
        route: 'review' as const,
        entry: { at: '2026-11-23T09:05:00.000Z', type: 'ReviewResolved', by: 'ann', reason: 'OTHER', note: 'a note' },
      };
      return { ...parts, id, lease, claim, resolution };
    };

    test('a lease is taken once, until it ends', async () => {
      const { leases, lease } = await setUp();
      expect(await leases.take(lease(), START)).toEqual({ taken: true });
      const other = lease({ hash: 'hash-b', sub: 'bob', expiresAt: START + 2 * LEASE_MS });
      expect(await leases.take(other, START + LEASE_MS - 1)).toEqual({ until: START + LEASE_MS });
      expect(await leases.take(other, START + LEASE_MS)).toEqual({ taken: true });
    });

    test('of many who take a lease at once, one has it', async () => {
      const { leases, lease } = await setUp();
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, i) => leases.take(lease({ sub: `r${i}` }), START)),
      );
      expect(results.filter((result) => 'taken' in result)).toHaveLength(1);
    });

    test('only its holder extends it, and only in time', async () => {
      const { leases, lease, claim } = await setUp();
      await leases.take(lease(), START);
      const end = START + 2 * LEASE_MS;
      expect(await leases.extend({ ...claim, hash: 'hash-b' }, end)).toBeUndefined();
      expect(await leases.extend({ ...claim, sub: 'bob' }, end)).toBeUndefined();
      expect(await leases.extend({ ...claim, now: START + LEASE_MS }, end)).toBeUndefined();
      expect(await leases.extend(claim, end)).toEqual(lease({ expiresAt: end }));
      expect(await leases.take(lease({ sub: 'bob' }), end - 1)).toEqual({ until: end });
    });

    test('only its holder releases it, once', async () => {
      const { leases, lease, claim } = await setUp();
      await leases.take(lease(), START);
      expect(await leases.release({ ...claim, sub: 'bob' })).toBeUndefined();
      expect(await leases.release({ ...claim, now: START + LEASE_MS })).toBeUndefined();
      expect(await leases.release(claim)).toEqual(lease());
      expect(await leases.release(claim)).toBeUndefined();
      expect(await leases.take(lease({ sub: 'bob' }), START)).toEqual({ taken: true });
    });

    test('a resolution ends lease and review together, once', async () => {
      const { leases, decisions, lease, claim, resolution, id } = await setUp();
      await leases.take(lease(), START);
      expect(await leases.resolve(claim, resolution)).toEqual({ lease: lease() });
      const record = await decisions.get(id);
      expect(record).toMatchObject({ status: 'resolved', outcome: 'approve', route: 'review' });
      expect(record!.history.at(-1)).toEqual({ ...resolution.entry, seconds: 90 });
      expect(record?.toSend).toContain('DecisionResolved');
      expect(record?.reviewBy).toBeUndefined();
      expect(await leases.resolve(claim, resolution)).toEqual({ refused: 'lease' });
      expect(await decisions.get(id)).toEqual(record);
    });

    test.each([
      ['another secret', { hash: 'hash-b' }],
      ['another person', { sub: 'bob' }],
      ['a lease that has ended', { now: START + LEASE_MS }],
    ])('%s resolves nothing', async (_what, over) => {
      const { leases, decisions, lease, claim, resolution, id } = await setUp();
      await leases.take(lease(), START);
      expect(await leases.resolve({ ...claim, ...over }, resolution)).toEqual({ refused: 'lease' });
      expect((await decisions.get(id))?.status).toBe('pending_review');
      expect(await leases.resolve(claim, resolution)).toHaveProperty('lease');
    });

    test('a review that has ended is not resolved again, and says so', async () => {
      const { leases, decisions, lease, claim, resolution, id } = await setUp();
      await leases.take(lease(), START);
      const entry = { at: '2026-11-23T13:00:00.000Z', type: 'ReviewExpired', by: 'plumbline' };
      expect(await decisions.resolve({ id, outcome: null, route: 'safe_default', entry })).toBe(true);
      const ended = await decisions.get(id);
      expect(await leases.resolve(claim, resolution)).toEqual({ refused: 'record' });
      expect(await decisions.get(id)).toEqual(ended);
    });

    test('of a resolution and an expiry at once exactly one ends the review', async () => {
      const { leases, decisions, lease, claim, resolution, id } = await setUp();
      await leases.take(lease(), START);
      const entry = { at: '2026-11-23T13:00:00.000Z', type: 'ReviewExpired', by: 'plumbline' };
      const [resolved, expired] = await Promise.all([
        leases.resolve(claim, resolution),
        decisions.resolve({ id, outcome: null, route: 'safe_default', entry }),
      ]);
      expect('lease' in resolved).toBe(!expired);
      const record = (await decisions.get(id))!;
      expect(record.route).toBe(expired ? 'safe_default' : 'review');
      expect(record.toSend.filter((type) => type === 'DecisionResolved')).toHaveLength(1);
    });
  });
}
