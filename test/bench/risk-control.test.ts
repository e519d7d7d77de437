import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, tableOf } from '../../bench/risk-control';

const comparisons = compare(200);
const at = (alpha: number) => comparisons.find((one) => one.alpha === alpha)!;

test.each([0.1, 0.15, 0.2, 0.25, 0.3])('at most %d are wrong in nine of ten splits of real applications', (alpha) => {
  expect(at(alpha).guaranteed.within).toBeGreaterThanOrEqual(0.9);
});

test.each([0.2, 0.25, 0.3])('at %d more is automated than by trusting each probability alone', (alpha) => {
  const { guaranteed, fixed } = at(alpha);
  expect(guaranteed.automated).toBeGreaterThan(fixed.automated * 1.2);
});

test('the threshold that was right on the rows at hand breaks the promise as often as not', () => {
  for (const alpha of [0.1, 0.15, 0.2, 0.25]) expect(at(alpha).naive.within).toBeLessThan(0.6);
});

test('the documentation shows this very table', () => {
  const document = readFileSync(join(__dirname, '../../docs/risk-control.md'), 'utf8');
  const rows = (table: string) => table.split('\n').map((line) => line.replace(/[ -]+/g, ''));
  const shown = rows(document);
  for (const row of rows(tableOf(comparisons))) expect(shown).toContain(row);
});
