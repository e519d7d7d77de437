import fc from 'fast-check';
import { compileTable } from '../../../core/rules/decision-table';
import { explainTable } from '../../../core/rules/explain-table';
import { above, below } from '../../../core/rules/number-range';
import { type Cell, parseCell } from '../../../core/rules/table-cells';
import { SMALL, TYPES, combinations, matching, smallTable } from './small-tables';

const table = compileTable(
  {
    table: 'limits',
    hit: 'first',
    inputs: { purpose: 'input.purpose', amount: 'input.amount', rate: 'input.rate' },
    rows: [
      { when: { purpose: ['new car', 'used car'], amount: '> 10000' } },
      { when: { purpose: 'business', rate: '< 0.05' } },
      { when: {} },
    ],
  },
  { purpose: 'string', amount: 'int', rate: 'double' },
);

test('each row says which cells failed, on which value, and how far a number is from what they take', () => {
  expect(explainTable(table, { purpose: 'new car', amount: 9_500, rate: 0.05 })).toEqual([
    {
      row: 0,
      matches: false,
      failed: [{ input: 'amount', cell: '> 10000', value: 9_500, distance: 501 }],
      missing: [],
    },
    {
      row: 1,
      matches: false,
      failed: [
        { input: 'purpose', cell: 'business', value: 'new car' },
        { input: 'rate', cell: '< 0.05', value: 0.05, distance: 0 },
      ],
      missing: [],
    },
    { row: 2, matches: true, failed: [], missing: [] },
  ]);
});

test('and which values it misses, even after a cell that failed', () => {
  expect(explainTable(table, { purpose: 'business' })).toMatchObject([
    { row: 0, matches: false, failed: [{ input: 'purpose' }], missing: ['amount'] },
    { row: 1, matches: undefined, failed: [], missing: ['rate'] },
    { row: 2, matches: true, missing: [] },
  ]);
});

describe('the distance', () => {
  const distance = (type: 'int' | 'double', cell: Cell, value: number) => {
    const compiled = compileTable(
      { table: 't', hit: 'first', inputs: { x: '' }, rows: [{ when: { x: cell } }] },
      { x: type },
    );
    return explainTable(compiled, { x: value })[0]!.failed[0]?.distance;
  };

  test.each<['int' | 'double', Cell, number, number]>([
    ['int', '> 5', 5, 1],
    ['double', '> 5', 5, 0],
    ['double', '> 5', 3.5, 1.5],
    ['int', '(2..8]', 0, 3],
    ['int', '(2..8]', 9, 1],
    ['int', [1, '> 5'], 4, 2],
    ['int', [1, '> 5'], 2, 1],
    ['int', { not: '[2..8]' }, 4, 3],
    ['double', { not: '[2..8]' }, 4, 2],
    ['double', { not: ['[2..5]', '(4..8)'] }, 4.5, 2.5],
    ['double', { not: 3 }, 3, 0],
    ['int', { not: 3 }, 3, 1],
    ['int', { not: '> 5' }, 7, 2],
  ])('of type %s to %j from %d is %d', (type, cell, value, expected) => {
    expect(distance(type, cell, value)).toBe(expected);
  });

  const cells = fc
    .tuple(fc.array(SMALL.whole!.test, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([tests, negated]): Cell => (negated ? { not: tests } : tests));

  test('is that of the nearest whole number that the cell takes', () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: -1, max: 6 }), (cell, value) => {
        const parsed = parseCell('int', cell);
        fc.pre('cell' in parsed);
        const { has } = parsed.cell;
        const near = [...Array(9).keys()].filter((step) => has(value - step) || has(value + step));
        fc.pre(near.length > 0);
        expect(distance('int', cell, value) ?? 0).toBe(near[0]);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('among doubles it reaches a number that the cell takes, or its very bound, and nothing nearer is taken', () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: -2, max: 12 }), (cell, half) => {
        const value = half / 2;
        const parsed = parseCell('double', cell);
        fc.pre('cell' in parsed && !parsed.cell.has(value));
        const { has } = parsed.cell;
        const reached = distance('double', cell, value)!;
        fc.pre(Number.isFinite(reached));
        const ends = [value - reached, value + reached];
        expect(ends.some((end) => has(end) || has(above('double', end)) || has(below('double', end)))).toBe(true);
        if (reached > 0) expect([value - reached / 2, value + reached / 2].some(has)).toBe(false);
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});

test('agrees with the match on every combination', () => {
  fc.assert(
    fc.property(smallTable(['collect']), (table) => {
      fc.pre(
        table.rows.every(({ when }) =>
          Object.entries(when).every(([name, cell]) => 'cell' in parseCell(TYPES[name]!, cell)),
        ),
      );
      const compiled = compileTable(table, TYPES);
      for (const values of combinations(Object.keys(table.inputs))) {
        const rows = explainTable(compiled, values);
        expect(rows.filter(({ matches }) => matches).map(({ row }) => row)).toEqual(matching(table, values));
        for (const { matches, failed } of rows) expect(matches).toBe(failed.length === 0);
      }
    }),
    { seed: 3, numRuns: 200 },
  );
});
