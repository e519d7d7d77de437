import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Baseline, SEASONS, type Season } from '../../core/drift/baseline';
import { measureBaseline } from '../history/measure-baseline';
import { importModelMonitor } from '../history/model-monitor';
import { readSelection } from '../history/read-rows';
import { referenceReader } from '../history/reference-rows';
import { loadDefinition } from './load-definition';
import { type Command, UsageError } from './usage';

export const baselineCommand: Command = {
  summary: 'Measure the reference that drift is compared with',
  help: `Usage: plumbline baseline <pipeline folder> --data <file> [options]
       plumbline baseline <pipeline folder> --statistics <statistics.json> [--constraints <constraints.json>]

Measures how each feature that the model reads is distributed in the data, derived features, the definition's segments,
and, where its trees are in the definition, the model's scores and what is decided by them. Writes baseline.json. The
file may be of any size: it is read twice, row by row. Looked-up fields stand in the row under their names.

  --data <file>         CSV with a header, or JSON Lines (.jsonl)
  --rows <file.json>[:<member>]
                        only these rows: a JSON array of row numbers, from 0
  --scores <file.json>  the model's raw scores, one a row, of models that had not seen it: the model knows the rows it was
                        trained on too well; default: the trees in the definition score each row
  --season <day|week>   a reference for each hour of the day, or of the week, in UTC; for traffic that changes with it
  --time <column>       the time of each row (ISO 8601); --season needs it
  --statistics, --constraints
                        what SageMaker Model Monitor measured: its baseline becomes one of Plumbline's
  --out <file.json>     where to write; default: baseline.json in the pipeline folder
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        rows: { type: 'string' },
        scores: { type: 'string' },
        season: { type: 'string' },
        time: { type: 'string' },
        statistics: { type: 'string' },
        constraints: { type: 'string' },
        out: { type: 'string' },
      },
      allowPositionals: true,
    });
    const [folder] = positionals;
    const { data, statistics, season, time } = values;
    if (positionals.length !== 1 || !folder || (data === undefined) === (statistics === undefined))
      throw new UsageError(this.help);
    if (season !== undefined && !(season in SEASONS))
      throw new UsageError(`--season must be day or week, got "${season}".`);
    if (season !== undefined && time === undefined)
      throw new UsageError('--season needs --time, the column that holds the time of each row.');
    const definition = loadDefinition(folder);
    const baseline =
      data === undefined
        ? importModelMonitor(statistics!, values.constraints)
        : await measureBaseline(referenceReader(definition, values.scores), {
            file: data,
            kept: readSelection(values.rows),
            time,
            season: season as Season | undefined,
          });
    const out = values.out ?? join(resolve(folder), 'baseline.json');
    writeFileSync(out, `${JSON.stringify(baseline, null, 1)}\n`);
    process.stdout.write(`${out}: ${describe(baseline)}\n`);
    return 0;
  },
};

function describe({ features, rows, season }: Baseline): string {
  const seasons = season ? `, each hour of the ${season} on its own` : '';
  return `${Object.keys(features).length} features over ${rows} rows${seasons}.`;
}
