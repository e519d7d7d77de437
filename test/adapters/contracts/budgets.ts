import { budgetsOf } from '../../../core/llm/budgets/budgets';
import { windowsOf } from '../../../core/llm/budgets/counters';
import type { Limits } from '../../../core/llm/budgets/limits';
import type { Ask, BudgetItem, BudgetStore, Reservation } from '../../../core/llm/budgets/ports';

export const NOON = Date.parse('2026-11-23T12:00:30.000Z');
const MINUTE = 60_000;

const LIMITS: Limits = {
  perRequest: { inputTokens: 700, outputTokens: 300 },
  perCaller: { requestsPerMinute: 3, tokensPerDay: 5_000 },
  perPipeline: { tokensPerMinute: 2_500, moneyPerDay: 0.02 },
  prices: { inputPerMillion: 2, outputPerMillion: 10 },
};
const ANN = { caller: 'account:role/ann', inputTokens: 600, outputTokens: 200, now: NOON };
const NONE = { requests: 0, tokens: 0, money: 0 };
/** 600 · 2 + 200 · 10 millionths. */
const ASKED = { requests: 1, tokens: 800, money: 3_200 };

let serial = 0;

/** What every store of budgets keeps to, with what is made of it. `make` gives one that may hold other pipelines' budgets. */
export function budgetsContract(name: string, make: () => BudgetStore): void {
  describe(`budgets: ${name}`, () => {
    const setUp = (limits: Limits = LIMITS) => {
      const store = make();
      // A pipeline of their own, so that the cases may share a table.
      const pipeline = `p${Date.now()}-${++serial}`;
      const budgets = budgetsOf(store, pipeline, limits);
      const reserve = async (over: Partial<Ask> = {}) => budgets.reserve({ ...ANN, id: `id-${++serial}`, ...over });
      const held = async (over: Partial<Ask> = {}): Promise<Reservation> => {
        const answer = await reserve(over);
        if ('limited' in answer) throw new Error(`refused: ${JSON.stringify(answer.limited)}`);
        return answer.reservation;
      };
      const read = async (): Promise<BudgetItem[]> =>
        store.read(
          ['2026-11-23T12:00', '2026-11-23'].flatMap((stamp) =>
            windowsOf(limits, 'pipeline')[0]!.shares.map((_, i) => `budget#${pipeline}#all#${stamp}#${i}`),
          ),
        );
      const taken = async () => (await read()).map((item) => item.taken);
      return { store, pipeline, budgets, reserve, held, read, taken };
    };

    test('what is reserved is taken, and what is settled is what was used', async () => {
      const { budgets, held, read, taken } = setUp();
      const reservation = await held();
      expect(reservation.held).toHaveLength(4);
      expect(await taken()).toEqual([ASKED, ASKED]);
      await budgets.settle(reservation, { inputTokens: 550, outputTokens: 40 });
      const used = { requests: 1, tokens: 590, money: 1_500 };
      expect(await read()).toEqual([used, used].map((amounts) => ({ taken: amounts, entries: new Map() })));
    });

    test('settled or released again, nothing changes', async () => {
      const { budgets, held, taken } = setUp();
      const [settled, released] = [await held(), await held()];
      const usage = { inputTokens: 550, outputTokens: 40 };
      await Promise.all(Array.from({ length: 4 }, () => budgets.settle(settled, usage)));
      for (let i = 0; i < 2; i++) await budgets.release(released);
      await budgets.release(settled);
      await budgets.settle(released, usage);
      expect((await taken())[0]).toEqual({ requests: 1, tokens: 590, money: 1_500 });
    });

    test('more than was reserved is charged all the same', async () => {
      const { budgets, held, reserve } = setUp();
      await budgets.settle(await held(), { inputTokens: 2_000, outputTokens: 900 });
      expect(await reserve()).toEqual({
        limited: {
          scope: 'pipeline',
          limit: 'tokensPerMinute',
          most: 2_500,
          left: 0,
          resetsAt: '2026-11-23T12:01:00.000Z',
        },
      });
    });

    test('reserved again under the same id, nothing more is held', async () => {
      const { held, taken, budgets } = setUp();
      const reservations = [await held({ id: 'same' }), await held({ id: 'same', now: NOON + 5_000 })];
      expect(await taken()).toEqual([ASKED, ASKED]);
      for (const reservation of reservations) await budgets.settle(reservation, { inputTokens: 1, outputTokens: 1 });
      expect((await taken())[0]).toEqual({ requests: 1, tokens: 2, money: 12 });
    });

    test('a try that a retry has overtaken releases nothing of what that holds', async () => {
      const { held, taken, budgets } = setUp();
      const overtaken = await held({ id: 'same' });
      const retry = await held({ id: 'same', now: NOON + 5_000 });
      await budgets.release(overtaken);
      expect(await taken()).toEqual([ASKED, ASKED]);
      await budgets.release(retry);
      expect(await taken()).toEqual([NONE, NONE]);
    });

    test('a try that had died and arrives after its retry has been settled does not make that be charged again', async () => {
      const { held, taken, budgets } = setUp();
      const retry = await held({ id: 'same', now: NOON + 5_000 });
      const usage = { inputTokens: 1, outputTokens: 1 };
      await budgets.settle(retry, usage);
      await held({ id: 'same', now: NOON });
      await budgets.settle(retry, usage);
      expect((await taken())[0]!.tokens).toBe(2 + ASKED.tokens);
    });

    test('who is refused by a limit of the caller holds nothing of the pipeline, nor of the caller', async () => {
      const { reserve, held, budgets, taken } = setUp();
      const small = { inputTokens: 10, outputTokens: 10 };
      const reservations = [await held(small), await held(small), await held(small)];
      expect(await reserve(small)).toEqual({
        limited: {
          scope: 'caller',
          limit: 'requestsPerMinute',
          most: 3,
          left: 0,
          resetsAt: '2026-11-23T12:01:00.000Z',
        },
      });
      expect((await taken())[0]!.requests).toBe(3);
      // Another caller is not refused, and the day has not been charged for the refusal.
      await held({ ...small, caller: 'account:role/bob' });
      for (const reservation of reservations) await budgets.settle(reservation, { inputTokens: 10, outputTokens: 0 });
      const next = { inputTokens: 700, outputTokens: 300, now: NOON + MINUTE };
      expect(await reserve(next)).toHaveProperty('reservation');
    });

    test('who is refused by a limit of the pipeline holds nothing of the caller', async () => {
      const { reserve, held, budgets } = setUp({ ...LIMITS, perPipeline: { tokensPerMinute: 1_000 } });
      const first = await held();
      for (let i = 0; i < 5; i++) expect(await reserve()).toMatchObject({ limited: { scope: 'pipeline', left: 200 } });
      await budgets.release(first);
      for (let i = 0; i < 3; i++) await held({ inputTokens: 100, outputTokens: 100 });
      expect(await reserve({ inputTokens: 1, outputTokens: 1 })).toMatchObject({ limited: { scope: 'caller' } });
    });

    test('money is refused in the currency of the prices', async () => {
      const { held, reserve } = setUp({ ...LIMITS, perCaller: {}, perPipeline: { moneyPerDay: 0.02 } });
      for (let i = 0; i < 6; i++) await held();
      expect(await reserve()).toEqual({
        limited: {
          scope: 'pipeline',
          limit: 'moneyPerDay',
          most: 0.02,
          left: 0.0008,
          resetsAt: '2026-11-24T00:00:00.000Z',
        },
      });
    });

    test.each([
      ['inputTokens', { inputTokens: 701 }, 700],
      ['outputTokens', { outputTokens: 301 }, 300],
    ])('a request of more %s than one may have is refused for good', async (limit, over, most) => {
      const { reserve, taken } = setUp();
      expect(await reserve(over)).toEqual({ limited: { scope: 'request', limit, most, left: most } });
      expect(await taken()).toEqual([NONE, NONE]);
    });

    test('a new minute is a new budget', async () => {
      const { held, reserve } = setUp();
      for (let i = 0; i < 3; i++) await held();
      expect(await reserve()).toHaveProperty('limited');
      expect(await reserve({ now: NOON + MINUTE })).toHaveProperty('reservation');
    });

    describe('of a request that died', () => {
      const limits = { perRequest: LIMITS.perRequest, perPipeline: { tokensPerDay: 800 } };

      test('the budget is held for a minute, and then goes to the next', async () => {
        const { held, reserve } = setUp(limits);
        await held();
        expect(await reserve({ now: NOON + MINUTE - 1 })).toMatchObject({ limited: { left: 0 } });
        await held({ now: NOON + MINUTE });
        expect(await reserve({ now: NOON + MINUTE })).toMatchObject({ limited: { left: 0 } });
      });

      test('it is given back once, however many see it', async () => {
        const { held, reserve, budgets } = setUp({ ...limits, perPipeline: { tokensPerDay: 2_400 } });
        for (let i = 0; i < 3; i++) await held();
        const answers = await Promise.all(Array.from({ length: 8 }, () => reserve({ now: NOON + MINUTE })));
        expect(answers.filter((answer) => 'reservation' in answer)).toHaveLength(3);
        const first = answers.find((answer) => 'reservation' in answer) as { reservation: Reservation };
        await budgets.release(first.reservation);
        expect(await reserve({ now: NOON + MINUTE })).toHaveProperty('reservation');
        expect(await reserve({ now: NOON + MINUTE })).toMatchObject({ limited: { left: 0 } });
      });

      test('what it used is charged if it lives after all', async () => {
        const { held, reserve, budgets } = setUp(limits);
        const late = await held();
        const next = await held({ now: NOON + MINUTE });
        for (let i = 0; i < 2; i++) await budgets.settle(late, { inputTokens: 600, outputTokens: 100 });
        await budgets.release(next);
        expect(await reserve({ now: NOON + MINUTE })).toMatchObject({ limited: { left: 100 } });
      });

      test('its retry holds it for another minute', async () => {
        const { held, reserve } = setUp(limits);
        await held({ id: 'same' });
        await held({ id: 'same', now: NOON + MINUTE - 1 });
        expect(await reserve({ now: NOON + MINUTE })).toHaveProperty('limited');
        await held({ id: 'other', now: NOON + 2 * MINUTE });
        // Another has it now, and the same id is as good as any.
        expect(await reserve({ id: 'same', now: NOON + 2 * MINUTE })).toHaveProperty('limited');
      });

      test('its entry goes with the next request that is settled, and its mark ten minutes later', async () => {
        const { held, read, budgets } = setUp({ ...limits, perPipeline: { tokensPerDay: 2_400 } });
        await held({ id: 'dead' });
        const usage = { inputTokens: 10, outputTokens: 0 };
        await budgets.settle(await held({ now: NOON + MINUTE }), usage);
        const marked = (await read()).find(({ entries }) => entries.size > 0)!;
        expect([marked.taken.tokens, [...marked.entries.keys()]]).toEqual([10, ['dead']]);
        await budgets.settle(await held({ now: NOON + 12 * MINUTE }), usage);
        const clean = (await read()).find(({ taken }) => taken.tokens > 0)!;
        expect([clean.taken.tokens, clean.entries.size]).toEqual([20, 0]);
      });

      test('so many that they do not fit into one change come back in several', async () => {
        const { held } = setUp({
          perRequest: { inputTokens: 120, outputTokens: 1 },
          perPipeline: { tokensPerDay: 120 },
        });
        for (let i = 0; i < 120; i++) await held({ inputTokens: 1, outputTokens: 0 });
        await held({ inputTokens: 119, outputTokens: 1, now: NOON + MINUTE });
      });
    });

    describe('in shards', () => {
      const limits = {
        perRequest: { inputTokens: 60, outputTokens: 40 },
        perPipeline: { tokensPerMinute: 4_001 },
      };
      const ask = { inputTokens: 60, outputTokens: 40 };

      test('many at once get exactly what there is, and all of it where requests are alike', async () => {
        const { reserve, taken } = setUp(limits);
        const answers = await Promise.all(Array.from({ length: 64 }, () => reserve(ask)));
        expect(answers.filter((answer) => 'reservation' in answer)).toHaveLength(40);
        expect((await taken()).reduce((sum, { tokens }) => sum + tokens, 0)).toBe(4_000);
        expect(await reserve(ask)).toMatchObject({ limited: { limit: 'tokensPerMinute', most: 4_001, left: 1 } });
        expect(await reserve({ inputTokens: 1, outputTokens: 0 })).toHaveProperty('reservation');
      });

      test('a retry finds what it holds, wherever that is', async () => {
        const { reserve, held, budgets } = setUp(limits);
        const reservations = [];
        for (let i = 0; i < 40; i++) reservations.push(await held({ ...ask, id: `id-${i}` }));
        for (let i = 0; i < 40; i++) expect(await held({ ...ask, id: `id-${i}` })).toEqual(reservations[i]);
        await budgets.release(reservations[7]!);
        await held({ ...ask, id: 'new' });
        expect(await reserve({ ...ask, id: 'newer' })).toHaveProperty('limited');
      });
    });

    test('of an amount that a definition no longer limits, or limits anew, what was taken stands', async () => {
      const { perRequest } = LIMITS;
      const { store, pipeline, budgets, reserve } = setUp({ perRequest, perPipeline: { requestsPerMinute: 5 } });
      await reserve();
      const anew = budgetsOf(store, pipeline, { perRequest, perPipeline: { tokensPerMinute: 1_000 } });
      expect(await anew.reserve({ ...ANN, id: 'x' })).toMatchObject({ limited: { left: 200 } });
      expect(await budgets.reserve({ ...ANN, id: 'x' })).toHaveProperty('reservation');
    });
  });
}
