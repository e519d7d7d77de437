import { memoryDriftStore } from '../../../adapters/memory-drift-store';
import { buildBaseline } from '../../../core/drift/build-baseline';
import { compileCloseWindows } from '../../../core/drift/close-windows';
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
  const store = memoryDriftStore(baseline);
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
