import { join } from 'node:path';
import { formatDiff } from '../../../bin/report/diff-text';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import type { FlipReport } from '../../../core/versions/flip-report';
import { creditRisk, scores } from '../../core/credit';
import { recordsOf } from '../../core/learning/history-of-decisions';
import { CREDIT, GERMAN_CREDIT, plumbline } from '../plumbline';
import { scratchFile } from '../scratch';

const definition = (name: string, body: string) =>
  scratchFile(name, `import credit from '${join(CREDIT, 'pipeline.ts')}';\nexport default ${body};\n`);
const plain = (review: number) =>
  `{ ...credit, decide: { ...credit.decide, costs: { ...credit.decide.costs, review: ${review} }, policy: { kind: 'expectedCost' }, evidence: undefined } }`;
const [old, now] = [definition('old.ts', plain(0.5)), definition('new.ts', plain(0.3))];

test('tells what changed', async () => {
  const { code, stdout, stderr } = await plumbline(['diff', old, now]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^\n {2}credit-risk {2}sha256:[0-9a-f]{12}… → sha256:[0-9a-f]{12}…\n/);
  expect(stdout).toContain('  What changed\n    ~ decide.costs.review  0.5 → 0.3\n');
  expect(stdout).not.toContain('What would flip');
});

test('tells what would flip of labelled history, and what that costs by either prices', async () => {
  const { stdout } = await plumbline(['diff', old, now, '--data', GERMAN_CREDIT]);
  expect(stdout).toMatch(
    /What would flip {2}of 700\sdecisions in .*german-credit\.csv\n {4}\d+, \d+\.\d\s% \(\d+\.\d\s% to /,
  );
  expect(stdout).toMatch(/ {2}decisions +by old prices\n/);
  expect(stdout).toMatch(/approve → review +\d+ +[+−]\d+\.\d+\n/);
  expect(stdout).toMatch(
    /by the prices of the old definition; the truth is known\n {4}0\.\d{3} → 0\.\d{3} {3}[+−]0\.\d{3} \([+−]/,
  );
  expect(stdout).toContain('by the prices of the new definition');
  expect(stdout).toMatch(/EXPECTED_COST → REVIEW_CHEAPER/);
  expect(stdout).toMatch(/row \d+ {2}approve → review\n {6}− EXPECTED_COST {2}expected cost: approve/);
});

test('as JSON, over recorded decisions', async () => {
  const { version } = makeArtifact(creditRisk);
  const lines = recordsOf(creditRisk, scores).map((record) =>
    JSON.stringify({ ...record, version, pipeline: 'credit-risk' }),
  );
  const records = scratchFile('records.jsonl', [...lines, '{"id":"none"}', ''].join('\n'));
  const { code, stdout } = await plumbline(['diff', old, now, '--records', records, '--json']);
  expect(code).toBe(0);
  const { changes, flips, versions } = JSON.parse(stdout) as { changes: object[]; flips: FlipReport; versions: object };
  expect(changes).toEqual([{ path: 'decide.costs.review', kind: 'changed', before: 0.5, after: 0.3 }]);
  expect(versions).toEqual({ from: expect.stringMatching(/^sha256:/), to: expect.stringMatching(/^sha256:/) });
  expect(flips).toMatchObject({ rows: 700, skipped: { NO_DECISION: { rows: 1, first: 700 } } });
  expect(flips.flipped).toBeGreaterThan(50);
});

test('as JSON without decisions, there are none to flip', async () => {
  const { stdout } = await plumbline(['diff', old, now, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ pipeline: 'credit-risk', flips: null });
});

test('says when they are the same', async () => {
  const { code, stdout } = await plumbline(['diff', old, old, '--data', GERMAN_CREDIT]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/, both\n\n {2}They are the same\.\n\n {2}What would flip .*\n {4}nothing\n/);
});

test.each<[number, string, RegExp, string[]]>([
  [2, 'one definition', /Usage: plumbline diff/, [old]],
  [2, 'rows without data', /--rows and --scores belong to --data/, [old, now, '--rows', 'x.json']],
  [2, 'both kinds of past', /not both/, [old, now, '--data', GERMAN_CREDIT, '--records', 'x.jsonl']],
  [2, 'a file that is not there', /There is no file none\.csv/, [old, now, '--data', 'none.csv']],
  [
    1,
    'a definition that cannot be deployed',
    /has 1 problem:\n\nDURATION_RANGE deadline: .*\n\nRead from .*late\.ts\.\n/,
    [old, definition('late.ts', "{ ...credit, deadline: '1ms' }")],
  ],
])('exits with %i after %s', async (expected, _, message, args) => {
  const { code, stderr } = await plumbline(['diff', ...args]);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n {4}at /);
  expect(code).toBe(expected);
});

test('long values stand below each other, and what moved says from where', () => {
  const text = formatDiff({
    pipeline: 'p',
    versions: { from: 'sha256:a', to: 'sha256:b' },
    changes: [
      { path: 'decide.policy', kind: 'changed', before: { kind: 'x'.repeat(60) }, after: { kind: 'y'.repeat(120) } },
      { path: 'decide.rules["a"]', kind: 'moved', before: 0, after: 2 },
      { path: 'review.sample', kind: 'removed', before: 0.02 },
    ],
    flips: undefined,
    source: undefined,
  });
  const lines = text.replace(/\u001b\[\d+m/g, '').split('\n');
  expect(lines[4]).toBe('    ~ decide.policy');
  expect(lines[5]).toMatch(/^ {8}− \{"kind":"x+"\}$/);
  expect(lines[6]).toMatch(/^ {8}\+ \{"kind":"y+…$/);
  expect(lines[7]).toBe('    ↕ decide.rules["a"]  from place 1 to 3');
  expect(lines[8]).toBe('    − review.sample      0.02');
});
