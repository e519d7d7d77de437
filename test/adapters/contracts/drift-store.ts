import type { Baseline } from '../../../core/drift/baseline';
import { buildBaseline } from '../../../core/drift/build-baseline';
import { compileEvaluation, reportOf } from '../../../core/drift/evaluate';
import { shardOf } from '../../../core/drift/partial';
import type { DriftStore } from '../../../core/drift/ports';
import { SHARDS, ruleOf } from '../../../core/drift/settings';
import { tallyOf } from '../../../core/drift/accumulate';
import { type Observation, type Tally } from '../../../core/drift/tally';
import { idOf } from '../../core/review/loans';

const rowOf = (i: number) => ({ amount: i * 17.3, purpose: ['car', 'home', 'car', 'trip'][i % 4] });
export const baseline: Baseline = buildBaseline(
  Array.from({ length: 100 }, (_, i) => rowOf(i)),
  { amount: 'numeric', purpose: 'categorical' },
);

let serial = 0;
const newWindow = () => Date.parse('2026-11-23T09:00:00.000Z') + ++serial * 60_000;

/** So many decisions, no two alike. */
const decisions = (count: number): Observation[] =>
  Array.from({ length: count }, (_, i) => ({
    id: idOf(++serial),
    at: 0,
    values: i % 7 === 0 ? {} : rowOf(i),
    route: i % 3 === 0 ? 'review' : 'automated',
    outcome: i % 3 === 0 ? null : 'approve',
    reasons: i % 5 === 0 ? ['MODEL_TIMEOUT'] : [],
    totalMs: i,
    modelMs: i % 5 === 0 ? null : i,
    groups: [`input.sex=${['f', 'm'][i % 2]}`, ...(i % 5 === 0 ? ['input.origin=(none)'] : [])],
    comparison: i % 2 === 0 ? undefined : { flip: i % 4 === 1, cost: i % 3 === 0 ? null : i },
  }));

/** Adds a batch as the stream's consumer does: each decision to its shard. Says how many were late. */
async function deliver(store: DriftStore, window: number, batch: readonly Observation[]): Promise<number> {
  const adds = Array.from({ length: SHARDS }, async (_, shard) => {
    const own = batch.filter(({ id }) => shardOf(id, SHARDS) === shard);
    return own.length === 0 ? 0 : (await store.add(window, shard, own)).late;
  });
  return (await Promise.all(adds)).reduce((sum, late) => sum + late, 0);
}

/** Counts exactly; moments but for the rounding that depends on the order. */
function expectTally(actual: Tally, expected: Tally): void {
  const near = (x: number): unknown => (x === 0 ? 0 : expect.closeTo(x, 6));
  expect(actual).toEqual({
    ...expected,
    features: Object.fromEntries(
      Object.entries(expected.features).map(
        ([
          name,
          {
            moments: { n, mean, m2 },
            ...counts
          },
        ]) => [name, { ...counts, moments: { n, mean: near(mean), m2: near(m2) } }],
      ),
    ),
  });
}

/** What every drift store keeps to. `make` gives one against `baseline`; the first has neither cursor nor findings. */
export function driftStoreContract(name: string, make: () => DriftStore): void {
  describe(`drift store: ${name}`, () => {
    test('has neither cursor nor findings at first; then keeps the last of each', async () => {
      const store = make();
      expect(await store.cursor()).toBeUndefined();
      expect(await store.drifted()).toBeUndefined();
      const window = newWindow();
      const shifted = decisions(80).map((one) => ({ ...one, values: { amount: 1e6, purpose: 'boat' } }));
      const findings = reportOf(
        compileEvaluation(baseline, ruleOf(60_000, {}))([{ window, tally: tallyOf(baseline, shifted) }]),
      );
      expect(findings.drift).toBe(2);
      await store.moveCursor(window);
      await store.saveDrifted({ ...findings, drift: 1 });
      await store.saveDrifted(findings);
      expect(await store.cursor()).toBe(window);
      expect(await store.drifted()).toEqual(findings);
      await store.moveCursor(window + 60_000);
      await store.moveCursor(window);
      expect(await store.cursor()).toBe(window + 60_000);
      expect(await store.drifted()).toEqual(findings);
    });

    test('counts each decision once, delivered again, re-split, reordered and at once', async () => {
      const store = make();
      const window = newWindow();
      const all = decisions(60);
      const split = (size: number, list: readonly Observation[]) =>
        Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
      const again = [...all].reverse();
      const batches = [
        ...split(25, all),
        ...split(7, again),
        [...all.slice(50), ...all.slice(0, 20), ...all.slice(50)],
      ];
      const late = await Promise.all(batches.map((batch) => deliver(store, window, batch)));
      expect(late.every((n) => n === 0)).toBe(true);
      for (const batch of split(30, again)) await deliver(store, window, batch);
      expectTally((await store.seal(window)).tally, tallyOf(baseline, all));
    });

    test('keeps windows apart', async () => {
      const store = make();
      const [first, second] = [newWindow(), newWindow()];
      const all = decisions(10);
      await deliver(store, first, all.slice(0, 4));
      await deliver(store, second, all);
      expectTally((await store.seal(first)).tally, tallyOf(baseline, all.slice(0, 4)));
      expectTally((await store.seal(second)).tally, tallyOf(baseline, all));
    });

    test('seals for good: what comes later is reported, and changes nothing', async () => {
      const store = make();
      const window = newWindow();
      const [counted, late] = [decisions(12), decisions(9)];
      await deliver(store, window, counted);
      const closed = await store.seal(window);
      expect(closed.window).toBe(window);
      expect(await deliver(store, window, late)).toBe(9);
      // What was counted in time is not late when it is delivered again.
      expect(await deliver(store, window, counted)).toBe(0);
      expect(await deliver(store, window, [...counted, ...late])).toBe(9);
      expect(await store.seal(window)).toEqual(closed);
      expect(await store.closed([window])).toEqual([closed]);
    });

    test('seals an empty window too', async () => {
      const store = make();
      const window = newWindow();
      expect(await store.seal(window)).toEqual({ window, tally: tallyOf(baseline, []) });
      expect(await deliver(store, window, decisions(3))).toBe(3);
      expect((await store.seal(window)).tally.rows).toBe(0);
    });

    test('what is added while it seals is counted or late, and all that seal see the same', async () => {
      const store = make();
      const window = newWindow();
      const batches = Array.from({ length: 8 }, () => decisions(5));
      await deliver(store, window, batches[0]!);
      const adds = Promise.all(batches.map((batch) => deliver(store, window, batch)));
      const seals = await Promise.all([store.seal(window), store.seal(window)]);
      const late = (await adds).reduce((sum, n) => sum + n, 0);
      const { tally } = await store.seal(window);
      for (const seal of seals) expect(seal.tally).toEqual(tally);
      // The first batch was there before: delivered again, it is no news.
      expect(tally.rows + late).toBe(40);
    });

    test('gives the closed windows among those asked for, newest first', async () => {
      const store = make();
      const [older, open, empty, newer, unknown] = Array.from({ length: 5 }, newWindow) as [
        number,
        number,
        number,
        number,
        number,
      ];
      for (const window of [older, open, newer]) await deliver(store, window, decisions(6));
      const closedOlder = await store.seal(older);
      await store.seal(empty);
      const closedNewer = await store.seal(newer);
      expect(await store.closed([older, open, empty, newer, unknown])).toEqual([closedNewer, closedOlder]);
      expect(await store.closed([older])).toEqual([closedOlder]);
      expect(await store.closed([])).toEqual([]);
    });

    test('keeps a window in which nothing was decided, but something learned', async () => {
      const store = make();
      const window = newWindow();
      const learned = { cost: 5, review: { minutes: 3, overridden: true }, groups: [] };
      await deliver(store, window, [{ id: idOf(++serial), at: 0, learned }]);
      const closed = await store.seal(window);
      expect(closed.tally).toMatchObject({ rows: 0, realizedCost: { n: 1, sum: 5 }, overrides: { n: 1 } });
      expect(await store.closed([window])).toEqual([closed]);
    });

    test('lets one close windows at a time, until it is done or its time is over', async () => {
      const store = make();
      expect(await store.claim(1_000, 5_000)).toBe(true);
      expect(await store.claim(4_999, 9_000)).toBe(false);
      expect(await store.claim(5_000, 9_000)).toBe(true);
      await store.release();
      expect(await store.claim(5_001, 9_000)).toBe(true);
      await store.release();
    });

    test('keeps hours and days apart from windows and from each other, newest first', async () => {
      const store = make();
      const window = newWindow();
      const [hour, day] = [window - (window % 3_600_000), window - (window % 86_400_000)];
      const sum = (start: number, rows: number) => ({ window: start, tally: tallyOf(baseline, decisions(rows)) });
      const [first, second, whole] = [sum(hour, 3), sum(hour + 3_600_000, 4), sum(day, 7)];
      await store.saveRolledUp('hour', first);
      await store.saveRolledUp('hour', first);
      await store.saveRolledUp('hour', second);
      await store.saveRolledUp('day', whole);
      expect(await store.rolledUp('hour', [hour, hour + 3_600_000, hour + 7_200_000])).toEqual([second, first]);
      expect(await store.rolledUp('day', [day, day + 86_400_000])).toEqual([whole]);
      expect(await store.rolledUp('day', [])).toEqual([]);
    });

    test('reads more windows than one call can ask for', async () => {
      const store = make();
      const windows = Array.from({ length: 130 }, newWindow);
      await Promise.all(windows.map((window) => deliver(store, window, decisions(1))));
      for (const window of windows) await store.seal(window);
      const found = await store.closed(windows);
      expect(found.map(({ window }) => window)).toEqual([...windows].reverse());
      expect(await store.closed(windows)).toEqual(found);
    });

    test('says what had drifted before a window, the same again when it is judged again', async () => {
      const store = make();
      const [first, second] = [newWindow(), newWindow()];
      await store.saveOngoing(first, {}, { amount: first });
      expect(await store.ongoing(second)).toEqual({ amount: first });
      expect(await store.ongoing(first)).toEqual({});
      await store.saveOngoing(second, { amount: first }, { purpose: second });
      expect(await store.ongoing(second)).toEqual({ amount: first });
      expect(await store.ongoing(second + 60_000)).toEqual({ purpose: second });
      await store.saveOngoing(second + 60_000, { purpose: second }, {});
      expect(await store.ongoing(second + 120_000)).toEqual({});
    });

    test('totals of comparisons count each window once, however often it is repeated', async () => {
      const store = make();
      const version = `sha256:${newWindow()}`;
      const [first, second] = [newWindow(), newWindow()];
      const comparison = { compared: 10, flips: 2, priced: 8, cost: -0.25 };
      expect(await store.comparison(version)).toEqual({ compared: 0, flips: 0, priced: 0, cost: 0 });
      await store.addComparison(version, first, comparison);
      await store.addComparison(version, first, comparison);
      await store.addComparison(version, second, { compared: 1, flips: 1, priced: 1, cost: 1 });
      await store.addComparison(version, first, comparison);
      expect(await store.comparison(version)).toEqual({ compared: 11, flips: 3, priced: 9, cost: 0.75 });
      expect((await store.comparison(`${version}-other`)).compared).toBe(0);
    });
  });
}
