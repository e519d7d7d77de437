import type { DecideResult } from '../../../core/decision/decide-request';
import { budgetOf } from '../../../core/resilience/deadline';
import { BREAKER } from '../../../core/resilience/guard';
import { LoadShedder } from '../../../core/resilience/load-shedder';
import { shed } from '../../../core/resilience/shed';
import { virtualClock } from '../decision/virtual-clock';

const BUDGET = budgetOf(800);
const decided = { kind: 'decided' } as DecideResult;

const nothing = async () => undefined;

function server(work: () => { readonly ms: number; readonly fails?: boolean }) {
  const clock = virtualClock();
  const shedder = new LoadShedder();
  let begun = 0;
  const request = (startedAt = clock.now()) =>
    shed(shedder, clock, BUDGET, startedAt, {
      async decide() {
        begun++;
        const { ms, fails = false } = work();
        await clock.sleep(ms);
        if (fails) throw new Error('The record could not be written in time.');
        return decided;
      },
      recall: nothing,
    });
  const all = (n: number) =>
    clock.run(Promise.all(Array.from({ length: n }, () => request().catch((error: Error) => error))));
  return { clock, request, all, begun: () => begun };
}

const refused = (results: readonly (DecideResult | Error)[]) =>
  results.filter((result) => 'kind' in result && result.kind === 'overloaded').length;

test('one request at a time is always let in', async () => {
  const { all, clock } = server(() => ({ ms: 790 }));
  for (let i = 0; i < 50; i++) {
    expect(refused(await all(1))).toBe(0);
    await clock.run(clock.sleep(10));
  }
});

test('while records cannot be written, requests are refused at once, with the time after which to come again', async () => {
  let fails = true;
  const { all, clock, begun } = server(() => ({ ms: 5, fails }));
  for (let i = 0; i < BREAKER.fewestCalls; i++) await all(1);
  const began = clock.now();
  const [result] = await all(1);
  expect(result).toEqual({ kind: 'overloaded', retryAfterMs: BREAKER.openMs });
  expect([begun(), clock.now() - began]).toEqual([BREAKER.fewestCalls, 0]);
  fails = false;
  await clock.run(clock.sleep(BREAKER.openMs));
  for (let i = 0; i < 10; i++) expect(await all(1)).toEqual([decided]);
});

test('of a burst, as many are let in as end in time; the rest hear so at once', async () => {
  // Each request makes all others slower: beyond ten at once they are late.
  let running = 0;
  const { all, clock } = server(() => ({ ms: 80 * ++running }));
  const shares: number[] = [];
  for (let round = 0; round < 40; round++) {
    running = 0;
    shares.push(100 - refused(await all(100)));
    await clock.run(clock.sleep(1_000));
  }
  const settled = shares.slice(20);
  expect(Math.max(...settled)).toBeLessThanOrEqual(15);
  expect(Math.min(...settled)).toBeGreaterThanOrEqual(5);
});

test('a calm server lets ever more in', async () => {
  const { all, clock } = server(() => ({ ms: 20 }));
  for (let round = 0; round < 300; round++) {
    await all(150);
    await clock.run(clock.sleep(10));
  }
  expect(refused(await all(150))).toBeLessThan(50);
});

test('a record that is there already is an answer of the table’s: it closes the circuit that its failures opened', async () => {
  const clock = virtualClock();
  const shedder = new LoadShedder();
  const run = (decide: () => Promise<DecideResult>) =>
    clock.run(shed(shedder, clock, BUDGET, clock.now(), { decide, recall: nothing }).catch(() => undefined));
  for (let i = 0; i < 10; i++) await run(() => Promise.reject(new Error('The record could not be written in time.')));
  expect(await run(async () => decided)).toMatchObject({ kind: 'overloaded' });
  for (let i = 0; i < 3; i++) {
    await clock.run(clock.sleep(10_000));
    await run(async () => ({ kind: 'replayed', byTable: true }) as DecideResult);
  }
  expect(await run(async () => decided)).toEqual(decided);
});

test('while records cannot be written, who comes again for a decision that stands hears it; the rest are refused', async () => {
  const clock = virtualClock();
  const shedder = new LoadShedder();
  const unwritable = () => Promise.reject(new Error('The record could not be written in time.'));
  const run = (recall: () => Promise<DecideResult | undefined>) =>
    clock.run(shed(shedder, clock, BUDGET, clock.now(), { decide: unwritable, recall }).catch(() => undefined));
  const stands = { kind: 'replayed', record: { id: 'd' } } as DecideResult;
  expect(await run(async () => stands)).toBeUndefined();
  for (let i = 1; i < BREAKER.fewestCalls; i++) await run(nothing);
  expect(await run(async () => stands)).toEqual(stands);
  expect(await run(nothing)).toEqual({ kind: 'overloaded', retryAfterMs: BREAKER.openMs });
  // What was heard by reading says nothing of writing: the probe is due when it was.
  await clock.run(clock.sleep(BREAKER.openMs));
  expect(await run(async () => stands)).toBeUndefined();
});
