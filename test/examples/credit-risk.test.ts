import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import creditRisk from '../../examples/credit-risk/pipeline';
import type { SimulationReport } from '../../core/simulation/report';
import { checkDefinition } from '../../lib';
import { CREDIT, GERMAN_CREDIT, OUT_OF_FOLD, plumbline } from '../bin/plumbline';
import { scratchFile } from '../bin/scratch';

const TRAINED = ['--data', GERMAN_CREDIT, '--rows', join(CREDIT, 'model/split.json:train')];
const SCORES = ['--scores', join(CREDIT, 'model/cross-validated.json')];
const read = (file: string) => readFileSync(file, 'utf8');

test('the example can be deployed', () => {
  expect(checkDefinition(creditRisk)).toEqual([]);
});

test.each([
  ['calibrate', [...SCORES, '--no-report'], 'model/calibration.json'],
  ['certify', SCORES, 'evidence.json'],
  ['baseline', SCORES, 'baseline.json'],
])('plumbline %s writes what the example holds', async (command, options, file) => {
  const out = scratchFile(`${command}.json`, '');
  const { code, stderr } = await plumbline([command, CREDIT, ...TRAINED, ...options, '--out', out]);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(read(out))).toEqual(JSON.parse(read(join(CREDIT, file))));
});

describe('the figures of the model card are those of the simulation', () => {
  const card = read(join(CREDIT, 'model/README.md'));
  const rows = card.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const column = (at: number) => rows.flatMap((row) => (row.length === 4 ? [row[at]!] : []));
  const signed = (x: number) => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(3)}`;
  const more = ({ difference: { mean, low, high } }: SimulationReport['baselines']['allReview']) =>
    `${signed(mean)} (${signed(low)} to ${signed(high)})`;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

  test.each([
    ['cross-validated', 1, [...TRAINED, ...SCORES]],
    ['unseen', 2, ['--data', GERMAN_CREDIT, '--rows', join(CREDIT, 'model/split.json:unseen')]],
    ['out of fold', 3, ['--data', GERMAN_CREDIT, '--scores', OUT_OF_FOLD]],
  ])('%s', async (_, at, options) => {
    const { stdout } = await plumbline(['simulate', CREDIT, ...options, '--json']);
    const report = JSON.parse(stdout) as SimulationReport;
    expect(column(at).slice(2)).toEqual([
      report.reliability.brier.toFixed(3),
      report.reliability.auc!.toFixed(3),
      percent(report.automated / report.rows),
      percent(report.automatedError!),
      report.costPerRow.toFixed(3),
      more(report.baselines.bestThreshold),
      more(report.baselines.allReview),
    ]);
  });
});
