import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calibrate } from '../../../core/model/calibration';
import { applications } from '../../core/credit';
import { modelFile } from '../../examples/german-credit';
import { CREDIT, GERMAN_CREDIT, OUT_OF_FOLD, plumbline } from '../plumbline';
import { scratchFile, scratchPath } from '../scratch';

const { scores } = modelFile<{ scores: number[] }>('out-of-fold.json');
const run = (...args: string[]) => plumbline(['calibrate', CREDIT, '--data', GERMAN_CREDIT, ...args]);
const out = () => scratchPath(`calibration-${Math.floor(performance.now() * 1000)}.json`);

test('says that scores need no calibration where none predicts better', async () => {
  const { code, stdout } = await run('--scores', OUT_OF_FOLD, '--out', out(), '--no-report');
  expect(code).toBe(0);
  expect(stdout).toMatch(/scores as they stand +0\.\d{4} +0\.\d{4}/);
  expect(stdout).toContain('none is needed');
});

test.each(['platt', 'isotonic', 'best'])('by %s, scores that are off become probabilities', async (method) => {
  // Odds that are squared and six times too low.
  const off = scores.map((p) => 1 / (1 + 6 * ((1 - p) / p) ** 2));
  const [file, page] = [out(), scratchPath('calibration.html')];
  const options = ['--scores', scratchFile('off.json', JSON.stringify(off)), '--method', method];
  const { code, stdout } = await run(...options, '--out', file, '--report', page);
  expect(code).toBe(0);
  expect(stdout).not.toContain('none is needed');
  expect(stdout).toMatch(method === 'best' ? /platt, chosen/ : new RegExp(`${method}, chosen`));
  const calibration = JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof calibrate>[0];
  const said = off.map((score) => calibrate(calibration, score));
  const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
  expect(mean(said)).toBeCloseTo(mean(applications.map(({ truth }) => Number(truth === 'bad'))), 2);
  expect(readFileSync(page, 'utf8')).toContain('credit-risk');
});

test.each<[string, RegExp, string[]]>([
  ['another method', /--method must be platt, isotonic or best, got "beta"/, ['--method', 'beta']],
  ['too few rows', /at least 20 of each label \(good, bad\)/, ['--rows', scratchFile('few.json', '[1,2,3]')]],
  ['scores that are none', /a number from 0 to 1 for each row/, ['--scores', scratchFile('s.json', '[2]')]],
])('refuses %s', async (_, message, options) => {
  const { code, stderr } = await run(...options, '--no-report', '--out', out());
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});

test('certify tells what the evidence supports, and what it would take', async () => {
  const policy = (errors: number) =>
    scratchFile(
      `promise-${errors}.ts`,
      `import credit from '${join(CREDIT, 'pipeline.ts')}';
export default { ...credit, decide: { ...credit.decide, policy: { kind: 'riskControl', of: 'errors', alpha: ${errors}, delta: 0.1 }, evidence: undefined } };`,
    );
  const certify = (errors: number) =>
    plumbline(['certify', policy(errors), '--data', GERMAN_CREDIT, '--scores', OUT_OF_FOLD, '--out', out()]);
  expect((await certify(0.2)).stdout).toMatch(
    /at most 20 % wrong with probability 90 %\n +supported from a sureness of 0\.\d{4} on: \d+ of \d+ rows, \d+ of them wrong/,
  );
  expect((await certify(0.001)).stdout).toMatch(/not supported: .*Everything is reviewed/);
});
