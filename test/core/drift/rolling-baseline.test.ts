import type { NumericBaseline } from '../../../core/drift/baseline';
import { baselineFault } from '../../../core/drift/check-baseline';
import { tallyOf } from '../../../core/drift/accumulate';
import { baselineCounter, chooseBins } from '../../../core/drift/build-baseline';
import { rollingBaseline } from '../../../core/drift/rolling-baseline';
import { creditBaseline, creditKinds, creditRows, observationOf, type Row } from './credit-windows';

const HOUR = 3_600_000;
const span = (start: number, ms: number, rows: readonly Row[], baseline = creditBaseline) => ({
  start,
  end: start + ms,
  tally: tallyOf(
    baseline,
    rows.map((row, i) => observationOf(String(i), row)),
  ),
});

test('holds all rows of all spans, in the bins of the baseline that they were counted against', () => {
  const rolled = rollingBaseline(creditBaseline, [
    span(0, 24 * HOUR, creditRows.slice(0, 300)),
    span(24 * HOUR, HOUR, creditRows.slice(300)),
  ])!;
  expect(baselineFault(rolled)).toBeUndefined();
  expect(rolled.rows).toBe(700);
  const { credit_amount: amount, purpose } = rolled.features;
  const amounts = creditRows.map(({ credit_amount }) => Number(credit_amount));
  expect(amount!.mean).toBeCloseTo(amounts.reduce((sum, x) => sum + x) / 700, 6);
  expect(amount).toMatchObject({ edges: (creditBaseline.features.credit_amount as NumericBaseline).edges });
  for (const feature of [amount!, purpose!])
    expect([...feature.counts, feature.other ?? 0, feature.missing].reduce((sum, n) => sum + n)).toBe(700);
});

test('tells the hours of a season apart, by spans that are no longer', () => {
  const kinds = { credit_amount: creditKinds.credit_amount! };
  const rows = creditRows.map((values, i) => ({ values, at: (i % 24) * HOUR }));
  const counter = baselineCounter(chooseBins(rows, kinds), 'day');
  for (const row of rows) counter.add(row);
  const seasonal = counter.finish();
  const rolled = rollingBaseline(seasonal, [
    span(3 * HOUR, HOUR, creditRows.slice(0, 10), seasonal),
    span(27 * HOUR, HOUR, creditRows.slice(10, 15), seasonal),
    span(48 * HOUR, 24 * HOUR, creditRows, seasonal),
  ])!;
  expect(baselineFault(rolled)).toBeUndefined();
  expect(rolled.rows).toBe(15);
  const hours = rolled.features.credit_amount!.seasons!.map(({ counts }) => counts.reduce((sum, n) => sum + n, 0));
  expect(hours).toEqual(Array.from({ length: 24 }, (_, hour) => (hour === 3 ? 15 : 0)));
});

test('of nothing there is none', () => {
  expect(rollingBaseline(creditBaseline, [])).toBeUndefined();
  expect(rollingBaseline(creditBaseline, [span(0, HOUR, [])])).toBeUndefined();
});
