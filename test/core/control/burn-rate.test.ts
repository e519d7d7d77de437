import { burnRates } from '../../../core/control/burn-rate';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse('2026-11-28T12:00:00Z');

/** Windows of a minute, newest first; `failing` says how many of the hundred decisions of each had no answer. */
const minutes = (count: number, failing: (ago: number) => number, rows = 100) =>
  Array.from({ length: count }, (_, ago) => ({
    window: NOW - (ago + 1) * MINUTE,
    tally: {
      rows,
      reasons: new Map([['MODEL_UNANSWERED', failing(ago)]]),
      totalMs: new Map([
        [40, rows - 1],
        [900, 1],
      ]),
    },
  }));
const answered = (recent: ReturnType<typeof minutes>) =>
  burnRates({ answered: 0.99 }, recent, NOW, 800).get('answered')!;

test('nothing fails, nothing burns; no decision, no burn', () => {
  expect(answered(minutes(60, () => 0))).toBe(0);
  expect(answered([])).toBe(0);
});

test('is 1 exactly where a fiftieth of a month’s budget goes in an hour', () => {
  // 14.4 % of failures are 14.4 times the 1 % that are allowed.
  expect(answered(minutes(60, () => 14.4))).toBeCloseTo(1, 9);
  expect(answered(minutes(60, () => 28.8))).toBeCloseTo(2, 9);
});

test('what is over burns no more, once the short window is well', () => {
  expect(answered(minutes(60, (ago) => (ago < 4 ? 0 : 60)))).toBeGreaterThan(1);
  expect(answered(minutes(60, (ago) => (ago < 5 ? 0 : 30)))).toBeLessThan(1);
});

test('a slow burn is seen over hours', () => {
  const hours = Array.from({ length: 72 }, (_, ago) => ({
    window: NOW - (ago + 1) * HOUR,
    tally: { rows: 6_000, reasons: new Map([['MODEL_UNANSWERED', 90]]), totalMs: new Map<number, number>() },
  }));
  expect(answered(hours)).toBeCloseTo(1.5, 9);
});

test('a few failures of a quiet night call nobody', () => {
  expect(answered(minutes(60, (ago) => (ago === 0 ? 1 : 0), 1))).toBe(0);
  expect(answered(minutes(60, (ago) => (ago < 10 ? 1 : 0), 1))).toBeGreaterThan(1);
});

test('each objective counts what misses it', () => {
  const rates = burnRates(
    { answered: 0.9, inDeadline: 0.999 },
    minutes(60, () => 5),
    NOW,
    800,
  );
  expect(rates.get('answered')).toBeLessThan(1);
  // One late of a hundred is ten times what is allowed, and 14.4 times is too much.
  expect(rates.get('inDeadline')).toBeCloseTo(10 / 14.4, 9);
  expect(
    burnRates(
      {},
      minutes(60, () => 50),
      NOW,
      800,
    ).size,
  ).toBe(0);
});
