import { businessImpact } from '../../../core/business/impact';
import { recoveriesOf } from '../../../core/business/recoveries';
import type { ModeChange } from '../../../core/control/mode-state';
import { tallyOf } from '../../../core/drift/accumulate';
import type { Observation } from '../../../core/drift/tally';
import type { Baseline } from '../../../core/drift/baseline';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-10-31T00:00:00Z');
const baseline: Baseline = {
  rows: 10,
  features: { $cost: { kind: 'numeric', missing: 0, mean: 0.4, variance: 1, edges: [0, 1], counts: [0, 10, 0] } },
};

const made = (id: string, route: string, cost: number | undefined, reasons: string[] = []): Observation => ({
  id,
  at: START,
  values: {},
  signals: cost === undefined ? {} : { $cost: cost },
  route,
  outcome: route === 'review' ? null : 'approve',
  reasons,
  totalMs: 20,
  modelMs: 8,
  chanceOfError: route === 'automated' ? 0.1 : null,
});
const learned = (id: string, cost: number, wrong: boolean): Observation => ({
  id,
  at: START,
  learned: {
    cost,
    error: { source: 'sample', wrong },
    review: { minutes: 3, overridden: wrong },
    groups: [],
  },
});
const counted = (start: number, ms: number, observations: Observation[]) => ({
  start,
  end: start + ms,
  tally: tallyOf(baseline, observations),
});

const impact = businessImpact(
  'loans',
  [
    counted(START + DAY, HOUR, [made('c', 'review', 0.5), made('d', 'heuristic', undefined, ['MODEL_UNANSWERED'])]),
    counted(START, DAY, [made('a', 'automated', 0.2), made('b', 'automated', 0.4), learned('a~', 5, true)]),
  ],
  [],
  0.5,
);

test('adds up whatever the order, by day and month', () => {
  expect(impact).toMatchObject({ from: '2026-10-31T00:00:00.000Z', until: '2026-11-01T01:00:00.000Z' });
  expect(impact.days.map(({ day, decisions }) => [day, decisions])).toEqual([
    ['2026-10-31', 2],
    ['2026-11-01', 2],
  ]);
  expect(impact.months.map(({ month, automation }) => [month, automation])).toEqual([
    ['2026-10', 1],
    ['2026-11', 0],
  ]);
});

test('each figure is over the decisions that have it', () => {
  expect(impact.total).toEqual({
    decisions: 4,
    routes: { automated: 2, review: 1, heuristic: 1 },
    automation: 0.5,
    expectedCost: expect.closeTo(1.1 / 3, 12),
    realizedCost: { decisions: 1, mean: 5 },
    // Three decisions with a price, at a half each, less what they are expected to cost.
    avoided: expect.closeTo(1.5 - 1.1, 12),
    estimatedError: expect.closeTo(0.1, 12),
    overrides: { samples: 1, share: 1 },
    reviewMinutes: { reviews: 1, mean: 3 },
    unanswered: 1,
    reviewCost: 0.5,
    infrastructure: expect.closeTo(4 * 10e-6 + 100e-6, 12),
  });
});

test('what is not known is null, and nothing is nought', () => {
  expect(businessImpact('loans', [], [], undefined)).toMatchObject({
    from: null,
    until: null,
    days: [],
    total: { decisions: 0, automation: null, expectedCost: null, realizedCost: null, avoided: null, overrides: null },
  });
});

test('a recovery runs from leaving normal until it is normal again', () => {
  const change = (version: number, minutes: number, to: ModeChange['to'], by = 'plumbline'): ModeChange => ({
    version,
    at: new Date(START + minutes * 60_000).toISOString(),
    from: 'normal',
    to,
    pinned: false,
    reason: `reason ${version}`,
    by,
  });
  const changes = [
    change(3, 9, 'normal'),
    change(1, 2, 'cautious'),
    change(2, 3, 'fallback'),
    change(4, 60, 'halt', 'sub-1'),
  ];
  expect(recoveriesOf(changes)).toEqual([
    {
      from: '2026-10-31T00:02:00.000Z',
      until: '2026-10-31T00:09:00.000Z',
      minutes: 7,
      worst: 'fallback',
      reason: 'reason 1',
      byItself: true,
    },
    {
      from: '2026-10-31T01:00:00.000Z',
      until: null,
      minutes: null,
      worst: 'halt',
      reason: 'reason 4',
      byItself: false,
    },
  ]);
  expect(recoveriesOf([])).toEqual([]);
});
