import type { DecisionEventType, DecisionRecord } from '../../../core/decision/decision';
import { labelRecord } from '../../../core/decision/truth';
import type { DecisionStore, OpenDecision } from '../../../core/ports';
import { resolveRecord } from '../../../core/review/resolution';
import { decidedRecord, idOf, pendingRecord, SLA_MS } from '../../core/review/loans';

let serial = 0;
// Ids of their own, so that the cases may share a table.
const newId = () => idOf(Date.now() * 1000 + ++serial);

const DAY_MS = 86_400_000;
let eras = 0;
/** Times of a case's own: each case's lie before those of all before it, and so stand first in every listing. */
function era(): (minute: number) => string {
  const start = Date.parse('2020-01-01T00:00:00.000Z') - ++eras * DAY_MS;
  return (minute) => new Date(start + minute * 60_000).toISOString();
}

const resolutionOf = (id: string, by = 'ann', outcome: string | null = 'approve') => ({
  id,
  outcome,
  route: 'review' as const,
  entry: { at: '2026-11-23T09:05:00.000Z', type: 'ReviewResolved', by, reason: 'OTHER', note: '' },
});

const truthOf = (label = 'good', by = '000000000000:role/app') => ({
  label,
  at: '2026-12-23T09:00:00.000Z',
  observedAt: '2026-12-20T00:00:00.000Z',
  by,
});

const BOTH: readonly DecisionEventType[] = ['DecisionMade', 'ReviewRequested'];

/** What every decision store keeps to. `make` gives one that may hold other decisions, none from before 2020. */
export function decisionStoreContract(name: string, make: () => DecisionStore): void {
  describe(`decision store: ${name}`, () => {
    const setUp = async (over: Partial<DecisionRecord> = {}) => {
      const store = make();
      const record = pendingRecord(newId(), over);
      expect(await store.create(record)).toEqual({ created: true });
      return { store, record, id: record.id };
    };

    describe('create', () => {
      test('writes an id once, then gives what stands', async () => {
        const { store, record, id } = await setUp();
        expect(await store.create(decidedRecord(id, { inputHash: 'other' }))).toStrictEqual({ earlier: record });
        expect(await store.get(id)).toStrictEqual(record);
        const resolution = resolutionOf(id);
        await store.resolve(resolution);
        expect(await store.create(record)).toStrictEqual({ earlier: resolveRecord(record, resolution) });
      });

      test('of many at once writes one, and gives it to the others', async () => {
        const store = make();
        const id = newId();
        const records = Array.from({ length: 8 }, (_, i) => pendingRecord(id, { inputHash: `hash-${i}` }));
        const results = await Promise.all(records.map((record) => store.create(record)));
        const winners = records.filter((_, i) => 'created' in results[i]!);
        expect(winners).toHaveLength(1);
        for (const result of results) if ('earlier' in result) expect(result.earlier).toStrictEqual(winners[0]);
        expect(await store.get(id)).toStrictEqual(winners[0]);
      });

      test('is not touched by what happens to the object afterwards', async () => {
        const input = { amount: 1 };
        const { store, id } = await setUp({ input });
        input.amount = 2;
        expect((await store.get(id))?.input).toEqual({ amount: 1 });
      });
    });

    describe('get', () => {
      test('knows nothing of an id that nobody wrote', async () => {
        expect(await make().get(newId())).toBeUndefined();
      });

      test('gives every field exactly', async () => {
        const text = 'größer als 1 € 😀 \u0000\u2028 "\\';
        const { store, record, id } = await setUp({
          outcome: null,
          reasons: [
            { code: 'EXPECTED_COST', detail: '' },
            { code: 'RULE', detail: text },
          ],
          gaps: { accounts: 'stale', bureau: 'unavailable' },
          input: {
            text,
            half: '\ud83d',
            '': '',
            'a.b/c~d#:e': [null, true, false, [], {}, [[{ deep: [1, { deeper: null }] }]]],
            numbers: [0, 1e-7, 1e21, 1e300, 5e-324, -1.5, Number.MAX_SAFE_INTEGER, 2 ** 60],
          },
          features: { nothing: null, empty: '', ratio: 1 / 3, huge: 1e300, flag: false },
          timings: { totalMs: 0, featuresMs: 0, modelMs: 0 },
          history: [{ at: '2026-11-23T09:00:00.000Z', type: 'DecisionMade', by: text, reason: '', note: text }],
        });
        expect(await store.get(id)).toStrictEqual(record);
      });

      test('tells null from absent', async () => {
        const store = make();
        const record = decidedRecord(newId(), { score: null, confidence: null, modelScore: null, outcome: null });
        await store.create(record);
        const read = await store.get(record.id);
        expect(read).toStrictEqual(record);
        expect(read).not.toHaveProperty('reviewBy');
      });

      // DynamoDB itself takes no number below 1e-130 but 0.
      test.each([0, 1, 0.1 + 0.2, 1 - 2 ** -53, 1e-7, 1.2345678901234567e-99, 1e-130, 9.87e-131, 1e-200, 5e-324])(
        'gives scores of %p exactly',
        async (score) => {
          const { store, record, id } = await setUp({ score, confidence: score, modelScore: score });
          expect(await store.get(id)).toStrictEqual(record);
          expect(await store.create(record)).toStrictEqual({ earlier: record });
        },
      );

      test('gives records of nearly 256 KiB, and writes to them', async () => {
        const { store, record, id } = await setUp({ input: { text: 'ä"'.repeat(62_000) } });
        expect(Buffer.byteLength(JSON.stringify(record.input))).toBeGreaterThan(240_000);
        expect(await store.create(record)).toStrictEqual({ earlier: record });
        const resolution = resolutionOf(id);
        expect(await store.resolve(resolution)).toBe(true);
        await store.markSent(id, [...BOTH, 'DecisionResolved']);
        expect(await store.get(id)).toStrictEqual({ ...resolveRecord(record, resolution), toSend: [] });
      });
    });

    describe('resolve', () => {
      test.each(['approve', null])('ends a pending review once, with the outcome %p', async (outcome) => {
        const { store, record, id } = await setUp();
        const resolution = resolutionOf(id, 'ann', outcome);
        expect(await store.resolve(resolution)).toBe(true);
        const resolved = resolveRecord(record, resolution);
        expect(await store.get(id)).toStrictEqual(resolved);
        expect(await store.resolve(resolutionOf(id, 'bob', 'decline'))).toBe(false);
        expect(await store.get(id)).toStrictEqual(resolved);
      });

      test('of many at once is done by one', async () => {
        const { store, record, id } = await setUp();
        const resolutions = Array.from({ length: 8 }, (_, i) => resolutionOf(id, `reviewer-${i}`));
        const results = await Promise.all(resolutions.map((resolution) => store.resolve(resolution)));
        expect(results.filter(Boolean)).toHaveLength(1);
        expect(await store.get(id)).toStrictEqual(resolveRecord(record, resolutions[results.indexOf(true)]!));
      });

      test('leaves alone what nobody is to decide', async () => {
        const store = make();
        const record = decidedRecord(newId());
        await store.create(record);
        expect(await store.resolve(resolutionOf(record.id))).toBe(false);
        expect(await store.get(record.id)).toStrictEqual(record);
        const absent = newId();
        expect(await store.resolve(resolutionOf(absent))).toBe(false);
        expect(await store.get(absent)).toBeUndefined();
      });
    });

    describe('recordTruth', () => {
      test('records the first truth, and then gives the one that stands', async () => {
        const { store, record, id } = await setUp();
        const labelled = labelRecord(record, truthOf());
        expect(await store.recordTruth(id, truthOf())).toStrictEqual(labelled);
        expect(await store.recordTruth(id, truthOf())).toStrictEqual(labelled);
        expect(await store.recordTruth(id, truthOf('bad'))).toStrictEqual(labelled);
        expect(await store.get(id)).toStrictEqual(labelled);
      });

      test('takes one whose time of observation nobody knows', async () => {
        const { store, record, id } = await setUp();
        const { observedAt: _, ...truth } = truthOf();
        expect(await store.recordTruth(id, truth)).toStrictEqual(labelRecord(record, truth));
        expect((await store.get(id))?.truth).toStrictEqual(truth);
      });

      test('of many different ones at once records one, announces it once, and gives it to all', async () => {
        const { store, record, id } = await setUp();
        const truths = Array.from({ length: 8 }, (_, i) => truthOf(i % 2 ? 'good' : 'bad', `caller-${i}`));
        const standing = await Promise.all(truths.map((truth) => store.recordTruth(id, truth)));
        const winner = truths.find(({ by }) => by === standing[0]!.truth!.by)!;
        for (const record of standing) expect(record!.truth).toStrictEqual(winner);
        expect(await store.get(id)).toStrictEqual(labelRecord(record, winner));
      });

      test('makes no record of an id that nobody wrote', async () => {
        const store = make();
        const id = newId();
        expect(await store.recordTruth(id, truthOf())).toBeUndefined();
        expect(await store.get(id)).toBeUndefined();
      });

      test('before or after the resolution leaves both', async () => {
        const first = await setUp();
        await first.store.recordTruth(first.id, truthOf());
        expect(await first.store.resolve(resolutionOf(first.id))).toBe(true);
        const labelled = labelRecord(first.record, truthOf());
        expect(await first.store.get(first.id)).toStrictEqual(resolveRecord(labelled, resolutionOf(first.id)));

        const second = await setUp();
        await second.store.resolve(resolutionOf(second.id));
        const resolved = resolveRecord(second.record, resolutionOf(second.id));
        expect(await second.store.recordTruth(second.id, truthOf())).toStrictEqual(labelRecord(resolved, truthOf()));
      });

      test('is lost neither to a resolution nor to a sending that comes at once', async () => {
        for (let round = 0; round < 8; round++) {
          const { store, id } = await setUp();
          await Promise.all([
            store.resolve(resolutionOf(id)),
            store.recordTruth(id, truthOf()),
            store.markSent(id, BOTH),
          ]);
          const record = (await store.get(id))!;
          expect(record).toMatchObject({ status: 'resolved', outcome: 'approve', truth: truthOf() });
          expect([...record.toSend].sort()).toEqual(['DecisionResolved', 'OutcomeRecorded']);
          expect(record.history.map(({ type }) => type).sort()).toEqual([
            'DecisionMade',
            'OutcomeRecorded',
            'ReviewRequested',
            'ReviewResolved',
          ]);
        }
      });
    });

    describe('markSent', () => {
      test('takes off what is named and nothing else, once or twice', async () => {
        const { store, record, id } = await setUp();
        for (let i = 0; i < 2; i++) {
          await store.markSent(id, ['DecisionMade', 'DecisionResolved']);
          expect(await store.get(id)).toStrictEqual({ ...record, toSend: ['ReviewRequested'] });
        }
        await store.markSent(id, []);
        await store.markSent(id, ['ReviewRequested']);
        expect(await store.get(id)).toStrictEqual({ ...record, toSend: [] });
      });

      test('makes no record of an id that nobody wrote', async () => {
        const store = make();
        const id = newId();
        await store.markSent(id, ['DecisionMade']);
        expect(await store.get(id)).toBeUndefined();
      });

      test('of several events at once takes off all', async () => {
        const { store, id } = await setUp();
        await Promise.all(BOTH.map((event) => store.markSent(id, [event])));
        expect((await store.get(id))?.toSend).toEqual([]);
      });

      test('loses no event of a resolution that comes in between', async () => {
        const at = era();
        for (let round = 0; round < 8; round++) {
          const { store, record, id } = await setUp({ at: at(round) });
          const resolution = resolutionOf(id);
          const [resolved] = await Promise.all([store.resolve(resolution), store.markSent(id, BOTH)]);
          expect(resolved).toBe(true);
          const now = { ...resolveRecord(record, resolution), toSend: ['DecisionResolved'] };
          expect(await store.get(id)).toStrictEqual(now);
          expect((await store.openBefore(at(round + 0.5), 100)).map((open) => open.id)).toContain(id);
        }
      });
    });

    describe('what is open', () => {
      const listed = ({ id, at, toSend, reviewBy }: DecisionRecord, pending: boolean): OpenDecision => ({
        id,
        at,
        pending,
        toSend,
        ...(reviewBy ? { reviewBy } : {}),
      });

      test('is listed while it is pending or has events to send, oldest first', async () => {
        const store = make();
        const at = era();
        const finished = decidedRecord(newId(), { at: at(0) });
        const asked = pendingRecord(newId(), { at: at(1) });
        const decided = decidedRecord(newId(), { at: at(2) });
        const waiting = pendingRecord(newId(), { at: at(3) });
        const resolved = pendingRecord(newId(), { at: at(4) });
        for (const record of [resolved, waiting, decided, asked, finished]) await store.create(record);
        await store.markSent(finished.id, ['DecisionMade']);
        await store.markSent(waiting.id, BOTH);
        await store.markSent(resolved.id, BOTH);
        await store.resolve(resolutionOf(resolved.id));

        const isAsked = listed(asked, true);
        const isDecided = listed(decided, false);
        const isWaiting = { ...listed(waiting, true), toSend: [] };
        const isResolved = { id: resolved.id, at: resolved.at, pending: false, toSend: ['DecisionResolved'] };
        expect(await store.openBefore(at(60), 100)).toStrictEqual([isAsked, isDecided, isResolved]);
        expect(await store.pending(2)).toStrictEqual([isAsked, isWaiting]);

        // A review is due when its time is before, not at, the one given; and so is a decision.
        const due = 3 + SLA_MS / 60_000;
        expect(await store.openBefore(at(due), 2)).toStrictEqual([isAsked, isDecided]);
        expect(await store.openBefore(at(due), 100)).toStrictEqual([isAsked, isDecided, isResolved]);
        const all = [isAsked, isDecided, isWaiting, isResolved];
        expect(await store.openBefore(at(due + 0.1), 100)).toStrictEqual(all);
        expect(await store.openBefore(at(2), 100)).toStrictEqual([isAsked]);

        await store.markSent(resolved.id, ['DecisionResolved']);
        await store.markSent(decided.id, ['DecisionMade']);
        await store.markSent(asked.id, BOTH);
        expect(await store.openBefore(at(60), 100)).toEqual([]);
        expect((await store.pending(2)).map(({ id }) => id)).toEqual([asked.id, waiting.id]);
      });

      test('is listed again when a truth is to be announced, until it has been', async () => {
        const store = make();
        const at = era();
        const closed = decidedRecord(newId(), { at: at(0) });
        const pending = pendingRecord(newId(), { at: at(1) });
        for (const record of [closed, pending]) {
          await store.create(record);
          await store.markSent(record.id, record.toSend);
        }
        expect(await store.openBefore(at(60), 100)).toEqual([]);

        const toSend: readonly DecisionEventType[] = ['OutcomeRecorded'];
        for (const { id } of [closed, pending]) await store.recordTruth(id, truthOf());
        const isPending = { ...listed(pending, true), toSend };
        expect(await store.openBefore(at(60), 100)).toStrictEqual([{ ...listed(closed, false), toSend }, isPending]);
        expect(await store.pending(1)).toStrictEqual([isPending]);

        for (const { id } of [closed, pending]) await store.markSent(id, toSend);
        expect(await store.openBefore(at(60), 100)).toEqual([]);
        expect(await store.pending(1)).toStrictEqual([{ ...isPending, toSend: [] }]);
      });

      test('is given up to a limit, the oldest of all', async () => {
        const store = make();
        const at = era();
        const records = Array.from({ length: 24 }, (_, minute) => pendingRecord(newId(), { at: at(minute) }));
        await Promise.all([...records].reverse().map((record) => store.create(record)));
        const ids = records.map(({ id }) => id);
        for (const limit of [1, 5, 24]) {
          expect((await store.openBefore(at(60), limit)).map(({ id }) => id)).toEqual(ids.slice(0, limit));
          expect((await store.pending(limit)).map(({ id }) => id)).toEqual(ids.slice(0, limit));
        }
        expect(await store.openBefore(at(-1), 10)).toEqual([]);
      });
    });
  });
}
