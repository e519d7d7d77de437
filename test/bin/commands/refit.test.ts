import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { toItem } from '../../../adapters/dynamo-decision-store';
import type { DecisionRecord } from '../../../core/decision/decision';
import type { Refit } from '../../../core/learning/refit';
import { checkDefinition } from '../../../core/pipeline/check';
import { allOf, riskControl, thresholds } from '../../../core/pipeline/define';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import example from '../../../examples/credit-risk/pipeline';
import { creditRisk, scores as inSample } from '../../core/credit';
import { recordsOf } from '../../core/learning/history-of-decisions';
import { foldedModel, sampling, scores } from '../../core/learning/past';
import { ROOT } from '../../readme';
import { CREDIT, plumbline } from '../plumbline';
import { scratchFile, scratchPath } from '../scratch';

const definitions: Record<string, PipelineDefinition> = {};
/** A pipeline folder: the example with some of its parts exchanged. */
function pipelineFolder(name: string, parts: Partial<PipelineDefinition>): string {
  definitions[name] = sampling(0.3, parts);
  mkdirSync(scratchPath(name));
  scratchFile(join(name, 'pipeline.ts'), `export default ${JSON.stringify(definitions[name])};\n`);
  return scratchPath(name);
}
const DAY = 86_400_000;
const START = Date.parse('2026-11-01T00:00:00.000Z');
/** The records of a pipeline, one a minute, all applications each day anew. */
function recordsOfDays(name: string, times: number, sample = 0.3): readonly DecisionRecord[] {
  const definition = definitions[name]!;
  return recordsOf(
    { ...definition, review: { ...definition.review, sample } },
    scores,
    { version: 'sha256:one' },
    times,
  ).map((record, i) => ({
    ...record,
    at: new Date(START + Math.floor(i / 700) * DAY + (i % 700) * 60_000).toISOString(),
  }));
}
const jsonLines = (list: readonly unknown[]) => list.map((one) => `${JSON.stringify(one)}\n`).join('');

interface Printed extends Omit<Refit, 'proposal'> {
  readonly pipeline: string;
  readonly unread: { readonly outsidePeriod: number; readonly unreadable: number; readonly first?: string };
  readonly proposal: Readonly<Record<'calibration' | 'policy' | 'evidence', unknown>>;
  readonly written: readonly string[];
}
async function printed(...args: string[]): Promise<Printed> {
  const { code, stdout, stderr } = await plumbline(['refit', ...args, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Printed;
}

const steep = pipelineFolder('steep', {
  model: { ...foldedModel, calibration: { method: 'platt', a: -2.2, b: -0.6 } },
});
const fair = pipelineFolder('fair', {});
const narrow = thresholds({ approve: { below: 0.02 }, decline: { from: 0.9 } });
const promising = pipelineFolder('promising', {
  decide: { ...creditRisk.decide, policy: allOf(narrow, riskControl({ errors: 0.3, delta: 0.1 })) },
});
const steepRecords = recordsOfDays('steep', 3);
const steepFile = scratchFile('steep.jsonl', jsonLines(steepRecords));

describe('what is printed', () => {
  test('tells what is known, how wrong decisions were, and that the proposal is better where it is', async () => {
    const { code, stdout, stderr } = await plumbline(['refit', steep, '--records', steepFile]);
    expect([code, stderr]).toEqual([0, '']);
    const text = stdout.replaceAll('\u00a0', ' ');
    expect(text).toMatch(/credit-risk {2}2,0\d\d decisions of the policy, 2026-11-01 to 2026-11-03 {2}by 1 version/);
    expect(text).toMatch(/left out: 12 decisions that no policy made/);
    expect(text).toMatch(/approve, automatically +\d+ +\d+ {3}a random sample, reviewed blindly/);
    expect(text).toMatch(/measured on labels +\d+\.\d % {3}\d+\.\d % to \d+\.\d %/);
    expect(text).toMatch(/estimated without labels +\d+\.\d % {3}.*\(CBPE\); they promise too much/);
    expect(text).toMatch(/cost of a decision +−0\.\d+ {3}−0\.\d+ to −0\.\d+/);
    expect(text).toMatch(/automated +\d+\.\d % → \d+\.\d %/);
    expect(text).toContain('✓ The proposal is better: it would cost less');
    expect(text).toContain('--out <folder> writes the proposal.');
    expect(text).not.toContain('\u001b');
  });

  test('says so where there is no reason to change', async () => {
    const file = scratchFile('fair.jsonl', jsonLines(recordsOfDays('fair', 4)));
    const { stdout } = await plumbline(['refit', fair, '--records', file]);
    expect(stdout).toContain('No reason to change: ');
    expect(stdout).not.toContain('✓');
  });

  test('proves nothing from what was reported alone, and says what would', async () => {
    const reported = recordsOfDays('fair', 2, 0).map((record) =>
      record.outcome === 'approve' && !record.id.endsWith('7')
        ? { ...record, truth: { label: 'good', at: record.at, by: 'x' } }
        : record,
    );
    const { stdout } = await plumbline(['refit', fair, '--records', scratchFile('told.jsonl', jsonLines(reported))]);
    const text = stdout.replaceAll('\u00a0', ' ');
    expect(text).toMatch(/approve, automatically +\d+ +\d+ {3}as reported, which may be biased/);
    expect(text).toMatch(/decline, automatically +\d+ +0 {3}nothing is known/);
    expect(text).toMatch(/with review: \{ sample: 0\.02 \}, two in a hundred/);
    expect(text).toMatch(/\d+ decisions of a kind of which no label is known are not in it/);
    expect(text).toContain('? Nothing is proven: ');
  });
});

describe('figures', () => {
  test('are the same from records and from an export of the table, whose other lines are told of', async () => {
    const data = join('export', 'AWSDynamoDB', '0173', 'data');
    mkdirSync(scratchPath(data), { recursive: true });
    const items = steepRecords.map((record) => ({ Item: toItem(record) }));
    writeFileSync(scratchPath(join(data, 'a.json.gz')), gzipSync(jsonLines(items.slice(0, 900))));
    writeFileSync(
      scratchPath(join(data, 'b.json.gz')),
      gzipSync(jsonLines([...items.slice(900), { Item: { pk: { S: 'x' } } }])),
    );
    const [own, exported] = [
      await printed(steep, '--records', steepFile),
      await printed(steep, '--records', scratchPath('export')),
    ];
    expect(exported.unread).toMatchObject({
      unreadable: 1,
      first: expect.stringContaining('b.json.gz, line 1201') as string,
    });
    expect({ ...exported, unread: own.unread }).toEqual(own);
    expect(own).toMatchObject({
      pipeline: 'credit-risk',
      leftOut: { NO_POLICY: 12 },
      versions: { 'sha256:one': own.decisions },
      verdict: 'cheaper',
      unread: { outsidePeriod: 0, unreadable: 0 },
      written: [],
    });
    expect(own.decisions).toBe(steepRecords.length - 12);
    expect(own.automatedError.estimated).toBeLessThan(own.automatedError.measured!.low);
    expect(Object.keys(own.proposal)).toEqual(['calibration']);
  });

  test('are of the time that is asked for', async () => {
    const { decisions, period, unread } = await printed(
      ...[steep, '--records', steepFile, '--since', '2026-11-02', '--until', '2026-11-03T00:00+01:00'],
    );
    expect(period.from >= '2026-11-02' && period.to < '2026-11-02T23:00').toBe(true);
    expect(unread.outsidePeriod).toBe(1400);
    expect(decisions).toBeGreaterThan(600);
  });
});

describe('the proposal', () => {
  test('is written as a pipeline folder, ready for every command, and overwrites nothing', async () => {
    const out = scratchPath('proposal');
    const records = scratchFile('promising.jsonl', jsonLines(recordsOfDays('promising', 3)));
    const { proposal, written } = await printed(promising, '--records', records, '--out', out);
    expect(written).toEqual(['calibration.json', 'policy.json', 'evidence.json', 'pipeline.ts']);
    const current = definitions.promising!;
    const { calibration, policy, evidence } = proposal as never;
    const proposed = {
      ...current,
      model: { ...current.model, calibration },
      decide: { ...current.decide, policy, evidence },
    };
    expect(checkDefinition(current).map(({ code }) => code)).toEqual(['EVIDENCE_MISSING']);
    const { stdout } = await plumbline(['check', out]);
    expect(stdout).toBe(`credit-risk can be deployed (${makeArtifact(proposed).version}).\n`);

    const before = readFileSync(join(out, 'calibration.json'), 'utf8');
    const { code, stderr } = await plumbline(['refit', steep, '--records', steepFile, '--out', out]);
    expect(code).toBe(2);
    expect(stderr).toContain('proposal/calibration.json is there already. Name another folder');
    expect(readFileSync(join(out, 'calibration.json'), 'utf8')).toBe(before);
  });

  test('tells which bands have moved, where it lies, and how to go on', async () => {
    const records = scratchPath('promising.jsonl');
    const out = scratchPath('second');
    const { stdout } = await plumbline(['refit', promising, '--records', records, '--out', out]);
    expect(stdout).toMatch(/approve +below 0\.02 → below 0\.\d+/);
    expect(stdout).toMatch(/decline +from 0\.9 → from 0\.\d+/);
    expect(stdout).toContain(`Written to ${out}: calibration.json, policy.json, evidence.json, pipeline.ts.`);
    expect(stdout).toContain(`plumbline diff ${promising} ${out} --records ${records}`);
  });
});

describe('it is refused', () => {
  test('where there are too few labels', async () => {
    const file = scratchFile('few.jsonl', `${jsonLines(steepRecords.slice(0, 30))}{"id":1}\n`);
    const out = scratchPath('none');
    const { code, stdout, stderr } = await plumbline(['refit', steep, '--records', file, '--out', out]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^Nothing can be proposed: \d+ of 30 decisions have a label that counts, \d+ of these are "bad"; at least 20/,
    );
    expect(stderr).toMatch(/1.line without a decision; .*few\.jsonl, line 31/);
    expect(existsSync(out)).toBe(false);
  });

  test('where the definition has problems', async () => {
    const folder = pipelineFolder('broken', { deadline: '1ms' });
    const { code, stderr } = await plumbline(['refit', folder, '--records', steepFile]);
    expect(code).toBe(1);
    expect(stderr).toContain('deadline');
  });

  test.each([
    [[], /Usage: plumbline refit/],
    [[steep], /Usage: plumbline refit/],
    [[steep, '--records', 'nowhere.jsonl'], /There is no file nowhere\.jsonl/],
    [[steep, '--records', steepFile, '--since', 'yesterday'], /--since must be a time as .*got "yesterday"/],
    [[steep, '--records', steepFile, '--until', '2026-13-01'], /--until must be a time/],
    [[steep, '--records', steepFile, '--fold', '3'], /Unknown option '--fold'/],
  ])('with %j', async (args, message) => {
    const { code, stderr } = await plumbline(['refit', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

test('the command of the documentation does it for the example, with an export', async () => {
  const [line] = readFileSync(join(ROOT, 'docs/decisions.md'), 'utf8').match(/^npx plumbline refit .*/m)!;
  const folder = scratchPath('export-of-example');
  mkdirSync(folder);
  const records = recordsOf(example, inSample, { reported: ({ outcome }) => outcome === 'approve' }, 2);
  writeFileSync(join(folder, 'data.json.gz'), gzipSync(jsonLines(records.map((record) => ({ Item: toItem(record) })))));
  const paths: Record<string, string> = {
    'examples/credit-risk': CREDIT,
    export: folder,
    proposal: scratchPath('proposal-of-example'),
  };
  const { code, stdout, stderr } = await plumbline(
    line
      .split(' ')
      .slice(2)
      .map((word) => paths[word] ?? word),
  );
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).not.toContain('another model');
  const checked = await plumbline(['check', paths.proposal!]);
  expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining('can be deployed') as string });
});
