import { renderCalibration } from '../../../bin/report/render-calibration';
import { readMarkup } from './markup';
import { sampleReliability } from './sample-report';

const CONTEXT = {
  title: 'credit-risk',
  dataFile: 'german-credit.csv',
  generatedAt: '2026-11-23T09:00:00.000Z',
  command: 'plumbline calibrate .',
  method: 'Platt scaling',
};
const [before, after] = [sampleReliability((p) => p ** 0.5), sampleReliability()];
const page = renderCalibration(before, after, CONTEXT);
const { elements, text } = readMarkup(page);

test('tells what calibration changed', () => {
  expect(text).toMatch(/Calibration brings the mean distance .* from 20\.1 to 3\.0 percentage points\./);
  expect(text).toContain('Platt scaling, over 700\u00a0rows of german-credit.csv');
  expect(text).toMatch(/Brier score \(less is better\)\s*0\.1912\s*0\.1470\s*−0\.0441/);
  expect(text).toMatch(/AUC \(more is better\)\s*0\.8292\s*0\.8292\s*0\.0000/);
});

test('says when it does not help', () => {
  const told = (from: typeof before, to: typeof before) => readMarkup(renderCalibration(from, to, CONTEXT)).text;
  expect(told(after, before)).toContain(
    'Calibration gains nothing on these rows: it takes the log loss from 0.452 to 0.565',
  );
  // The error may fall by chance while the probabilities get worse, and the other way round.
  expect(told({ ...after, ece: 0.5 }, before)).toContain('Calibration gains nothing');
  expect(told({ ...before, ece: 0 }, after)).toContain(
    'lowers the log loss from 0.565 to 0.452; the calibration error',
  );
});

test('shows both diagrams', () => {
  expect(elements.filter(({ name }) => name === 'figure').map(({ attributes }) => attributes.id)).toEqual([
    'before',
    'after',
  ]);
  const ids = elements.flatMap(({ attributes }) => (attributes.id === undefined ? [] : [attributes.id]));
  expect(new Set(ids).size).toBe(ids.length);
});

test('is the same for the same figures', () => {
  expect(renderCalibration(before, after, CONTEXT)).toBe(page);
});
