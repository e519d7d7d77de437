import type { ModelAnswer } from '../../../core/decision/model-answer';
import type { FirstRead, FirstReadResult, ModelClient } from '../../../core/ports';
import { budgetOf } from '../../../core/resilience/deadline';
import { BREAKER, guardFirstRead, guardModel } from '../../../core/resilience/guard';
import { type VirtualClock, virtualClock } from '../decision/virtual-clock';

const BUDGET = budgetOf(800);

function modelThat(clock: VirtualClock, behave: () => { ms: number; answer: ModelAnswer }, budget = BUDGET) {
  let calls = 0;
  const model: ModelClient<string> = {
    async predict() {
      calls++;
      const { ms, answer } = behave();
      await clock.sleep(ms);
      return answer;
    },
  };
  return { model: guardModel(model, budget, clock), calls: () => calls };
}

const ask = (clock: VirtualClock, model: ModelClient<string>, ms = BUDGET.model - BUDGET.read): Promise<ModelAnswer> =>
  clock.run(model.predict('1,2', clock.timeout(ms)));

const cutShort = { failed: 'MODEL_CIRCUIT_OPEN' };

describe('a model', () => {
  test.each<[string, { ms: number; answer: ModelAnswer }]>([
    ['fails', { ms: 5, answer: { failed: 'MODEL_ERROR' } }],
    ['is throttled', { ms: 5, answer: { failed: 'MODEL_THROTTLED' } }],
    ['answers nonsense', { ms: 5, answer: { score: 7 } }],
    ['hangs, and does not heed its signal', { ms: 1e9, answer: { score: 0.5 } }],
  ])('that %s is left alone after five calls, and answers at once', async (_, behaviour) => {
    const clock = virtualClock();
    const { model, calls } = modelThat(clock, () => behaviour);
    for (let i = 0; i < BREAKER.fewestCalls; i++) expect(await ask(clock, model)).not.toEqual(cutShort);
    const began = clock.now();
    for (let i = 0; i < 100; i++) expect(await ask(clock, model)).toEqual(cutShort);
    expect([calls(), clock.now() - began]).toEqual([BREAKER.fewestCalls, 0]);
  });

  test('that gives an unusable answer to each question is asked on, where it is a language model: requests could ask for that', async () => {
    const clock = virtualClock();
    const llm = { prompt: '1', promptHash: 'sha256:0', calls: 2, inputTokens: 80, outputTokens: 12 };
    const { model, calls } = modelThat(clock, () => ({ ms: 5, answer: { failed: 'MODEL_INVALID', llm } }));
    for (let i = 0; i < 20; i++) expect(await ask(clock, model)).toMatchObject({ failed: 'MODEL_INVALID' });
    expect(calls()).toBe(20);
  });

  test('that comes back is asked again, once a few probes have gone well', async () => {
    const clock = virtualClock();
    let answer: ModelAnswer = { failed: 'MODEL_ERROR' };
    const { model } = modelThat(clock, () => ({ ms: 5, answer }));
    for (let i = 0; i < 6; i++) await ask(clock, model);
    answer = { score: 0.25 };
    expect(await ask(clock, model)).toEqual(cutShort);
    await clock.run(clock.sleep(BREAKER.openMs));
    for (let i = 0; i < 10; i++) expect(await ask(clock, model)).toEqual(answer);
  });

  test.each([
    ['alone', BUDGET, 334],
    ['of a chain with another endpoint', budgetOf(800, { calls: 2 }), 167],
    ['with a budget of its own', budgetOf(800, { model: 150 }), 150],
  ])('%s is not given up for short deadlines, but for the time it should have had', async (_, budget, callMs) => {
    const clock = virtualClock();
    const answer = { score: 0.25 };
    let ms = 400;
    const { model, calls } = modelThat(clock, () => ({ ms, answer }), budget);
    const late = { failed: 'MODEL_TIMEOUT' };
    for (let i = 0; i < 50; i++) expect(await ask(clock, model, callMs * 0.4)).toEqual(late);
    ms = 5;
    expect(await ask(clock, model, callMs)).toEqual(answer);
    ms = 400;
    for (let i = 0; i < 20; i++) await ask(clock, model, callMs);
    expect(await ask(clock, model, callMs)).toEqual(cutShort);
    expect(calls()).toBeLessThan(60);
  });
});

describe('the first read', () => {
  const request = { lookups: [{ name: 'accounts', key: 'a', fields: ['x'] }], id: 'id' };
  const fine: FirstReadResult = { lookups: { accounts: { item: { x: 1 } } }, mode: 'normal' };
  const read = (clock: VirtualClock, guarded: FirstRead) =>
    clock.run(guarded.read(request, clock.timeout(BUDGET.read)));

  const guarded = (clock: VirtualClock, behave: () => { ms: number; result: FirstReadResult }) => {
    let calls = 0;
    const plain: FirstRead = {
      async read() {
        calls++;
        const { ms, result } = behave();
        await clock.sleep(ms);
        return result;
      },
    };
    return { firstRead: guardFirstRead(plain, BUDGET, clock), calls: () => calls };
  };

  test.each<[string, { ms: number; result: FirstReadResult }]>([
    ['fails', { ms: 5, result: { lookups: {}, mode: undefined } }],
    ['is throttled in part', { ms: 5, result: { lookups: { accounts: { failed: 'unavailable' } }, mode: 'normal' } }],
    ['hangs', { ms: 1e9, result: fine }],
  ])('that %s is left alone after five calls; what it was for says why it is not there', async (_, behaviour) => {
    const clock = virtualClock();
    const { firstRead, calls } = guarded(clock, () => behaviour);
    for (let i = 0; i < BREAKER.fewestCalls; i++) await read(clock, firstRead);
    const began = clock.now();
    expect(await read(clock, firstRead)).toEqual({
      lookups: { accounts: { failed: 'circuit_open' } },
      mode: undefined,
    });
    expect([calls(), clock.now() - began]).toEqual([BREAKER.fewestCalls, 0]);
    behaviour = { ms: 5, result: fine };
    await clock.run(clock.sleep(BREAKER.openMs));
    expect(await read(clock, firstRead)).toEqual(fine);
  });

  test('is not given up for items that are not there', async () => {
    const clock = virtualClock();
    const result: FirstReadResult = { lookups: { accounts: { failed: 'missing' } }, mode: 'normal' };
    const { firstRead, calls } = guarded(clock, () => ({ ms: 5, result }));
    for (let i = 0; i < 50; i++) expect(await read(clock, firstRead)).toEqual(result);
    expect(calls()).toBe(50);
  });
});
