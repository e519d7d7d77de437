import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { shortened } from '../../core/model/calibration';
import { crossFitted, scoreReliability } from '../../core/model/cross-fit';
import { type ScoredSample, fitIsotonic, fitPlatt } from '../../core/model/fit-calibration';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import type { Reliability } from '../../core/model/reliability';
import { labelledScores } from '../history/labelled-scores';
import { loadRenderCalibration } from '../report/load-report';
import { loadDefinition } from './load-definition';
import { type Command, UsageError } from './usage';

const METHODS = {
  platt: { fit: fitPlatt, title: 'Platt scaling' },
  isotonic: { fit: fitIsotonic, title: 'isotonic regression' },
};
/** Fewer rows, or fewer of one label, fit nothing that could be trusted. */
const FEWEST = 20;

export const calibrateCommand: Command = {
  summary: 'Fit the calibration that makes probabilities of scores',
  help: `Usage: plumbline calibrate <pipeline folder> --data <file> [options]

Fits a calibration on labelled history and writes calibration.json, with its reliability (Brier score, log loss,
expected calibration error), cross-validated, and a page with the reliability diagrams. The rows must be ones that the
model was not trained on, or be scored out of fold.

  --data <file>           CSV with a header, or JSON Lines (.jsonl)
  --rows <file.json>[:<member>]
                          only these rows: a JSON array of row numbers, from 0
  --scores <file.json>    the model's raw scores, one a row; default: the trees in the definition score each row
  --method <name>         platt, isotonic, or best (of lower log loss); default best
  --out <file.json>       where to write; default: calibration.json in the pipeline folder
  --report <file.html>    default: calibration.html. --no-report writes none.
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        rows: { type: 'string' },
        scores: { type: 'string' },
        method: { type: 'string', default: 'best' },
        out: { type: 'string' },
        report: { type: 'string' },
        'no-report': { type: 'boolean' },
      },
      allowPositionals: true,
    });
    const [folder] = positionals;
    if (positionals.length !== 1 || !folder || !values.data) throw new UsageError(this.help);
    if (values.method !== 'best' && !(values.method in METHODS))
      throw new UsageError(`--method must be platt, isotonic or best, got "${values.method}".`);
    const definition = loadDefinition(folder);
    const samples = await labelledScores(definition, values.data, values);
    refuseTooFew(samples, definition);

    const names = (values.method === 'best' ? Object.keys(METHODS) : [values.method]) as (keyof typeof METHODS)[];
    const fitted = names.map((name) => ({ name, reliability: crossFitted(samples, METHODS[name].fit) }));
    const best = fitted.reduce((a, b) => (b.reliability.logLoss < a.reliability.logLoss ? b : a));
    const calibration = shortened(METHODS[best.name].fit(samples));
    const before = scoreReliability(samples);
    const out = values.out ?? join(resolve(folder), 'calibration.json');
    writeFileSync(out, `${JSON.stringify(calibration, null, 2)}\n`);
    const page = values['no-report'] ? undefined : resolve(values.report ?? 'calibration.html');
    if (page !== undefined) {
      const { renderCalibration } = loadRenderCalibration();
      const context = {
        title: definition.name,
        dataFile: values.data,
        generatedAt: new Date().toISOString(),
        command: `plumbline calibrate ${args.join(' ')}`,
        method: METHODS[best.name].title,
      };
      writeFileSync(page, renderCalibration(before, best.reliability, context));
    }
    process.stdout.write(describe({ out, page, before, fitted, chosen: best.name }));
    return 0;
  },
};

function refuseTooFew(samples: readonly ScoredSample[], { decide, model }: PipelineDefinition): void {
  const positive = samples.filter((sample) => sample.positive).length;
  if (Math.min(positive, samples.length - positive) < FEWEST)
    throw new UsageError(
      `There are ${samples.length} rows with a score, ${positive} of them "${model.probabilityOf}"; at least ${FEWEST} of each label (${decide.labels.join(', ')}) are needed.`,
    );
}

function describe({
  out,
  page,
  before,
  fitted,
  chosen,
}: {
  readonly out: string;
  readonly page: string | undefined;
  readonly before: Reliability;
  readonly fitted: readonly { readonly name: string; readonly reliability: Reliability }[];
  readonly chosen: string;
}): string {
  const line = (name: string, { brier, logLoss, ece, auc }: Reliability) =>
    `  ${name.padEnd(24)}${[brier, logLoss, ece, auc ?? NaN].map((x) => x.toFixed(4).padStart(10)).join('')}`;
  const best = fitted.find(({ name }) => name === chosen)!.reliability;
  return [
    '',
    `  ${styleText('bold', `${before.rows} rows`)}${'Brier  log loss       ECE       AUC'.padStart(55 - String(before.rows).length)}`,
    line('scores as they stand', before),
    ...fitted.map(({ name, reliability }) => line(`${name}${name === chosen ? ', chosen' : ''}`, reliability)),
    styleText('dim', '  each row by a calibration that was fitted without it (10-fold cross-validation)'),
    '',
    ...(best.logLoss < before.logLoss
      ? []
      : [
          `  ${styleText('yellow', 'No calibration predicts better than the scores as they stand: none is needed.')}`,
          '',
        ]),
    `  ${out}`,
    ...(page === undefined ? [] : [`  ${page}`]),
    '',
    '',
  ].join('\n');
}
