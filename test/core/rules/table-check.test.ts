import fc from 'fast-check';
import type { Problem } from '../../../core/problem';
import type { Scalar } from '../../../core/pipeline/definition';
import type { DecisionTable, Hit, TableRow } from '../../../core/rules/decision-table';
import { tableProblems } from '../../../core/rules/table-check';
import { type Domain, domainOf } from '../../../core/rules/table-domain';
import { DOMAINS, SMALL, type Values, combinations, matching, smallTable } from './small-tables';

const DOMAIN: Record<string, Domain> = {
  purpose: { type: 'string', values: ['new car', 'used car', 'business'] },
  amount: { type: 'int', minimum: 1, maximum: 20_000 },
  rate: { type: 'double' },
  city: { type: 'string' },
  vip: { type: 'bool' },
};
const table = (hit: Hit, rows: TableRow['when'][], rest: object = {}): DecisionTable => ({
  table: 'limits',
  hit,
  inputs: Object.fromEntries(Object.keys(DOMAIN).map((name) => [name, `input.${name}`])),
  rows: rows.map((when) => ({ when })),
  ...rest,
});
const text = (problems: readonly Problem[]) =>
  problems.map(({ code, path, message }) => `${code} ${path}: ${message}`).join('\n');
const check = (hit: Hit, rows: TableRow['when'][], rest: object = { otherwise: 'pass' }, domains = DOMAIN) =>
  text(tableProblems(table(hit, rows, rest), domains));

describe('the example of a sound table', () => {
  const rows: TableRow['when'][] = [
    { purpose: ['new car', 'used car'], amount: '> 10000' },
    { purpose: 'business', amount: '[5000..10000)' },
  ];

  test('has no problem, whatever the hit policy', () => {
    for (const hit of ['unique', 'first', 'collect'] as const) expect(check(hit, rows)).toBe('');
  });

  test('without otherwise, it lacks what no row matches, and shows a case', () => {
    expect(check('unique', rows, {})).toBe(
      'TABLE_INCOMPLETE rows: none matches purpose "new car", amount 1. Add a row for it. Or write otherwise: \'pass\', ' +
        'which leaves what no row matches to the rules after the table and the policy.',
    );
  });

  test('with otherwise, it must lack something', () => {
    expect(check('first', [...rows, {}])).toBe(
      'TABLE_OTHERWISE otherwise: never applies: the rows match every combination. Leave it out.',
    );
    expect(check('first', [...rows, {}], {})).toBe('');
  });
});

describe('a cell is refused', () => {
  test.each<[TableRow['when'], RegExp]>([
    [{ amout: 5 }, /^TABLE_INPUT rows\[0\]\.when\.amout: "amout" is none of .*vip\. Did you mean "amount"\?$/],
    [{ constructor: 5 } as never, /^TABLE_INPUT rows\[0\]\.when\.constructor: "constructor" is none of/],
    [{ amount: '> ten' }, /^TABLE_CELL rows\[0\]\.when\.amount: "> ten" is not a test of a whole number/],
    [{ amount: 'business' }, /^TABLE_CELL rows\[0\]\.when\.amount: "business" is not a test of a whole number/],
    [{ purpose: true }, /^TABLE_CELL rows\[0\]\.when\.purpose: true is not a text/],
    [{ purpose: 'new carr' }, /^TABLE_VALUE .*purpose: "new carr" is none of .*business\. Did you mean "new car"\?$/],
    [{ purpose: { not: 'new carr' } }, /^TABLE_VALUE .*purpose: "new carr" is none of/],
    [
      { amount: ['< 5', '> 20000'] },
      /^TABLE_VALUE rows\[0\]\.when\.amount: "> 20000" takes no value that amount can have: >= 1 and <= 20000\.$/,
    ],
    [{ amount: 0 }, /^TABLE_VALUE .*amount: 0 takes no value/],
    [{ vip: { not: [true, false] } }, /^TABLE_VALUE .*vip: leaves out every value that vip can have\.$/],
    [{ amount: { not: '[0..20000]' } }, /^TABLE_VALUE .*amount: leaves out every value that amount can have\.$/],
  ])('%j', (when, says) => {
    for (const hit of ['unique', 'first', 'collect'] as const) expect(check(hit, [when])).toMatch(says);
  });

  test('every one of them, while the other rows are still compared', () => {
    expect(
      check('unique', [{ amount: 'x', purpose: 'y' }, { vip: true }, { amount: '(1..2)' }, { vip: true }], {}),
    ).toMatch(
      /^TABLE_CELL rows\[0\]\.when\.amount.*\nTABLE_VALUE rows\[0\]\.when\.purpose.*\nTABLE_CELL rows\[2\]\.when\.amount.*\nTABLE_OVERLAP rows\[3\]: overlaps rows\[1\]: both match vip true\.$/,
    );
  });

  test('but a row with a problem covers and misses nothing', () => {
    expect(check('first', [{ amount: 'x' }, {}], {})).not.toMatch(/UNREACHABLE|INCOMPLETE/);
    expect(check('first', [{ amount: 'x' }], {})).not.toMatch(/INCOMPLETE/);
  });

  test('where the domain of its input is not known, the other cells are still checked', () => {
    const { amount: _, ...known } = DOMAIN;
    expect(check('unique', [{ amount: 'x', vip: 'x' }, {}, {}], {}, known)).toMatch(
      /^TABLE_CELL rows\[0\]\.when\.vip.*$/,
    );
  });
});

describe('rows of a unique table may not overlap', () => {
  test('both are named, with a case', () => {
    expect(check('unique', [{ purpose: 'new car' }, { amount: '> 10000' }])).toBe(
      'TABLE_OVERLAP rows[1]: overlaps rows[0]: both match purpose "new car", amount 10001.',
    );
  });

  test('and the others with them', () => {
    const rows = ['> 1', '> 2', '> 3', '> 4', '> 5', '> 6', '> 7'].map((amount) => ({ amount }));
    expect(check('unique', rows).split('\n').at(-1)).toBe(
      'TABLE_OVERLAP rows[6]: overlaps rows[0]: both match amount 8. It also overlaps rows[1], rows[2], rows[3], rows[4] ' +
        'and 1 more.',
    );
    expect(check('first', rows.toReversed())).toBe('');
  });

  test('not even for values that no row names', () => {
    expect(check('unique', [{ city: { not: 'Bonn' } }, { city: { not: 'Kiel' } }], {})).toBe(
      'TABLE_OVERLAP rows[1]: overlaps rows[0]: both match city any other text.',
    );
    expect(check('unique', [{}, {}], {})).toBe('TABLE_OVERLAP rows[1]: overlaps rows[0]: both match any values.');
  });

  test.each<[TableRow['when'], TableRow['when']]>([
    [{ amount: '< 5' }, { amount: '>= 5' }],
    [{ amount: '(4..6)' }, { amount: ['<= 4', '>= 6'] }],
    [{ rate: '[0..1)' }, { rate: '[1..2)' }],
    [{ rate: '> 0' }, { rate: '<= 0' }],
    [{ rate: '< 0.3' }, { rate: 0.3 }],
    [{ city: 'Bonn' }, { city: { not: ['Bonn', 'Kiel'] } }],
  ])('%j and %j do not', (a, b) => expect(check('unique', [a, b])).not.toMatch('OVERLAP'));
});

describe('a row of a first table must be reached', () => {
  test.each<[TableRow['when'][], RegExp]>([
    [
      [{ amount: '> 5' }, { amount: '> 6', vip: true }],
      /^TABLE_UNREACHABLE rows\[1\]: is never .* rows\[0\] matches all/,
    ],
    [
      [{ vip: true }, { vip: false }, {}],
      /^TABLE_UNREACHABLE rows\[2\]: .* before it, rows\[0\], rows\[1\] together match/,
    ],
    [[{ amount: '<= 4' }, { amount: '>= 5' }, { vip: true }], /^TABLE_UNREACHABLE rows\[2\]/],
  ])('%j', (rows, says) => expect(check('first', rows)).toMatch(says));

  test('which a gap between doubles is enough for', () => {
    expect(check('first', [{ rate: '<= 4' }, { rate: '>= 5' }, { vip: true }])).toBe('');
    expect(check('first', [{ rate: '< 4' }, { rate: '> 4' }, { rate: 4 }], {})).toBe('');
  });
});

test('a row of a collect table may not repeat another, however it is written', () => {
  expect(
    check('collect', [{ amount: '> 4', vip: true }, { vip: [true] }, { vip: { not: false }, amount: '>= 5' }]),
  ).toBe('TABLE_REPEATED rows[2].when: matches exactly what rows[0] matches. Keep one of them.');
});

describe('a table without otherwise is complete', () => {
  const complete = (rows: TableRow['when'][]) => check('first', rows, {}).replace(/ Add a row.*/s, '');

  test.each<[TableRow['when'][], string]>([
    [[{ amount: '<= 4' }, { amount: '>= 5' }], ''],
    [[{ rate: '<= 4' }, { rate: '>= 5' }], 'TABLE_INCOMPLETE rows: none matches rate 4.1.'],
    [[{ rate: '< 4' }, { rate: '> 4' }], 'TABLE_INCOMPLETE rows: none matches rate 4.'],
    [[{ rate: '< 4' }, { rate: '>= 4' }], ''],
    [[{ amount: '[1..20000]' }], ''],
    [[{ amount: '[1..20000)' }], 'TABLE_INCOMPLETE rows: none matches amount 20000.'],
    [[{ purpose: 'business' }, { purpose: ['new car', 'used car'] }], ''],
    [[{ city: 'Bonn' }, { city: ['Kiel'] }], 'TABLE_INCOMPLETE rows: none matches city any other text.'],
    [[{ city: 'Bonn' }, { city: { not: 'Bonn' } }], ''],
    [
      [{ vip: true }, { vip: false, purpose: 'business' }],
      'TABLE_INCOMPLETE rows: none matches purpose "new car", vip false.',
    ],
  ])('%j', (rows, says) => expect(complete(rows)).toBe(says));
});

describe('a table is refused', () => {
  const shape = (rest: object) => text(tableProblems({ ...table('first', [{}]), ...rest } as DecisionTable, DOMAIN));
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, 'input.x']));

  test.each([
    ['no inputs', { inputs: undefined }, /^TABLE_INPUTS inputs: must name from 1 to 20 expressions/],
    ['inputs in a list', { inputs: ['input.amount'] }, /^TABLE_INPUTS inputs/],
    ['an empty set of inputs', { inputs: {} }, /^TABLE_INPUTS inputs/],
    ['21 inputs', { inputs: many(21) }, /^TABLE_INPUTS inputs/],
    ['several faults', { inputs: {}, rows: 1 }, /^TABLE_INPUTS inputs.*\nTABLE_SIZE rows/],
    ['rows in an object', { rows: {} }, /^TABLE_SIZE rows: must be a list of 1 to 200 rows\.$/],
    ['no rows', { rows: [] }, /^TABLE_SIZE rows/],
    ['201 rows', { rows: Array(201).fill({ when: {} }) }, /^TABLE_SIZE rows/],
    [
      'rows without cells',
      { rows: [{ when: {} }, { if: {} }, null] },
      /^TABLE_ROW rows\[1\]\.when: .*\nTABLE_ROW rows\[2\]/,
    ],
    ['an unknown hit policy', { hit: 'firs' }, /^TABLE_HIT hit: "firs" is none of .*collect\. Did you mean "first"\?$/],
    ['another otherwise', { otherwise: 'review' }, /^TABLE_OTHERWISE otherwise: "review" is none of pass\./],
  ])('because of %s', (_, rest, says) => expect(shape(rest)).toMatch(says));

  test('but not for 20 inputs and 200 rows', () => {
    const rows = Array.from({ length: 200 }, (_, rate) => ({ when: { rate } }));
    expect(shape({ rows, inputs: { ...many(19), rate: 'input.rate' }, otherwise: 'pass' })).toBe('');
  });

  test('because it tests too many values', () => {
    const cells = (count: number) => [{ when: { rate: Array.from({ length: count }, (_, i) => i) } }];
    expect(shape({ rows: cells(5000), otherwise: 'pass' })).toBe('');
    expect(shape({ rows: cells(5001) })).toBe('TABLE_SIZE rows: test 5001 values; a table can test 5000. Split it.');
  });
});

describe('what takes a search', () => {
  test('is found out: nine clerks, each at one of five desks, some two of them at one', () => {
    const clerks = Array.from({ length: 9 }, (_, i) => `clerk${i}`);
    const pairs = clerks.flatMap((a, i) => clerks.slice(i + 1).map((b) => [a, b] as const));
    const rows = pairs.flatMap(([a, b]) =>
      Array.from({ length: 5 }, (_, desk) => ({ when: { [a]: desk, [b]: desk } })),
    );
    const inputs = Object.fromEntries(clerks.map((clerk) => [clerk, `input.${clerk}`]));
    const domains = (desks: number) =>
      Object.fromEntries(
        clerks.map((clerk): [string, Domain] => [clerk, { type: 'int', minimum: 0, maximum: desks - 1 }]),
      );
    const desks = { table: 'desks', hit: 'collect', inputs, rows } as const;
    expect(tableProblems(desks, domains(5))).toEqual([]);
    expect(text(tableProblems(desks, domains(6)))).toMatch(/^TABLE_INCOMPLETE rows: none matches clerk0 5/);
  });

  test('has a bound, beyond which the check says that it does not know', () => {
    let state = 1;
    const below = (end: number) => (state = (state * 48_271) % 0x7fffffff) % end;
    const names = Array.from({ length: 20 }, (_, i) => `x${i}`);
    const cell = () => [`x${below(20)}`, `${below(2) === 0 ? '>' : '<'} ${450 + below(100)}`];
    const rows = Array.from({ length: 200 }, () => ({ when: Object.fromEntries([cell(), cell(), cell()]) }));
    const inputs = Object.fromEntries(names.map((name) => [name, `input.${name}`]));
    const domains = Object.fromEntries(names.map((name): [string, Domain] => [name, { type: 'double' }]));
    const codes = (rest: Pick<DecisionTable, 'hit' | 'otherwise'>) => [
      ...new Set(tableProblems({ table: 'tangle', inputs, rows, ...rest }, domains).map(({ code }) => code)),
    ];
    expect(codes({ hit: 'collect' })).toEqual(['TABLE_TOO_COMPLEX']);
    expect(codes({ hit: 'collect', otherwise: 'pass' })).toEqual([]);
    expect(codes({ hit: 'first', otherwise: 'pass' })).toEqual(['TABLE_UNREACHABLE', 'TABLE_TOO_COMPLEX']);
  });
});

describe('agrees with trying every combination', () => {
  /** Checks a table; the problems of comparing rows, by path. */
  const compared = (table: DecisionTable) => {
    const problems = tableProblems(table, DOMAINS);
    fc.pre(problems.every(({ code }) => code !== 'TABLE_CELL' && code !== 'TABLE_VALUE'));
    return (code: string) => new Map(problems.filter((one) => one.code === code).map((one) => [one.path, one.message]));
  };
  const all = ({ inputs }: DecisionTable, held?: Values) => combinations(Object.keys(inputs), held);
  const paths = (rows: readonly number[]) => rows.map((row) => `rows[${row}]`);
  /** The values that a message names after "match" or "matches". */
  const shown = (message: string): Values =>
    Object.fromEntries(
      [...message.matchAll(/(\w+) ("\w+"|any other text|true|false|-?\d+(?:\.\d+)?)(?=[,.] |\.?$)/g)]
        .filter(([, name]) => name! in SMALL)
        .map(([, name, value]) => [name, value === 'any other text' ? value : (JSON.parse(value!) as Scalar)]),
    );
  const counts = { found: 0, none: 0 };
  beforeEach(() => Object.assign(counts, { found: 0, none: 0 }));
  afterEach(() => {
    expect(counts.found).toBeGreaterThan(50);
    expect(counts.none).toBeGreaterThan(50);
  });
  const tally = (found: boolean) => (found ? counts.found++ : counts.none++);

  test('which rows overlap, and the case shown is one', () => {
    fc.assert(
      fc.property(smallTable(['unique']), (table) => {
        const overlaps = compared(table)('TABLE_OVERLAP');
        const together = all(table).map((values) => matching(table, values));
        const expected = [...table.rows.keys()].filter((row) =>
          together.some((rows) => rows.includes(row) && rows[0]! < row),
        );
        expect([...overlaps.keys()]).toEqual(paths(expected));
        for (const [path, message] of overlaps) {
          const other = /overlaps (rows\[\d\]): /.exec(message)![1]!;
          for (const values of all(table, shown(message)))
            expect(paths(matching(table, values))).toEqual(expect.arrayContaining([path, other]));
        }
        tally(overlaps.size > 0);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('which rows are never reached, and what covers them does', () => {
    fc.assert(
      fc.property(smallTable(['first']), (table) => {
        const unreachable = compared(table)('TABLE_UNREACHABLE');
        const hits = new Set(all(table).map((values) => matching(table, values)[0]));
        expect([...unreachable.keys()]).toEqual(paths([...table.rows.keys()].filter((row) => !hits.has(row))));
        for (const [path, message] of unreachable) {
          const named = [...message.matchAll(/rows\[(\d)\]/g)].map(([, row]) => Number(row));
          const row = Number(/\d/.exec(path)![0]);
          for (const values of all(table)) {
            const rows = matching(table, values);
            if (rows.includes(row) && !message.includes('more'))
              expect(rows.some((one) => named.includes(one))).toBe(true);
          }
        }
        tally(unreachable.size > 0);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test('which rows repeat another', () => {
    fc.assert(
      fc.property(smallTable(['collect']), (table) => {
        const repeated = compared(table)('TABLE_REPEATED');
        const matched = (row: number) =>
          JSON.stringify(all(table).map((values) => matching(table, values).includes(row)));
        const rows = [...table.rows.keys()];
        const expected = rows.filter((row) => rows.slice(0, row).some((other) => matched(other) === matched(row)));
        expect([...repeated.keys()]).toEqual(paths(expected).map((path) => `${path}.when`));
        tally(repeated.size > 0);
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });

  test('whether a combination is missing, and the case shown is', () => {
    fc.assert(
      fc.property(smallTable(['unique', 'first', 'collect']), fc.boolean(), (bare, passes) => {
        const table: DecisionTable = passes ? { ...bare, otherwise: 'pass' } : bare;
        const problems = compared(table);
        const missing = all(table).some((values) => matching(table, values).length === 0);
        const incomplete = problems('TABLE_INCOMPLETE').get('rows');
        expect(incomplete !== undefined).toBe(missing && !passes);
        expect(problems('TABLE_OTHERWISE').size).toBe(!missing && passes ? 1 : 0);
        if (incomplete !== undefined)
          for (const values of all(table, shown(incomplete.replace(/ Add a row.*/s, ''))))
            expect(matching(table, values)).toEqual([]);
        tally(missing);
      }),
      { seed: 4, numRuns: 1_000 },
    );
  });
});

test('no JSON value in place of a part makes the check throw', () => {
  const part = fc.oneof(fc.jsonValue(), fc.constant(undefined));
  fc.assert(
    fc.property(fc.constantFrom('hit', 'inputs', 'rows', 'when', 'cell', 'otherwise'), part, (name, value) => {
      const row = name === 'when' ? { when: value } : { when: name === 'cell' ? { amount: value } : { amount: '> 5' } };
      const whole = { ...table('first', []), rows: [row], [name]: value } as DecisionTable;
      for (const { code, message } of tableProblems(whole, DOMAIN)) expect([code, message]).not.toContain('');
    }),
    { seed: 5, numRuns: 500 },
  );
});

describe('the domain of a schema', () => {
  test.each<[Parameters<typeof domainOf>, Domain]>([
    [['int', { type: 'integer', minimum: 1, maximum: 9, title: 'x' }], { type: 'int', minimum: 1, maximum: 9 }],
    [
      ['double', { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }],
      { type: 'double', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    ],
    [['string', { type: 'string', enum: ['a', 'b', 1, null] }], { type: 'string', values: ['a', 'b'] }],
    [['int', { type: 'integer', enum: [1, 2.5, 3] }], { type: 'int', values: [1, 3] }],
    [['bool', { type: 'boolean', const: true }], { type: 'bool', values: [true] }],
    [['double', undefined], { type: 'double' }],
    [['string', { enum: 'a' as never, minimum: '1' }], { type: 'string' }],
  ])('%j', (given, domain) => expect(domainOf(...given)).toEqual(domain));

  test('bounds an enum by its ends too', () => {
    const domains = { ...DOMAIN, amount: domainOf('int', { enum: [1, 5, 9], minimum: 2, exclusiveMaximum: 9 }) };
    expect(check('first', [{ amount: 5 }], {}, domains)).toBe('');
    expect(check('first', [{ amount: 9 }], {}, domains)).toMatch(/^TABLE_VALUE .*9 takes no value .*: 1, 5, 9\.$/);
  });

  test('a single truth value is all there is', () => {
    expect(check('first', [{ vip: true }], {}, { ...DOMAIN, vip: domainOf('bool', { const: true }) })).toBe('');
  });
});
