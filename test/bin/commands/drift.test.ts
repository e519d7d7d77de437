import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Baseline } from '../../../core/drift/baseline';
import { baselineFault } from '../../../core/drift/check-baseline';
import { randomOf } from '../../../core/random';
import { CREDIT, GERMAN_CREDIT, plumbline } from '../plumbline';
import { scratchFile, scratchPath } from '../scratch';

interface Line {
  readonly window: number | string;
  readonly rows: number;
  readonly alarm: boolean;
  readonly features: Readonly<
    Record<string, { psi: number; js: number; mean?: number; variance?: number; missing: number; drift: number }>
  >;
}

const START = Date.parse('2026-11-02T00:00:00Z');

/** So many rows, one every ten seconds; from `from` on amounts double and one in five is of a new kind. */
function csv(seed: number, rows: number, from = Infinity): string {
  const random = randomOf(seed);
  const lines = Array.from({ length: rows }, (_, i) => {
    const amount = (100 + 900 * random() ** 2) * (i >= from ? 2 : 1);
    const kind = i >= from && random() < 0.2 ? 'new' : random() < 0.7 ? 'car' : 'home';
    const age = random() < 0.1 ? '' : String(20 + Math.floor(40 * random()));
    return [new Date(START + i * 10_000).toISOString(), `id-${seed}-${i}`, amount.toFixed(2), kind, age].join();
  });
  return `at,id,amount,kind,age\n${lines.join('\n')}\n`;
}
const reference = scratchFile('reference.csv', csv(1, 5_000));
const healthy = scratchFile('healthy.csv', csv(2, 5_000));
const shifted = scratchFile('shifted.csv', csv(3, 5_000, 2_500));
const linesOf = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

test('healthy data raise no alarm, window by window, without any definition', async () => {
  const { code, stdout, stderr } = await plumbline([
    ...['drift', '--baseline', reference, '--data', healthy, '--ignore', 'at'],
    ...['--window', '100', '--json'],
  ]);
  expect([code, stderr]).toEqual([0, 'id is left out: each row has another value, as names of rows have.\n']);
  const lines = linesOf(stdout);
  expect(lines.map(({ window, rows }) => [window, rows])).toEqual(Array.from({ length: 50 }, (_, i) => [i, 100]));
  expect(lines.some(({ alarm }) => alarm)).toBe(false);
  // What names rows is no feature.
  expect(Object.keys(lines[0]!.features)).toEqual(['amount', 'kind', 'age']);
  const { amount, kind, age } = lines[0]!.features;
  expect(amount).toMatchObject({ missing: 0, drift: 0, mean: expect.closeTo(400, -2) as number });
  expect(kind).not.toHaveProperty('mean');
  expect(age!.missing).toBeCloseTo(0.1, 0);
});

test('shifted data raise it in the first windows after the shift, and --fail tells scripts', async () => {
  const out = scratchPath('lines.jsonl');
  const { code, stdout } = await plumbline([
    ...['drift', '--baseline', reference, '--data', shifted, '--ignore', 'at'],
    ...['--window', '250', '--out', out, '--fail'],
  ]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/The alarm was on in \d+ of 20\u00a0windows\./);
  expect(stdout).toMatch(/● amount +PSI \d\.\d\d since window 10, mean \d+\.?\d* → \d+/);
  expect(stdout).toMatch(/● kind .*categories that the baseline does not list: 0\.0 % → \d+\.\d %/);
  // What stays as it is is told once.
  expect(stdout.trim().split('\n').length).toBeLessThan(14);
  const alarms = linesOf(readFileSync(out, 'utf8')).map(({ alarm }) => alarm);
  expect(alarms.slice(0, 10)).not.toContain(true);
  expect(alarms.slice(11)).not.toContain(false);
});

test('says which columns a file lacks, since all of their values count as missing', async () => {
  const other = scratchFile('other.csv', `amount\n${'500\n'.repeat(60)}`);
  const { code, stderr } = await plumbline(['drift', '--baseline', reference, '--data', other, '--ignore', 'amount']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/none of the columns that are compared \(kind, age\)/)]);
  const some = await plumbline(['drift', '--baseline', reference, '--data', other]);
  expect(some.code).toBe(0);
  expect(some.stderr).toContain(`${other} has no column for kind, age: all of their values count as missing.\n`);
  const example = await plumbline(['drift', CREDIT, '--data', scratchFile('age.csv', `age\n${'30\n'.repeat(60)}`)]);
  expect(example.stderr).toMatch(/has no column for checking_status, duration, /);
});

test('too few rows are not judged, and are no reason for a script to go on', async () => {
  const few = scratchFile('few.csv', 'amount,kind,age\n1,car,30\n');
  const args = ['drift', '--baseline', reference, '--data', few, '--ignore', ''];
  const { code, stdout } = await plumbline(args.slice(0, 5));
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/fewer than 50 rows so far: not judged\n[^]*Nothing could be judged/),
  ]);
  const failing = await plumbline([...args.slice(0, 5), '--fail']);
  expect([failing.code, failing.stderr]).toEqual([2, expect.stringMatching(/Nothing could be judged/)]);
});

test('a place that cannot be written is told in a sentence', async () => {
  const out = join(scratchPath('nowhere'), 'x.jsonl');
  const { code, stderr } = await plumbline(['drift', '--baseline', reference, '--data', healthy, '--out', out]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^ENOENT: no such file or directory, open .*\n$/m)]);
});

test('names with a mark of segments or signals are refused, not silently left out', async () => {
  const odd = scratchFile('odd.csv', `debt/income,$amount\n${'1,2\n2,3\n'.repeat(60)}`);
  const { code, stderr } = await plumbline(['drift', '--baseline', odd, '--data', odd]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/rename or --ignore debt\/income, \$amount/)]);
});

test('windows of time are those that the rows fall into, in whatever order they come', async () => {
  const [header, ...rows] = csv(3, 5_000, 2_500).trim().split('\n');
  const mixed = scratchFile('mixed.csv', [header, ...rows.reverse()].join('\n'));
  const ask = async (data: string) =>
    (await plumbline(['drift', '--baseline', reference, '--data', data, '--time', 'at', '--window', '1h', '--json']))
      .stdout;
  const [inOrder, reversed] = await Promise.all([ask(shifted), ask(mixed)]);
  const figures = (stdout: string) =>
    linesOf(stdout).map(({ window, rows, alarm, features }) => [window, rows, alarm, features.amount!.psi]);
  expect(figures(reversed)).toEqual(figures(inOrder));
  expect(figures(inOrder)[0]!.slice(0, 2)).toEqual(['2026-11-02T00:00:00.000Z', 360]);
});

test('by its definition, the example compares its applications with its baseline', async () => {
  const { code, stdout } = await plumbline(['drift', CREDIT, '--data', GERMAN_CREDIT, '--window', '100', '--json']);
  expect(code).toBe(0);
  const lines = linesOf(stdout);
  expect(lines).toHaveLength(7);
  expect(Object.keys(lines[0]!.features)).toEqual(expect.arrayContaining(['instalment', '$score', '$decision']));
  expect(lines.some(({ alarm }) => alarm)).toBe(false);
});

test.each<[string, string[], RegExp]>([
  ['nothing', [], /Give --data/],
  ['no baseline', ['--data', healthy], /Give --baseline, or the folder/],
  ['no row', ['--baseline', reference, '--data', scratchFile('empty.csv', 'a,b\n')], /has no rows/],
  [
    'an unknown column to ignore',
    ['--baseline', reference, '--data', healthy, '--ignore', 'amuont'],
    /Did you mean "amount"/,
  ],
  ['a window of time without times', ['--baseline', reference, '--data', healthy, '--window', '1h'], /needs --time/],
  ['a window that is none', ['--baseline', reference, '--data', healthy, '--window', 'week'], /got "week"/],
  [
    'a column that is not there',
    ['--baseline', reference, '--data', healthy, '--time', 'when'],
    /has no column "when"\. It has at, id, amount, kind, age/,
  ],
  [
    'a column without times',
    ['--baseline', reference, '--data', healthy, '--time', 'kind'],
    /row 1: "kind" is no time/,
  ],
  [
    'semicolons',
    ['--baseline', reference, '--data', scratchFile('semi.csv', 'a;b\n1;2,5\n')],
    /separated by semicolons/,
  ],
  ['a JSON array', ['--baseline', reference, '--data', scratchFile('array.csv', '[{"a": 1}]\n"')], /looks like JSON/],
  ['a baseline that is none', ['--baseline', scratchFile('no.json', '{}'), '--data', healthy], /is no baseline: rows/],
])('%s is refused with what to do', async (_, args, message) => {
  const { code, stderr } = await plumbline(['drift', ...args]);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

describe('plumbline baseline', () => {
  const historic = ['--data', GERMAN_CREDIT];
  const out = scratchPath('measured.json');

  test('imports what Model Monitor measured', async () => {
    const statistics = scratchFile(
      'statistics.json',
      JSON.stringify({
        dataset: { item_count: 100 },
        features: [
          {
            name: 'duration',
            inferred_type: 'Integral',
            numerical_statistics: {
              common: { num_present: 98, num_missing: 2 },
              mean: 20.5,
              std_dev: 12,
              distribution: {
                kll: {
                  buckets: [
                    { lower_bound: 4, upper_bound: 20, count: 60 },
                    { lower_bound: 20, upper_bound: 72, count: 38 },
                  ],
                },
              },
            },
          },
          {
            name: 'purpose',
            inferred_type: 'String',
            string_statistics: {
              common: { num_present: 100, num_missing: 0 },
              distribution: {
                categorical: {
                  buckets: [
                    { value: 'new car', count: 30 },
                    { value: 'used car', count: 70 },
                  ],
                },
              },
            },
          },
        ],
      }),
    );
    const constraints = scratchFile(
      'constraints.json',
      JSON.stringify({
        features: [{ name: 'purpose', string_constraints: { domains: ['new car', 'used car', 'boat'] } }],
      }),
    );
    const imported = ['--statistics', statistics, '--constraints', constraints];
    const { code, stdout, stderr } = await plumbline(['baseline', CREDIT, ...imported, '--out', out]);
    expect([code, stdout]).toEqual([0, `${out}: 2\u00a0features over 100\u00a0rows.\n`]);
    expect(stderr).toMatch(/^Not watched, since .* has no distribution of them: checking_status, /);
    const baseline = JSON.parse(readFileSync(out, 'utf8')) as Baseline;
    expect(baselineFault(baseline)).toBeUndefined();
    expect(baseline.features).toEqual({
      duration: {
        kind: 'numeric',
        missing: 2,
        mean: 20.5,
        variance: 144,
        edges: [4, 20, expect.closeTo(72, 5)],
        counts: [0, 60, 38, 0],
      },
      purpose: {
        kind: 'categorical',
        missing: 0,
        other: 0,
        categories: ['used car', 'new car', 'boat'],
        counts: [70, 30, 0],
      },
    });
  });

  test.each<[string, string[], RegExp]>([
    ['a season without times', [...historic, '--season', 'day'], /--season needs --time/],
    ['a season that is none', [...historic, '--season', 'year', '--time', 'at'], /must be day or week, got "year"/],
    [
      'two sources',
      [...historic, '--statistics', 'x.json'],
      /Give one of --data, --statistics and --deployed, not several/,
    ],
    ['constraints alone', [...historic, '--constraints', 'x.json'], /--constraints go with --statistics/],
    [
      'data of something else',
      ['--data', scratchFile('else.csv', 'x,y\n1,2\n')],
      /has none of the columns that the definition reads/,
    ],
    ['rows that are not there', [...historic, '--rows', scratchFile('rows.json', '[1,5000]')], /has no row 5000/],
    ['statistics that are none', ['--statistics', scratchFile('none.json', '{}')], /no statistics\.json/],
  ])('refuses %s', async (_, args, message) => {
    const { code, stderr } = await plumbline(['baseline', CREDIT, ...args, '--out', scratchPath('unwritten.json')]);
    expect([code, message.test(stderr) || stderr]).toEqual([2, true]);
  });

  test('measures each hour of the day by the time of the rows, in bounded memory', async () => {
    const definition = scratchFile(
      'pipeline.ts',
      `import { definePipeline, expectedCost, safeDefault, sagemaker, review } from '${join(__dirname, '../../../lib')}';
      export default definePipeline({
        name: 'loans',
        input: { type: 'object', properties: { amount: { type: 'number' }, kind: { type: 'string', maxLength: 20 } } },
        model: sagemaker({ endpoint: 'x', columns: ['input.amount'], probabilityOf: 'bad' }),
        decide: { outcomes: ['pay', 'refuse'], labels: ['good', 'bad'],
          costs: { pay: { good: 0, bad: 5 }, refuse: { good: 1, bad: 0 }, review: 1 }, policy: expectedCost() },
        deadline: '500ms', fallback: [review(), safeDefault(null)], review: { sla: '4h' },
      });`,
    );
    const args = ['--data', reference, '--season', 'day', '--time', 'at', '--out', out];
    const { code, stderr } = await plumbline(['baseline', definition, ...args], ['--max-old-space-size=120']);
    expect([code, stderr]).toEqual([
      0,
      '10 of the 24 hours of the day have fewer than 100 rows. In those without any nothing is compared.\n',
    ]);
    const { season, features } = JSON.parse(readFileSync(out, 'utf8')) as Baseline;
    expect(season).toBe('day');
    const hours = features.amount!.seasons!.map(({ counts }) => counts.reduce((sum, n) => sum + n, 0));
    // Not quite fourteen hours of rows, one every ten seconds.
    expect(hours).toEqual([...Array<number>(13).fill(360), 320, ...Array<number>(10).fill(0)]);
  });

  test('whose hours are told apart is compared by the hour, or not at all', async () => {
    const ask = (...args: string[]) => plumbline(['drift', '--baseline', out, '--data', reference, ...args]);
    const without = await ask('--window', '100');
    expect([without.code, without.stderr]).toEqual([
      2,
      expect.stringMatching(/hours of the day apart: name the column/),
    ]);
    const tooLong = await ask('--time', 'at', '--window', '1d');
    expect([tooLong.code, tooLong.stderr]).toEqual([2, expect.stringMatching(/--window must divide an hour/)]);
    const { code, stdout } = await ask('--time', 'at', '--window', '1h', '--ignore', 'id,kind,age');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/The alarm was never on/)]);
  });
});
