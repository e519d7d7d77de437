import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEAP_MB, writeHistory } from '../../bench/simulate';
import type { SimulationReport } from '../../core/simulation/report';
import { CREDIT, GERMAN_CREDIT, OUT_OF_FOLD, plumbline } from './plumbline';
import { scratchFile, scratchPath } from './scratch';

jest.setTimeout(120_000);

const simulate = (...args: string[]) => plumbline(['simulate', CREDIT, '--no-report', ...args]);
const german = ['--data', GERMAN_CREDIT, '--scores', OUT_OF_FOLD];
const [header, ...lines] = readFileSync(GERMAN_CREDIT, 'utf8').trim().split(/\r?\n/);

describe('the German credit history as it is', () => {
  test('gives its figures as JSON, and nothing else on standard output', async () => {
    const { code, stdout, stderr } = await simulate(...german, '--json');
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as SimulationReport;
    expect(report).toMatchObject({
      pipeline: 'credit-risk',
      version: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      rows: 700,
      automated: expect.any(Number) as number,
      review: 700 - report.automated,
      outcomes: { approve: expect.any(Number) as number, decline: expect.any(Number) as number },
      realizedCost: expect.any(Number) as number,
      costPerRow: report.realizedCost / 700,
      automatedError: expect.any(Number) as number,
      baselines: {
        bestThreshold: { costPerRow: expect.any(Number) as number },
        allReview: { costPerRow: 0.5 },
      },
      groups: {
        'input.personal_status': { 'male single': { rows: 396 } },
        'input.foreign_worker': { yes: { rows: 673 }, no: { rows: 27 } },
      },
    });
    // What the example promises: cheaper than one threshold, and than reviewing all.
    expect(report.costPerRow).toBeLessThan(report.baselines.bestThreshold.costPerRow);
    expect(report.costPerRow).toBeLessThan(0.5);
    expect(stderr).toMatch(/has no column for input\.applicant_id/);
  });

  test('gives the same bytes twice, and from JSON Lines as from CSV', async () => {
    const names = header!.split(',');
    const objects = lines.map((line) =>
      JSON.stringify(Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell]))),
    );
    const jsonl = scratchFile('german.jsonl', objects.join('\n'));
    const [once, again, other] = await Promise.all([
      simulate(...german, '--json'),
      simulate(...german, '--json'),
      simulate('--data', jsonl, '--scores', OUT_OF_FOLD, '--json'),
    ]);
    expect(once.code).toBe(0);
    expect([again.stdout === once.stdout, other.stdout === once.stdout]).toEqual([true, true]);
  });

  test('prints what a person reads, of the rows that were named', async () => {
    const { code, stdout } = await simulate('--data', GERMAN_CREDIT, '--rows', join(CREDIT, 'model/split.json:unseen'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/credit-risk {2}sha256:[0-9a-f]+… {2}over 250 labelled rows/);
    for (const part of ['to a person', 'best single threshold', 'everything reviewed', 'By input.foreign_worker'])
      expect(stdout).toContain(part);
    expect(stdout).not.toContain('\u001b');
  });

  test('can be decided by another policy, as JSON or in a file', async () => {
    const policy = '{"kind":"thresholds","bands":{"approve":{"below":0.2},"decline":{"from":0.2}}}';
    const [text, file] = await Promise.all([
      simulate(...german, '--json', '--policy', policy),
      simulate(...german, '--json', '--policy', scratchFile('policy.json', policy)),
    ]);
    const report = JSON.parse(text.stdout) as SimulationReport;
    expect(report.reasons.WITHIN_THRESHOLDS).toBe(report.automated);
    // Large loans alone are left to people.
    expect(report.review).toBe(report.reasons.LARGE_LOAN);
    expect(file.stdout).toBe(text.stdout);
  });

  test('takes what is known of the reviewers', async () => {
    const { stdout } = await simulate(
      ...german,
      '--json',
      '--reviewer-accuracy',
      '0.8',
      '--staff',
      '9',
      '--review-minutes',
      '5',
      '--requests-per-hour',
      '30',
    );
    expect(JSON.parse(stdout)).toMatchObject({ reviewerAccuracy: 0.8, queue: { staff: 9, minutesPerReview: 5 } });
  });
});

describe('what cannot be simulated exits with', () => {
  const one = `${header}\n${lines[0]}\n`;
  const good = scratchFile('one.csv', one);
  const definition = (name: string, change: string) =>
    scratchFile(
      name,
      `const { default: credit } = require(${JSON.stringify(join(CREDIT, 'pipeline.ts'))});\nexport default ${change};\n`,
    );

  test.concurrent.each<[number, string, RegExp, string[]]>([
    [2, 'no data named', /Usage: plumbline simulate/, []],
    [2, 'no such file', /There is no file .*none\.csv/, ['--data', scratchPath('none.csv')]],
    [
      2,
      'a number out of range',
      /--reviewer-accuracy must be a number from 0 to 1, got "2"/,
      ['--data', good, '--reviewer-accuracy', '2'],
    ],
    [2, 'no number', /--staff must be a whole number from 1 to 10000, got "two"/, ['--data', good, '--staff', 'two']],
    [2, 'an unknown option', /--stuff/, ['--data', good, '--stuff', '1']],
    [
      2,
      'a policy that is no JSON',
      /--policy \{kind is neither a file nor JSON/,
      ['--data', good, '--policy', '{kind'],
    ],
    [
      2,
      'no column of the truth',
      /has no column "class", which history\.label names\. It has duration, klass\./,
      ['--data', scratchFile('klass.csv', 'duration,klass\n6,good\n')],
    ],
    [
      1,
      'a policy that cannot be deployed',
      /POLICY_KIND decide\.policy\.kind: "cheapest"/,
      ['--data', good, '--policy', '{"kind":"cheapest"}'],
    ],
    [
      1,
      'no usable row',
      /no row could be used\.\n {2}LABEL_UNKNOWN: 1 row, the first is row 1: the column of history\.label holds none of decide\.labels\n.*"class", and must be one of good, bad/,
      ['--data', scratchFile('odd.csv', one.replace(/,(good|bad)\n/, ',paid\n'))],
    ],
    [1, 'no row at all', /no row could be used/, ['--data', scratchFile('empty.csv', `${header}\n`)]],
  ])('%i: %s', async (expected, _, message, args) => {
    const { code, stdout, stderr } = await simulate(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  });

  test.concurrent.each<[number, string, RegExp, string]>([
    [
      2,
      'a definition that does not say where the truth is',
      /Add: history: \{ label: '<column>' \}/,
      definition('no-history.ts', '{ ...credit, history: undefined }'),
    ],
    [
      2,
      'a model that nothing here can score',
      /Give --scores <file\.json>/,
      definition(
        'no-trees.ts',
        "{ ...credit, model: { ...credit.model, trees: undefined }, decide: { ...credit.decide, policy: { kind: 'expectedCost' }, evidence: undefined } }",
      ),
    ],
    [
      1,
      'a definition that cannot be deployed',
      /has 1 problem:\n\n\w+ deadline: /,
      definition('late.ts', "{ ...credit, deadline: '50ms' }"),
    ],
  ])('%i: %s', async (expected, _, message, file) => {
    const { code, stderr } = await plumbline(['simulate', file, '--data', good, '--no-report']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(code).toBe(expected);
  });

  test('0 when it is only asked for help', async () => {
    const { code, stdout } = await plumbline(['simulate', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/--reviewer-accuracy/);
  });
});

test('100,000 rows stream through a heap that could not hold them', async () => {
  const file = scratchPath('many.csv');
  await writeHistory(file, 100_000);
  const { code, stdout } = await plumbline(
    ['simulate', CREDIT, '--data', file, '--no-report', '--json'],
    [`--max-old-space-size=${HEAP_MB}`],
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ rows: 100_000, skipped: {} });
  expect(existsSync(join(process.cwd(), 'simulation.html'))).toBe(false);
});
