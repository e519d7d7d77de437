import fc from 'fast-check';
import { type Column, compileColumns, encodeRow, toCsv } from '../../../core/model/encoding';
import { applications, creditRisk, featuresOf, credit } from '../credit';

const encode = (columns: readonly Column[], input: Record<string, unknown>, features: Record<string, unknown> = {}) =>
  encodeRow(compileColumns(columns), { input, features });

test('numbers are taken as they are, truth is 0 or 1', () => {
  expect(encode(['input.a', 'features.a', 'input.b', 'input.c'], { a: 1.5, b: true, c: false }, { a: -2 })).toEqual([
    1.5, -2, 1, 0,
  ]);
});

test('categories are positions or columns of their own, in the order given', () => {
  const columns: Column[] = [
    { from: 'input.size', ordinal: ['s', 'm', 'l'] },
    { from: 'features.colour', oneHot: ['red', 'green', 'blue'] },
  ];
  expect(encode(columns, { size: 'l' }, { colour: 'green' })).toEqual([2, 0, 1, 0]);
});

test.each([undefined, null, 'xl', 7, {}, [], ['s'], 'constructor'])(
  '%j is no known category: missing, not the first one',
  (value) => {
    const columns: Column[] = [
      { from: 'input.x', ordinal: ['s', 'm'] },
      { from: 'input.x', oneHot: ['s', 'm'] },
    ];
    expect(encode(columns, { x: value })).toEqual([NaN, NaN, NaN]);
  },
);

test.each([undefined, null, '7', {}, [7]])('%j is no number: missing', (value) => {
  expect(encode(['input.x'], { x: value })).toEqual([NaN]);
});

test('a missing value is an empty cell, and a row has as many cells as the model expects', () => {
  expect(toCsv([1, NaN, 0, NaN])).toBe('1,,0,');
  const width = creditRisk.model.columns.reduce(
    (sum, c) => sum + (typeof c === 'object' && 'oneHot' in c ? c.oneHot.length : 1),
    0,
  );
  const columns = compileColumns(creditRisk.model.columns);
  for (const row of [0, 350, 699]) {
    const source = { input: applications[row]!.input, features: featuresOf(credit, row).values };
    expect(encodeRow(columns, source)).toHaveLength(width);
    expect(encodeRow(columns, source)).not.toContain(NaN);
  }
  expect(encodeRow(columns, { input: {}, features: {} })).toHaveLength(width);
});

test('every number survives its way through CSV', () => {
  const cell = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.integer());
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1 }), (row) => {
      const cells = toCsv(row)
        .split(',')
        .map((text) => (text === '' ? NaN : Number(text)));
      // The sign of nought is lost, which no model can tell.
      expect(cells).toEqual(row.map((value) => value + 0));
    }),
    { seed: 1 },
  );
});
