import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Baseline, isSignal, partsOf } from '../../core/drift/baseline';
import { baselineFault } from '../../core/drift/check-baseline';
import { MIN_ROWS } from '../../core/drift/blocks';
import { compileEvaluation, isJudged, levelOf, ongoingOf } from '../../core/drift/evaluate';
import { windowHistory } from '../../core/drift/history';
import { FLOOR, driftSettings, ruleOf } from '../../core/drift/settings';
import { durationMs } from '../../core/pipeline/duration';
import { suggest } from '../../core/suggest';
import { WINDOW_OF_ROWS_MS, type Windowing, cutIntoWindows } from '../history/cut-windows';
import { absentText, measureBaseline } from '../history/measure-baseline';
import { plainReader } from '../history/plain-rows';
import { readJson, requireFile } from '../history/read-json';
import { readRows } from '../history/read-rows';
import { type ReferenceReader, referenceReader } from '../history/reference-rows';
import { driftText, lineOf } from '../report/drift-text';
import { loadDefinition } from './load-definition';
import { numberOption } from './options';
import { type Command, UsageError } from './usage';

const WINDOW_ROWS = 1_000;
const HOUR_MS = 3_600_000;

export const driftCommand: Command = {
  summary: 'Compare data with a baseline, window by window, as a deployed pipeline does',
  help: `Usage: plumbline drift [<pipeline folder>] --data <file> [--baseline <file>] [options]

Cuts the data into windows and judges them one after the other by the very code that raises the alarm of a deployed
pipeline: its rate of false alarms holds however often it looks. Without a pipeline folder every column is a feature.

  --data <file>         CSV with a header, or JSON Lines (.jsonl)
  --baseline <file>     baseline.json, or reference data to measure one from (CSV, JSON Lines);
                        default: the baseline of the definition
  --window <n|time>     rows of a window, or with --time its length, as 5m, 1h, 1d; default: ${WINDOW_ROWS} rows, or 1h
  --time <column>       the time of each row (ISO 8601); rows may come in any order
  --ignore <columns>    columns that are no features, by commas
  --false-alarms <n>    how many are allowed a month of windows, whole pipeline; default 1. Windows of so many rows
                        count as a minute each
  --floor <psi>         a change that does not matter, however certain; default ${FLOOR}
  --json                a JSON line a window: window, rows, features, alarm, and the level (log10 of the e-value) from
                        which one feature alone is in alarm
  --out <file>          write these lines there
  --fail                exit with 1 if the alarm was on in any window, and with 2 if there was too little to judge any
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        baseline: { type: 'string' },
        window: { type: 'string' },
        time: { type: 'string' },
        ignore: { type: 'string' },
        'false-alarms': { type: 'string' },
        floor: { type: 'string' },
        json: { type: 'boolean' },
        out: { type: 'string' },
        fail: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    const [folder] = positionals;
    if (positionals.length > 1)
      throw new UsageError(`One pipeline folder, got ${positionals.join(' and ')}. --help tells more.`);
    if (!values.data) throw new UsageError('Give --data, the file to compare with the baseline. --help tells more.');
    if (!folder && !values.baseline)
      throw new UsageError('Give --baseline, or the folder of a pipeline whose definition has one. --help tells more.');
    const definition = folder === undefined ? undefined : loadDefinition(folder);
    const { time } = values;
    const leftOut = [...(values.ignore?.split(',') ?? []), ...(time === undefined ? [] : [time])];
    const reader = definition ? referenceReader(definition) : plainReader(leftOut);
    const baseline = values.baseline ? await readBaseline(values.baseline, reader) : definition!.drift?.baseline;
    if (!baseline) throw new UsageError(`The definition "${definition!.name}" has no drift.baseline. Give --baseline.`);
    const windowing = windowingOf(values.window, time);
    const columns = await columnsOf(values.data);
    refuseUnknown(leftOut, columns, values.data);
    refuseOutOfSeason(baseline, windowing);
    const watched = Object.keys(baseline.features).filter(isPlain);
    // Of a definition some are worked out.
    const read = definition ? reader.columns.filter((name) => watched.includes(name)) : watched;
    const lacking = read.filter((name) => !columns.includes(name));
    if (lacking.length > 0 && lacking.length === read.length)
      throw new UsageError(
        `${values.data} has none of the columns that are compared (${read.join(', ')}). It has ${columns.join(', ')}.`,
      );
    if (lacking.length > 0) process.stderr.write(`${absentText(values.data, lacking, columns)}\n`);
    // A place that cannot be written is told before the work is done.
    if (values.out) writeFileSync(values.out, '');
    const windowMs = 'ms' in windowing ? windowing.ms : WINDOW_OF_ROWS_MS;
    const rule = ruleOf(windowMs, {
      falseAlarmsPerMonth: numberOption(values, 'false-alarms', { default: 1, from: 0.001, to: 1e6 }),
      floor: numberOption(values, 'floor', { default: definition?.drift?.floor ?? FLOOR, from: 0, to: 10 }),
      changes: definition ? driftSettings(definition).rule.changes : [],
    });
    const evaluate = compileEvaluation(baseline, rule);
    const history = windowHistory(windowMs, baseline.season !== undefined);
    const text = driftText(baseline, 'ms' in windowing, definition?.drift?.changes);
    const level = levelOf(rule, baseline);
    const lines: string[] = [];
    let alarms = 0;
    let judged = 0;
    let ongoing = {};
    for await (const closed of cutIntoWindows(reader, baseline, values.data, windowing)) {
      const findings = evaluate(history.push(closed), ongoing);
      ongoing = ongoingOf(findings);
      if (findings.drift > 0) alarms++;
      if (isJudged(findings)) judged++;
      const number = 'ms' in windowing ? undefined : closed.window / WINDOW_OF_ROWS_MS;
      const line = JSON.stringify({ ...lineOf(findings, number), level });
      if (values.out) lines.push(line);
      if (values.json && !values.out) process.stdout.write(`${line}\n`);
      if (!values.json) process.stdout.write(text.row(findings));
    }
    if (values.out) appendFileSync(values.out, lines.map((line) => `${line}\n`).join(''));
    if (!values.json) process.stdout.write(text.end());
    if (values.fail && judged === 0)
      throw new UsageError(
        `Nothing could be judged: ${values.data} has fewer than ${MIN_ROWS} rows that can be compared.`,
      );
    return values.fail && alarms > 0 ? 1 : 0;
  },
};

/** A baseline that was measured, or the data to measure one from. */
async function readBaseline(file: string, reader: ReferenceReader): Promise<Baseline> {
  requireFile(file);
  if (!/\.json$/i.test(file)) return measureBaseline(reader, { file });
  const baseline = readJson(file);
  const fault = baselineFault(baseline);
  if (fault) throw new UsageError(`${file} is no baseline: ${fault}. plumbline baseline measures one.`);
  return baseline as Baseline;
}

/** The columns of a file, or of its first rows. Without a row there is nothing to judge. */
async function columnsOf(file: string): Promise<readonly string[]> {
  for await (const { columns } of readRows(file)) return columns;
  throw new UsageError(`${file} has no rows: there is nothing to compare.`);
}

function refuseUnknown(names: readonly string[], columns: readonly string[], file: string): void {
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `${file} has no column "${unknown}". It has ${columns.join(', ')}.${suggest(unknown, columns)}`,
    );
}

/** The hours of a season cannot be told in windows that have no time, or more of them than one. */
function refuseOutOfSeason({ season }: Baseline, windowing: Windowing): void {
  if (season === undefined) return;
  if (!('ms' in windowing))
    throw new UsageError(`The baseline tells the hours of the ${season} apart: name the column of times by --time.`);
  if (HOUR_MS % windowing.ms !== 0)
    throw new UsageError(
      `The baseline tells the hours of the ${season} apart: --window must divide an hour, as 1h or 15m.`,
    );
}

const isPlain = (name: string): boolean => !isSignal(name) && partsOf(name).segment === undefined;

function windowingOf(window: string | undefined, time: string | undefined): Windowing {
  if (window === undefined) return time === undefined ? { rows: WINDOW_ROWS } : { ms: HOUR_MS, time };
  const rows = /^\d+$/.test(window) ? Number(window) : undefined;
  if (rows !== undefined && rows > 0) return { rows };
  const ms = durationMs(window);
  if (ms === undefined || ms < 1_000)
    throw new UsageError(`--window must be a number of rows, or a duration such as 5m, 1h or 1d; got "${window}".`);
  if (time === undefined) throw new UsageError(`--window ${window} needs --time, the column that holds the time.`);
  return { ms, time };
}
