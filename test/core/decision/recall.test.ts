import { recallRequest } from '../../../core/decision/decide-request';
import { applications, credit } from '../credit';
import { type Behaviour, CALLER, decideWith, request, requestPorts } from './request-ports';

/** Decides a request with the key `k`, then recalls another. */
async function recall(over: Parameters<typeof request>[0], behaviour: Behaviour = {}) {
  const all = requestPorts(behaviour);
  const first = await decideWith(all, { key: 'k' });
  const asked = [all.asked.writes, all.asked.rows.length];
  const { ports, model, clock } = all;
  const began = clock.now();
  const recalled = await clock.run(
    recallRequest({ live: { pipeline: credit, model } }, ports, request({ startedAt: began, ...over })),
  );
  expect([all.asked.writes, all.asked.rows.length]).toEqual(asked);
  return { first, recalled, tookMs: clock.now() - began };
}

test('a request that was decided hears of it again', async () => {
  const { first, recalled } = await recall({ key: 'k' });
  expect(recalled).toEqual({ kind: 'replayed', record: (first as { record: unknown }).record });
});

test('its key with another input is a conflict', async () => {
  expect((await recall({ key: 'k', input: applications[1]!.input })).recalled).toEqual({ kind: 'conflict' });
});

test.each([
  ['no key', {}],
  ['a key not seen before', { key: 'other' }],
  ['another caller’s key', { key: 'k', caller: `${CALLER}s` }],
])('of %s nothing is known', async (_, over) => {
  expect((await recall(over)).recalled).toBeUndefined();
});

test('where it cannot be read in time nothing is known, and the budget of the read is kept', async () => {
  const { recalled, tookMs } = await recall({ key: 'k' }, { readMs: Infinity, heedsSignals: false });
  expect([recalled, tookMs]).toEqual([undefined, credit.budget.read]);
});
