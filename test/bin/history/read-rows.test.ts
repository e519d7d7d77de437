import { readRows, readSelection } from '../../../bin/history/read-rows';
import { scratchFile, scratchPath } from '../scratch';

async function read(file: string, kept?: ReadonlySet<number>) {
  const rows = [];
  for await (const { number, cells } of readRows(file, kept)) rows.push([number, cells]);
  return rows;
}

describe('CSV', () => {
  test('has a header, quoted cells and no rows in empty lines', async () => {
    const file = scratchFile('a.csv', '\uFEFFname,amount\n"Smith, J.",5\n\n"say ""no""",\r\nx,"two\nlines"\n');
    expect(await read(file)).toEqual([
      [0, { name: 'Smith, J.', amount: '5' }],
      [1, { name: 'say "no"', amount: '' }],
      [2, { name: 'x', amount: 'two\nlines' }],
    ]);
  });

  test('of unequal rows is refused with the line', async () => {
    await expect(read(scratchFile('b.csv', 'a,b\n1,2\n1,2,3\n'))).rejects.toThrow(/b\.csv is no CSV.*line 3/);
  });

  test('whose quotation mark is never closed does not fill the memory', async () => {
    const file = scratchFile('c.csv', `a,b\n1,"${'x,\n'.repeat(600_000)}`);
    await expect(read(file)).rejects.toThrow(/c\.csv is no CSV.*1048576/);
  });
});

/** The columns that each row is said to be one of. */
async function columnsOf(file: string) {
  const found = [];
  for await (const { columns } of readRows(file)) found.push(columns);
  return found;
}

test('the columns of a CSV file are those of its header', async () => {
  expect(await columnsOf(scratchFile('f.csv', 'b,a\n1,\n,2\n'))).toEqual([
    ['b', 'a'],
    ['b', 'a'],
  ]);
});

describe('JSON Lines', () => {
  test('has the columns of all its objects, whatever each of them leaves out', async () => {
    const file = scratchFile('f.jsonl', '{"a":1}\n{"b":null}\n{"a":2,"c":3}\n');
    expect(await columnsOf(file)).toEqual(Array.from({ length: 3 }, () => ['a', 'b', 'c']));
  });

  test('keeps its rows in order and its memory bounded: a thousand are read ahead', async () => {
    const rows = Array.from({ length: 1_002 }, (_, i) => (i < 1_000 ? { a: i } : { b: i }));
    const file = scratchFile('g.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    expect(await read(file)).toEqual(rows.map((row, i) => [i, row]));
    expect(new Set(await columnsOf(file))).toEqual(new Set([['a']]));
  });

  test('that is empty has no row', async () => {
    expect(await read(scratchFile('h.jsonl', ''))).toEqual([]);
  });

  test('has an object a line, and no rows in empty lines', async () => {
    const file = scratchFile('a.jsonl', '\uFEFF{"a":1}\r\n\n  \n{"a":{"b":[2]}}');
    expect(await read(file)).toEqual([
      [0, { a: 1 }],
      [1, { a: { b: [2] } }],
    ]);
  });

  test('keeps texts whole whose signs other formats break lines at, across blocks of the file too', async () => {
    const text = `é\u2028\u2029\u0085${'ü'.repeat(40_000)}`;
    const lines = Array.from({ length: 5 }, () => JSON.stringify({ text }));
    expect(await read(scratchFile('b.ndjson', lines.join('\n')))).toEqual(lines.map((_, i) => [i, { text }]));
  });

  test.each([
    ['{"a":1}\n{"a":', /line 2: .*JSON/],
    ['[1]', /line 1: expected a JSON object/],
    ['null', /line 1: expected a JSON object/],
    ['"a"', /line 1: expected a JSON object/],
  ])('%j is refused with the line', async (content, message) => {
    await expect(read(scratchFile('c.jsonl', content))).rejects.toThrow(message);
  });

  test('of one endless line does not fill the memory', async () => {
    const file = scratchFile('d.jsonl', `[${'1,'.repeat(600_000)}`);
    await expect(read(file)).rejects.toThrow(/line of more than 1048576/);
  });
});

test('rows keep their numbers when only some are read', async () => {
  const file = scratchFile('d.csv', 'a\nx\ny\nz\n');
  expect(await read(file, new Set([2, 0, 9]))).toEqual([
    [0, { a: 'x' }],
    [2, { a: 'z' }],
  ]);
});

test('says how much of the file has been read, up to all of it', async () => {
  const shares: number[] = [];
  for await (const { done } of readRows(scratchFile('e.csv', `a\n${`${'x'.repeat(99)}\n`.repeat(3_000)}`)))
    shares.push(done);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares[0]).toBeLessThan(1);
  expect(shares.at(-1)).toBe(1);
});

test.each(['missing.csv', '.'])('there must be a file: %s', async (name) => {
  await expect(read(scratchPath(name))).rejects.toThrow(/There is no file/);
});

describe('a selection of rows', () => {
  const split = scratchFile('split.json', '{"train":[0,2],"test":[1],"seed":7}');

  test('is a list of numbers, in a file or in a member of one', () => {
    expect(readSelection(undefined)).toBeUndefined();
    expect(readSelection(`${split}:test`)).toEqual(new Set([1]));
    expect(readSelection(scratchFile('rows.json', '[3,4]'))).toEqual(new Set([3, 4]));
  });

  test.each([
    [split, 'split.json:train, '],
    [`${split}:seed`, 'split.json:test.'],
    [`${split}:other`, 'Name one of'],
    [scratchFile('texts.json', '["1"]'), 'is no list of row numbers'],
    [scratchFile('negative.json', '[-1]'), 'is no list of row numbers'],
    [scratchFile('null.json', 'null'), 'is no list of row numbers'],
    [scratchFile('broken.json', '{'), 'is no JSON'],
    ['rows.txt', 'Name a JSON file'],
    [scratchPath('none.json'), 'There is no file'],
  ])('%s is none', (selection, message) => {
    expect(() => readSelection(selection)).toThrow(message);
  });
});
