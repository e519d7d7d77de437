import { readPast } from '../../../bin/history/counted-times';
import { tallyOf } from '../../../core/drift/accumulate';
import { encodeTally } from '../../../core/drift/tally';

const HOUR = 3_600_000;
const DAY = Date.parse('2026-11-27T00:00:00Z');
const [A, B] = ['UbH0552q0I4yrSC-', '_aH0552q0I4yrSCR'];
const one = { id: 'a', at: 0, values: {}, route: 'automated', outcome: 'pay', reasons: [], totalMs: 1, modelMs: 1 };
const tally = (rows: number) =>
  encodeTally(
    tallyOf(
      { rows: 1, features: {} },
      Array.from({ length: rows }, (_, i) => ({ ...one, id: String(i) })),
    ),
  );

async function* items(list: readonly object[]) {
  yield* list as Record<string, unknown>[];
}

test('counts days, hours that are in no day, and windows that are in no hour, each baseline for itself', async () => {
  const { counted, changes } = await readPast(
    items([
      { pk: `drift#${A}#day#${DAY}`, tally: tally(100) },
      { pk: `drift#${A}#hour#${DAY + 3 * HOUR}`, tally: tally(9) },
      { pk: `drift#${A}#${DAY + 3 * HOUR + 60_000}`, tally: tally(4) },
      { pk: `drift#${A}#hour#${DAY + 24 * HOUR}`, tally: tally(20) },
      { pk: `drift#${A}#${DAY + 24 * HOUR + 60_000}`, tally: tally(3) },
      { pk: `drift#${A}#${DAY + 25 * HOUR}`, tally: tally(2) },
      { pk: `drift#${B}#${DAY + 3 * HOUR}`, tally: tally(1) },
      { pk: `drift#${A}#${DAY + 25 * HOUR}#0`, partial: 'x' },
      { pk: 'drift#head', cursorAt: 5 },
      { pk: `drift#candidate#sha256:0`, compared: 5 },
      { pk: 'mode', mode: 'normal' },
      { pk: 'mode#0000000001', version: 1, to: 'halt' },
    ]),
    60_000,
  );
  expect(counted.map(({ start, end, tally: { rows } }) => [start - DAY, end - start, rows])).toEqual([
    [0, 24 * HOUR, 100],
    [24 * HOUR, HOUR, 20],
    [25 * HOUR, 60_000, 2],
    [3 * HOUR, 60_000, 1],
  ]);
  expect(changes).toEqual([{ version: 1, to: 'halt' }]);
});
