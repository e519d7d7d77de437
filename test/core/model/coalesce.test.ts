import { coalesce } from '../../../core/model/coalesce';
import type { ModelAnswer } from '../../../core/decision/model-answer';
import { virtualClock } from '../decision/virtual-clock';

/** A model that answers each row by its number; it fails as a whole where a row is `bad`. */
function model(failed: 'MODEL_ERROR' | 'MODEL_THROTTLED' = 'MODEL_ERROR') {
  const clock = virtualClock();
  const calls: (readonly string[])[] = [];
  const shared = coalesce(
    {
      async predict(rows): Promise<ModelAnswer[]> {
        calls.push(rows);
        await clock.sleep(10);
        return rows.map((row) => (rows.includes('bad') ? { failed } : { score: Number(row) }));
      },
    },
    clock,
    { waitMs: 20, most: 3 },
  );
  const ask = (...rows: string[]) => Promise.all(rows.map((row) => shared.predict(row, clock.timeout(500))));
  return { clock, calls, ask };
}

test('rows that come together share a call, and each gets its own answer', async () => {
  const { clock, calls, ask } = model();
  const began = clock.now();
  expect(await clock.run(ask('0.1', '0.2'))).toEqual([{ score: 0.1 }, { score: 0.2 }]);
  expect([calls, clock.now() - began]).toEqual([[['0.1', '0.2']], 30]);
});

test('as many as may share one do not wait for more', async () => {
  const { clock, calls, ask } = model();
  const began = clock.now();
  await clock.run(ask('0.1', '0.2', '0.3'));
  expect([calls.length, clock.now() - began]).toEqual([1, 10]);
  await clock.run(ask('0.1', '0.2', '0.3', '0.4'));
  expect(calls.slice(1)).toEqual([['0.1', '0.2', '0.3'], ['0.4']]);
});

test('a row that the model cannot take costs the others nothing', async () => {
  const { clock, calls, ask } = model();
  expect(await clock.run(ask('0.1', 'bad', '0.3'))).toEqual([
    { score: 0.1 },
    { failed: 'MODEL_ERROR' },
    { score: 0.3 },
  ]);
  expect(calls).toEqual([['0.1', 'bad', '0.3'], ['0.1'], ['bad'], ['0.3']]);
});

test('a model that has too much to do is not asked more', async () => {
  const { clock, calls, ask } = model('MODEL_THROTTLED');
  await clock.run(ask('0.1', 'bad'));
  expect(calls).toHaveLength(1);
});
