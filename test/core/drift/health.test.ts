import { healthOf } from '../../../core/drift/health';
import { compileEvaluation } from '../../../core/drift/evaluate';
import { ruleOf } from '../../../core/drift/settings';
import { tallyOf } from '../../../core/drift/accumulate';
import { creditBaseline as baseline, creditRows, drawn, observationOf, scaled, WINDOW_MS } from './credit-windows';
import { randomOf } from '../../../core/random';

const random = randomOf(7);
const START = Date.parse('2026-11-28T09:00:00Z');
const window = (i: number, shifted: boolean) => ({
  window: START + i * WINDOW_MS,
  tally: tallyOf(
    baseline,
    drawn(creditRows, 120, random).map((row, n) => ({
      ...observationOf(String(n), shifted ? scaled(3, 1)(row) : row),
      ages: { accounts: n },
    })),
  ),
});
const recent = [window(3, true), window(2, true), window(1, false), window(0, false)] as const;
const findings = compileEvaluation(baseline, ruleOf(WINDOW_MS, {}))(recent);
const health = healthOf(baseline, WINDOW_MS, { blocks: recent, windows: 4 }, findings);

test('what has drifted comes first, its histogram of now beside that of the baseline', () => {
  const [first] = health.features;
  expect(first).toMatchObject({ name: 'credit_amount', kind: 'numeric', drift: 1, rows: 240 });
  expect(first!.since).toBe('2026-11-28T09:02:00.000Z');
  expect(first!.mean!.to! / first!.mean!.from).toBeGreaterThan(2.5);
  for (const shares of [first!.baseline, first!.live]) {
    expect(shares).toHaveLength(first!.bins.length);
    expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 12);
  }
  expect(first!.bins[0]).toMatch(/^below \d+$/);
  expect(first!.bins.at(-2)).toMatch(/or more$/);
  expect(first!.bins.at(-1)).toBe('missing');
  expect(health.features).toHaveLength(Object.keys(baseline.features).length);
  expect(health).toMatchObject({ drift: findings.drift, window: '2026-11-28T09:03:00.000Z', windowSeconds: 60 });
});

test('windows come in the order of time, each with what it was like', () => {
  expect(health.windows.map(({ at, rows }) => [at.slice(11, 16), rows])).toEqual([
    ['09:00', 120],
    ['09:01', 120],
    ['09:02', 120],
    ['09:03', 120],
  ]);
  expect(health.windows[0]).toMatchObject({
    automation: 1,
    without: {},
    ages: { accounts: { mean: 59.5, maximum: 119 } },
    realizedCost: null,
  });
  const { history } = health.features[0]!;
  expect(history[3]!.psi).toBeGreaterThan(history[0]!.psi!);
});

test('before there is a window there is nothing to tell, of any feature', () => {
  const none = healthOf(baseline, WINDOW_MS, { blocks: [], windows: 0 }, undefined);
  expect(none).toMatchObject({ window: null, drift: 0, windows: [] });
  expect(none.features.every(({ rows, live }) => rows === 0 && live.every((share) => share === 0))).toBe(true);
});

test('what drifted days ago is counted since then, beyond the windows that are told one by one', () => {
  const dayBefore = { ...window(3, true), window: START - 86_400_000 };
  const blocks = [window(3, true), window(2, true), dayBefore] as const;
  const judged = compileEvaluation(baseline, ruleOf(WINDOW_MS, {}))(blocks);
  const { features, windows } = healthOf(baseline, WINDOW_MS, { blocks, windows: 2 }, judged);
  expect(windows).toHaveLength(2);
  expect(features[0]).toMatchObject({ drift: 1, since: '2026-11-27T09:00:00.000Z', rows: 360 });
  expect(features[0]!.rows).toBe(judged.features[features[0]!.name]!.evidence!.rows);
});

test('of fewer than five decisions nothing is told that one of them could be known by', () => {
  const observed = { ...observationOf('1', creditRows[0]!), chanceOfError: 0.1 };
  const blocks = [{ window: START, tally: tallyOf(baseline, [observed]) }];
  const judged = compileEvaluation(baseline, ruleOf(WINDOW_MS, {}))([blocks[0]!]);
  const { features, windows } = healthOf(baseline, WINDOW_MS, { blocks, windows: 1 }, judged);
  expect(windows).toEqual([
    {
      at: '2026-11-28T09:00:00.000Z',
      rows: 1,
      automation: null,
      without: {},
      ages: {},
      estimatedError: null,
      realizedCost: null,
    },
  ]);
  for (const { rows, live, history } of features) {
    expect(rows).toBe(1);
    expect(live.every((share) => share === 0)).toBe(true);
    expect(history).toEqual([{ psi: null, mean: null, missing: null }]);
  }
});
