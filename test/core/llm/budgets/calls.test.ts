import { memoryBudgets } from '../../../../adapters/memory-budgets';
import { budgetsOf } from '../../../../core/llm/budgets/budgets';
import type { Limits } from '../../../../core/llm/budgets/limits';
import type { BudgetStore } from '../../../../core/llm/budgets/ports';

const perRequest = { inputTokens: 60, outputTokens: 40 };
const ask = { caller: 'ann', ...perRequest, now: Date.parse('2026-11-23T12:00:00.000Z') };
const everything = { requestsPerMinute: 1_000, tokensPerMinute: 100_000, tokensPerDay: 100_000, moneyPerDay: 1 };

/** Budgets over a store that counts its calls. */
function counted(limits: Limits) {
  const memory = memoryBudgets();
  const calls = { writes: 0, reads: 0 };
  const store: BudgetStore = {
    change: (...args) => (calls.writes++, memory.change(...args)),
    read: (...args) => (calls.reads++, memory.read(...args)),
  };
  const budgets = budgetsOf(store, 'loans', limits);
  const during = async (work: () => Promise<unknown>) => {
    Object.assign(calls, { writes: 0, reads: 0 });
    await work();
    return { ...calls };
  };
  return { budgets, during };
}

test.each<[string, Partial<Limits>, number]>([
  ['one window', { perPipeline: { tokensPerMinute: 100_000 } }, 1],
  ['the minute and the day of a caller', { perCaller: everything }, 2],
  ['everything', { perCaller: everything, perPipeline: everything }, 4],
  ['nothing but the request itself', {}, 0],
])('with limits on %s, a request is so many writes to reserve and as many to settle', async (_, quotas, writes) => {
  const prices = { inputPerMillion: 1, outputPerMillion: 1 };
  const { budgets, during } = counted({ perRequest, prices, ...quotas });
  const answer = await budgets.reserve({ ...ask, id: 'warm' });
  if (!('reservation' in answer)) throw new Error('refused');
  expect(await during(() => budgets.reserve({ ...ask, id: 'a' }))).toEqual({ writes, reads: 0 });
  expect(await during(() => budgets.settle(answer.reservation, perRequest))).toEqual({ writes, reads: 0 });
});

test.each<[string, number, object]>([
  ['of one item is one write', 100, { writes: 1, reads: 0 }],
  ['of several items is one write and one read', 1_600, { writes: 1, reads: 1 }],
])('a refusal by a limit %s', async (_, tokensPerMinute, cost) => {
  const { budgets, during } = counted({ perRequest, perPipeline: { tokensPerMinute } });
  for (let i = 0; i < tokensPerMinute / 100; i++) await budgets.reserve({ ...ask, id: `${i}` });
  expect(await during(() => budgets.reserve({ ...ask, id: 'late' }))).toEqual(cost);
});

test('a request that is too large costs no call', async () => {
  const { budgets, during } = counted({ perRequest, perPipeline: everything });
  expect(await during(() => budgets.reserve({ ...ask, id: 'a', inputTokens: 61 }))).toEqual({ writes: 0, reads: 0 });
});
