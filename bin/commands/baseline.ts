import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Baseline, SEASONS, type Season, rowsOf } from '../../core/drift/baseline';
import { countingId, rollingBaseline } from '../../core/drift/rolling-baseline';
import { driftSettings } from '../../core/drift/settings';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { Tables, findTables } from '../api/tables';
import { readPast } from '../history/counted-times';
import { measureBaseline } from '../history/measure-baseline';
import { importModelMonitor } from '../history/model-monitor';
import { readSelection } from '../history/read-rows';
import { referenceReader, watchedNames } from '../history/reference-rows';
import { counted } from '../report/format';
import { loadDefinition } from './load-definition';
import { TABLE_HELP, TABLE_OPTIONS } from './table-options';
import { timeOption } from './time-option';
import { type Command, UsageError } from './usage';

export const baselineCommand: Command = {
  summary: 'Measure the reference that drift is compared with',
  help: `Usage: plumbline baseline <pipeline folder> --data <file> [options]
       plumbline baseline <pipeline folder> --statistics <statistics.json> [--constraints <constraints.json>]
       plumbline baseline <pipeline folder> --deployed [--since <time>] [--until <time>] [--table … --state …]

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
  --deployed            what the deployed pipeline has counted of late, in the bins of its present baseline: a change that
                        has come to stay. Look first whether the model is still right
  --since, --until <time>
                        as 2026-11-01 or 2026-11-01T12:00Z, in UTC; default: all that is kept
  --out <file.json>     where to write; default: baseline.json in the pipeline folder
${TABLE_HELP}`,
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
        deployed: { type: 'boolean' },
        since: { type: 'string' },
        until: { type: 'string' },
        out: { type: 'string' },
        ...TABLE_OPTIONS,
      },
      allowPositionals: true,
    });
    const [folder] = positionals;
    const { data, statistics, season, time } = values;
    const sources = [data, statistics, values.deployed].filter((source) => source !== undefined);
    if (positionals.length !== 1 || !folder)
      throw new UsageError(
        'Give the folder of one pipeline, whose definition says what is watched. --help tells more.',
      );
    if (sources.length !== 1)
      throw new UsageError(
        `Give one of --data, --statistics and --deployed${sources.length > 1 ? ', not several' : ''}. --help tells more.`,
      );
    if (values.constraints !== undefined && statistics === undefined)
      throw new UsageError('--constraints go with --statistics. --help tells more.');
    if (season !== undefined && !(season in SEASONS))
      throw new UsageError(`--season must be day or week, got "${season}".`);
    if (season !== undefined && time === undefined)
      throw new UsageError('--season needs --time, the column that holds the time of each row.');
    const definition = loadDefinition(folder);
    const baseline = values.deployed
      ? await deployedBaseline(definition, values)
      : data === undefined
        ? importModelMonitor(statistics!, values.constraints, watchedNames(definition))
        : await measureBaseline(referenceReader(definition, values.scores), {
            file: data,
            kept: readSelection(values.rows),
            time,
            season: season as Season | undefined,
          });
    const out = values.out ?? join(resolve(folder), 'baseline.json');
    writeFileSync(out, `${JSON.stringify(baseline, null, 1)}\n`);
    process.stdout.write(`${out}: ${describe(baseline)}\n`);
    const thin = thinHours(baseline);
    if (thin > 0)
      process.stderr.write(
        `${thin} of the ${SEASONS[baseline.season!]} hours of the ${baseline.season} have fewer than ${FEWEST_AN_HOUR} rows. In those without any nothing is compared.\n`,
      );
    return 0;
  },
};

/** What the deployed pipeline has counted between two times, from its state table. */
async function deployedBaseline(
  definition: PipelineDefinition,
  values: {
    readonly since?: string;
    readonly until?: string;
    readonly table?: string;
    readonly state?: string;
    readonly pipeline?: string;
  },
): Promise<Baseline> {
  const { baseline, windowMs } = driftSettings(definition);
  if (Object.keys(baseline.features).length === 0)
    throw new UsageError(`The definition "${definition.name}" has no drift.baseline whose bins could be counted in.`);
  const since = timeOption(values, 'since') ?? -Infinity;
  const until = timeOption(values, 'until') ?? Infinity;
  if (since >= until) throw new UsageError('--since must be before --until.');
  const address = findTables({ ...values, pipeline: values.pipeline ?? definition.name }, process.env, process.cwd());
  const tables = await Tables.at(address);
  const { counted } = await readPast(tables.state(['drift#']), windowMs, {
    of: countingId({ baseline, windowMs }),
    // A day does not tell the hours of a season apart.
    ...(baseline.season === undefined ? {} : { longestMs: HOUR_MS }),
  });
  const found = rollingBaseline(
    baseline,
    counted.filter(({ start, end }) => start >= since && end <= until),
  );
  if (!found)
    throw new UsageError('Nothing was counted against this baseline in that time. Is it the one that is deployed?');
  return found;
}

const HOUR_MS = 3_600_000;
const FEWEST_AN_HOUR = 100;

/** How many hours of a season hold too few rows to compare much with. */
function thinHours({ features, season }: Baseline): number {
  const [first] = Object.values(features);
  return season === undefined || !first?.seasons
    ? 0
    : first.seasons.filter((hour) => rowsOf(hour) < FEWEST_AN_HOUR).length;
}

function describe({ features, rows, season }: Baseline): string {
  const seasons = season ? `, each hour of the ${season} on its own` : '';
  return `${counted(Object.keys(features).length, 'feature')} over ${counted(rows, 'row')}${seasons}.`;
}
