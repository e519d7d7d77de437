import fc from 'fast-check';
import { type DecisionTable, type Hit, type TableRow, compileTable } from '../../../core/rules/decision-table';
import { tableProblems } from '../../../core/rules/table-check';
import { DOMAINS, TYPES, combinations, matching, smallTable } from './small-tables';

const HITS: readonly Hit[] = ['unique', 'first', 'collect'];
const limits = (hit: Hit, ...rows: TableRow['when'][]) =>
  compileTable(
    {
      table: 'limits',
      hit,
      inputs: { purpose: 'input.purpose', amount: 'input.amount' },
      rows: rows.map((when) => ({ when })),
    },
    { purpose: 'string', amount: 'int' },
  );
const car = { purpose: ['new car', 'used car'], amount: '> 10000' };
const large = { amount: '> 5000' };

describe('the rows that hit', () => {
  const values = { purpose: 'new car', amount: 12_000 };

  test.each<[Hit, number[]]>([
    ['first', [1]],
    ['collect', [1, 2]],
  ])('%s', (hit, rows) => {
    expect(limits(hit, { purpose: 'business' }, car, large).match(values)).toEqual({ rows });
  });

  test('are none where no row matches', () => {
    for (const hit of HITS) expect(limits(hit, car).match({ ...values, amount: 10_000 })).toEqual({ rows: [] });
  });

  test('a row without cells matches whatever is there', () => {
    for (const hit of HITS) expect(limits(hit, {}).match({})).toEqual({ rows: [0] });
  });

  test('a member that JSON would leave out is no cell', () => {
    const when = { purpose: 'business', amount: undefined } as unknown as TableRow['when'];
    expect(limits('first', when).match({ purpose: 'business' })).toEqual({ rows: [0] });
  });
});

describe('a missing value', () => {
  test('does not matter to a row that another cell rules out, nor to one that does not ask for it', () => {
    const table = limits('unique', car, { purpose: 'business' });
    expect(table.match({ purpose: 'business' })).toEqual({ rows: [1] });
    expect(table.match({ purpose: 'other' })).toEqual({ rows: [] });
  });

  test('keeps the table from telling where a row depends on it', () => {
    expect(limits('unique', car, { purpose: 'business' }).match({ purpose: 'new car' })).toEqual({ unresolved: [0] });
    expect(limits('collect', large, { purpose: 'new car' }).match({ purpose: 'new car' })).toEqual({ unresolved: [0] });
  });

  test('does not matter to the first row when it only concerns later ones', () => {
    expect(limits('first', { purpose: 'new car' }, large).match({ purpose: 'new car' })).toEqual({ rows: [0] });
    expect(limits('first', large, { purpose: 'new car' }).match({ purpose: 'new car' })).toEqual({ unresolved: [0] });
  });

  test.each([undefined, null, '12000', true, [12_000]])('is also one of another type: %j', (amount) => {
    expect(limits('first', { amount: { not: 5 } }).match({ amount })).toEqual({ unresolved: [0] });
  });
});

test('a table that did not pass its check is not compiled', () => {
  expect(() => limits('first', {}, { amount: '> ten' })).toThrow(/^rows\[1\]\.when\.amount: "> ten" is not a test/);
});

/** Small tables whose cells can be read, and where one is unique, without overlaps. */
const sound = (table: DecisionTable) =>
  tableProblems(table, DOMAINS).every(({ code }) => !['TABLE_CELL', 'TABLE_VALUE', 'TABLE_OVERLAP'].includes(code));
const hit = (table: DecisionTable, rows: number[]) => (table.hit === 'first' ? rows.slice(0, 1) : rows);

test('agrees with a plain reading of the table on every combination', () => {
  let tables = 0;
  fc.assert(
    fc.property(smallTable(HITS), (table) => {
      fc.pre(sound(table));
      tables++;
      const compiled = compileTable(table, TYPES);
      for (const values of combinations(Object.keys(table.inputs)))
        expect(compiled.match(values)).toEqual({ rows: hit(table, matching(table, values)) });
    }),
    { seed: 1, numRuns: 300 },
  );
  expect(tables).toBe(300);
});

test('with values missing, it gives rows only if they are those of every completion, and else none is', () => {
  const known = { resolved: 0, unresolved: 0 };
  fc.assert(
    fc.property(smallTable(HITS), fc.infiniteStream(fc.boolean()), (table, isMissing) => {
      fc.pre(sound(table));
      const names = Object.keys(table.inputs);
      const compiled = compileTable(table, TYPES);
      const missing = names.filter(() => isMissing.next().value);
      for (const values of combinations(names.filter((name) => !missing.includes(name)))) {
        const match = compiled.match(values);
        const completions = combinations(names, values).map((all) => JSON.stringify(hit(table, matching(table, all))));
        if ('rows' in match) {
          known.resolved++;
          expect(new Set(completions)).toEqual(new Set([JSON.stringify(match.rows)]));
        } else if (new Set(completions).size > 1) known.unresolved++;
        // A cell that takes all values cannot tell a missing one either: it may be missing for good.
        else expect(match.unresolved.some((row) => takesAll(table, row, missing))).toBe(true);
      }
    }),
    { seed: 2, numRuns: 500 },
  );
  expect(known.resolved).toBeGreaterThan(500);
  expect(known.unresolved).toBeGreaterThan(500);
});

/** Whether a row's cells on some inputs take every combination of them. */
function takesAll({ rows, ...table }: DecisionTable, row: number, names: readonly string[]): boolean {
  const when = Object.fromEntries(Object.entries(rows[row]!.when).filter(([name]) => names.includes(name)));
  return combinations(names).every((values) => matching({ ...table, rows: [{ when }] }, values).length === 1);
}

test('in a unique table the order of rows does not matter', () => {
  fc.assert(
    fc.property(smallTable(['unique']), (table) => {
      fc.pre(sound(table));
      const names = Object.keys(table.inputs);
      const turned = compileTable({ ...table, rows: table.rows.toReversed() }, TYPES);
      const compiled = compileTable(table, TYPES);
      const back = (rows: readonly number[]) => rows.map((row) => table.rows.length - 1 - row).toReversed();
      for (const values of [...combinations(names), ...combinations(names.slice(1)), {}]) {
        const [a, b] = [compiled.match(values), turned.match(values)];
        expect('rows' in b ? { rows: back(b.rows) } : { unresolved: back(b.unresolved) }).toEqual(a);
        if ('rows' in a) expect(a.rows.length).toBeLessThanOrEqual(1);
      }
    }),
    { seed: 3, numRuns: 300 },
  );
});
