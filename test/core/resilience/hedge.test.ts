import type { ModelAnswer } from '../../../core/decision/model-answer';
import { hedgeModel } from '../../../core/resilience/hedge';
import { virtualClock } from '../decision/virtual-clock';

/** A model whose calls take what the list says, in order; `n` calls of 10 ms come first, so that it is known. */
function hedged(times: readonly (readonly [ms: number, answer?: ModelAnswer])[], { share = 0.1, warm = 100 } = {}) {
  const clock = virtualClock();
  const signals: AbortSignal[] = [];
  let call = 0;
  const model = hedgeModel(
    {
      async predict(_, signal) {
        signals.push(signal);
        const [ms, answer = { score: 0.5 }] = call < warm ? [10] : (times[call - warm] ?? [10]);
        call++;
        await clock.sleep(ms);
        return signal.aborted ? { failed: 'MODEL_TIMEOUT' } : answer;
      },
    },
    { quantile: 0.95, share },
    clock,
  );
  const ask = () => clock.run(model.predict('1,2', clock.timeout(500)));
  return {
    ask,
    clock,
    signals,
    calls: () => call,
    ready: async () => {
      for (let i = 0; i < warm; i++) await ask();
    },
  };
}

test('a slow answer is overtaken by a second call, and the first is given up', async () => {
  const { ask, clock, calls, signals, ready } = hedged([
    [400, { score: 0.1 }],
    [10, { score: 0.2 }],
  ]);
  await ready();
  const began = clock.now();
  expect(await ask()).toEqual({ score: 0.2 });
  expect([clock.now() - began, calls()]).toEqual([20, 102]);
  expect(signals[100]!.aborted).toBe(true);
});

test('the first answer counts where it comes first', async () => {
  const { ask, ready, calls } = hedged([
    [15, { score: 0.1 }],
    [50, { score: 0.2 }],
  ]);
  await ready();
  expect(await ask()).toEqual({ score: 0.1 });
  expect(calls()).toBe(102);
});

test('a failure of one of the two is no answer while the other may come', async () => {
  const { ask, ready } = hedged([
    [30, { failed: 'MODEL_ERROR' }],
    [100, { score: 0.2 }],
  ]);
  await ready();
  expect(await ask()).toEqual({ score: 0.2 });
});

test('until the usual latency is known there is no second call', async () => {
  const { ask, calls } = hedged([[400]], { warm: 0 });
  await ask();
  expect(calls()).toBe(1);
});

test('after a failure there is none for ten seconds: the endpoint may be overloaded', async () => {
  const { ask, calls, clock, ready } = hedged([[10, { failed: 'MODEL_THROTTLED' }], [400], [400], [10]]);
  await ready();
  expect(await ask()).toEqual({ failed: 'MODEL_THROTTLED' });
  await ask();
  expect(calls()).toBe(102);
  await clock.run(clock.sleep(10_000));
  await ask();
  expect(calls()).toBe(104);
});

test('however slow the model is, second calls keep to their share', async () => {
  const { ask, calls, ready } = hedged(
    Array.from({ length: 5_000 }, () => [490] as const),
    { share: 0.05 },
  );
  await ready();
  for (let i = 0; i < 1_000; i++) await ask();
  // A share of all calls, and the few that were saved up.
  expect(calls() - 100 - 1_000).toBeLessThanOrEqual(0.05 * 1_000 + 5);
  expect(calls() - 100 - 1_000).toBeGreaterThan(0);
});
