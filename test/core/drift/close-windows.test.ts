import { memoryDriftStore, memoryDriftTable } from '../../../adapters/memory-drift-store';
import { buildBaseline } from '../../../core/drift/build-baseline';
import { compileCloseWindows } from '../../../core/drift/close-windows';
import { windowOf } from '../../../core/drift/partial';
import type { DriftStore } from '../../../core/drift/ports';
import type { Observation } from '../../../core/drift/tally';
import { type DriftSettings, ruleOf } from '../../../core/drift/settings';

const MINUTE = 60_000;
const START = Date.parse('2026-11-23T09:00:00Z');
const baseline = buildBaseline(
  Array.from({ length: 500 }, (_, i) => ({ amount: 100 + (i % 50) })),
  { amount: 'numeric' },
);
const settings: DriftSettings = { baseline, windowMs: MINUTE, latenessMs: 30_000, rule: ruleOf(MINUTE, {}) };
const closeWindows = compileCloseWindows(settings);

const observations = (count: number, shift: number): Observation[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `d${shift}-${i}`,
    at: START + i,
    values: { amount: 100 + shift + (i % 50) },
    route: 'automated',
    outcome: 'pay',
    reasons: [],
    totalMs: 10,
    modelMs: 5,
  }));

async function closed(shift: number) {
  const store = memoryDriftStore(settings);
  await store.add(START, 0, observations(200, shift));
  return store;
}

test('a window is closed once it is over and late decisions had their time', async () => {
  const store = await closed(0);
  const rows: number[] = [];
  const run = (now: number) => closeWindows(store, now, async (_, { tally }) => void rows.push(tally.rows));
  await run(START + MINUTE + 29_999);
  expect(rows).not.toContain(200);
  await run(START + MINUTE + 30_000);
  expect(rows.filter((count) => count === 200)).toHaveLength(1);
  await run(START + 3 * MINUTE);
  expect(rows.filter((count) => count === 200)).toHaveLength(1);
});

test('what was found is kept before anybody hears of it', async () => {
  const store = await closed(1_000);
  const known: (number | undefined)[] = [];
  await closeWindows(store, START + 2 * MINUTE, async ({ drift }) => {
    if (drift > 0) known.push((await store.drifted())?.drift);
  });
  expect(known).toEqual([1]);
});

test('a crash while announcing is repaired by the next run, with the same findings', async () => {
  const store = await closed(1_000);
  const now = START + 2 * MINUTE;
  const failing = closeWindows(store, now, async ({ drift }) => {
    if (drift > 0) throw new Error('no network');
  });
  await expect(failing).rejects.toThrow('no network');
  const announced: number[] = [];
  await closeWindows(store, now, async ({ drift, window }) => void (drift > 0 && announced.push(window)));
  expect(announced).toEqual([START]);
});

describe('nothing that was counted is left out of what adds up', () => {
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;
  const DAWN = Date.parse('2026-11-23T00:00:00Z');
  let serial = 0;
  const one = (at: number): Observation => ({
    id: `x${serial++}`,
    at,
    values: { amount: 120 },
    route: 'automated',
    outcome: 'pay',
    reasons: [],
    totalMs: 10,
    modelMs: 5,
  });
  const quiet = async () => {};
  const daysOf = async (store: DriftStore) => (await store.rolledUp('day', [DAWN])).map(({ tally }) => tally.rows);

  test('by an exchange of the baseline, or of the length of windows', async () => {
    const table = memoryDriftTable();
    const others: DriftSettings[] = [
      { ...settings, baseline: { ...baseline, rows: 501 } },
      { ...settings, windowMs: HOUR, rule: ruleOf(HOUR, {}) },
    ];
    for (const after of others) {
      const close = { before: compileCloseWindows(settings), after: compileCloseWindows(after) };
      const [old, fresh] = [memoryDriftStore(settings, table), memoryDriftStore(after, table)];
      const exchanged = DAWN + 12 * HOUR + 35 * MINUTE + 30_000;
      let counted = 0;
      for (let now = DAWN; now < DAWN + DAY + 3 * HOUR; now += 5 * MINUTE) {
        const [store, { windowMs }] = now < exchanged ? [old, settings] : [fresh, after];
        if (now < DAWN + DAY) {
          await store.add(windowOf(now, windowMs), 0, [one(now)]);
          counted++;
        }
        await (now < exchanged ? close.before : close.after)(store, now, quiet);
      }
      const days = [await daysOf(old), await daysOf(fresh)];
      expect(days.flat().reduce((sum, n) => sum + n, 0)).toBe(counted);
      expect(days.map(({ length }) => length)).toEqual([1, 1]);
      // Then nobody works on the old one any more.
      await close.after(fresh, DAWN + 2 * DAY + 2 * HOUR, quiet);
      await close.after(fresh, DAWN + 2 * DAY + 3 * HOUR, quiet);
      expect([await fresh.others(), await old.cursor()]).toEqual([[], undefined]);
      table.countings.clear();
    }
  });

  test('by a night without an evaluation: what nobody judges any more is counted', async () => {
    const store = memoryDriftStore(settings);
    await closeWindows(store, DAWN + 2 * MINUTE, quiet);
    for (let at = DAWN + 2 * MINUTE; at < DAWN + 8 * HOUR; at += 10 * MINUTE)
      await store.add(windowOf(at, MINUTE), 0, [one(at)]);
    let judged = 0;
    for (let now = DAWN + 8 * HOUR; now < DAWN + 8 * HOUR + 5 * MINUTE; now += MINUTE)
      await closeWindows(store, now, async () => void judged++);
    expect(judged).toBeLessThan(70);
    const hours = await store.rolledUp(
      'hour',
      Array.from({ length: 8 }, (_, i) => DAWN + i * HOUR),
    );
    expect(hours.reduce((sum, { tally }) => sum + tally.rows, 0)).toBe(48);
  });
});

test('windows of a new length begin where those of the clock do', async () => {
  const table = memoryDriftTable();
  await closeWindows(memoryDriftStore(settings, table), START + 37 * MINUTE, async () => {});
  const hourly = { ...settings, windowMs: 60 * MINUTE, rule: ruleOf(60 * MINUTE, {}) };
  const seen: number[] = [];
  await compileCloseWindows(hourly)(memoryDriftStore(hourly, table), START + 125 * MINUTE, async ({ window }) => {
    seen.push(window);
  });
  expect(seen.at(-1)).toBe(START + 60 * MINUTE);
  expect(seen.every((window) => window % (60 * MINUTE) === 0)).toBe(true);
});

test('two runs at once are one: nothing is announced twice', async () => {
  const store = await closed(1_000);
  const announced: number[] = [];
  let goOn = () => {};
  const slow = closeWindows(store, START + 2 * MINUTE, async ({ window }) => {
    announced.push(window);
    await new Promise<void>((resolve) => (goOn = resolve));
  });
  while (announced.length === 0) await Promise.resolve();
  expect(await closeWindows(store, START + 2 * MINUTE, async ({ window }) => void announced.push(window))).toBe(0);
  const done = slow.then(() => (goOn = () => {}));
  for (let i = 0; i < 100; i++) {
    goOn();
    await Promise.resolve();
    await new Promise(setImmediate);
  }
  await done;
  expect(announced).toEqual([...new Set(announced)]);
});
