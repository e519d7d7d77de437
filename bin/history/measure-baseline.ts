import type { Baseline, Season } from '../../core/drift/baseline';
import { SEED, baselineCounter, binChooser, chooseBins } from '../../core/drift/build-baseline';
import { randomOf } from '../../core/random';
import { readTime } from '../../core/simulation/history';
import { suggest } from '../../core/suggest';
import { UsageError } from '../commands/usage';
import { withProgress } from './progress';
import { type FileRow, readRows } from './read-rows';
import type { ReferenceReader } from './reference-rows';

interface Measuring {
  readonly file: string;
  readonly kept?: ReadonlySet<number> | undefined;
  /** The column that holds the time. */
  readonly time?: string | undefined;
  readonly season?: Season | undefined;
}

/** Reads a file of any size twice, in bounded memory: once to choose the bins, once to count. */
export async function measureBaseline(
  reader: ReferenceReader,
  { file, kept, time, season }: Measuring,
): Promise<Baseline> {
  const chooser = binChooser(randomOf(SEED));
  let rows = 0;
  for await (const { cells, number, columns } of withProgress('Choosing bins', readRows(file, kept))) {
    if (rows++ === 0) warnOfAbsent(reader, file, columns);
    chooser.add(reader.read(cells, number));
  }
  if (rows === 0) throw new UsageError(`${file} has no rows to measure.`);
  if (kept && rows < kept.size)
    throw new UsageError(
      `${file} has no row ${[...kept].reduce((most, row) => Math.max(most, row))}: rows are numbered from 0.`,
    );
  const chosen = chooser.finish();
  const variables = reader.kinds(chosen.rows);
  if (Object.keys(variables).length === 0)
    throw new UsageError(`${file} has no column whose values could be compared.`);
  const bins = chooseBins(chosen.rows, variables, chosen.ranking);
  const blurred = Object.keys(bins).filter((name) => 'categories' in bins[name]! && bins[name].categories.length === 0);
  if (blurred.length > 0)
    process.stderr.write(`No category of ${blurred.join(', ')} is frequent enough to be told apart from the others.\n`);
  const counter = baselineCounter(bins, season);
  let counted = 0;
  for await (const row of withProgress('Counting', readRows(file, kept))) {
    const at = season && time ? { at: timeOf(file, row, time) } : {};
    counter.add({ ...reader.read(row.cells, row.number), ...at }, chosen.numbers.has(counted++));
  }
  return counter.finish();
}

/** What no column holds counts as missing in every row, which is seldom meant. */
function warnOfAbsent({ columns: wanted }: ReferenceReader, file: string, columns: readonly string[]): void {
  const absent = wanted.filter((name) => !columns.includes(name));
  if (wanted.length > 0 && absent.length === wanted.length)
    throw new UsageError(
      `${file} has none of the columns that the definition reads (${wanted.join(', ')}). It has ${columns.join(', ')}.`,
    );
  if (absent.length > 0) process.stderr.write(`${absentText(file, absent, columns)}\n`);
}

export const absentText = (file: string, absent: readonly string[], columns: readonly string[]): string =>
  `${file} has no column for ${absent.join(', ')}: all of their values count as missing.${suggest(absent[0]!, columns)}`;

/** Epoch ms of a row's time; a file without it cannot be cut into windows. */
export function timeOf(file: string, { cells, number, columns }: FileRow, column: string): number {
  const at = readTime(cells[column]);
  if (Number.isNaN(at))
    throw new UsageError(
      columns.includes(column)
        ? `${file}, row ${number + 1}: "${column}" is no time such as 2026-11-01T12:00:00Z.`
        : `${file} has no column "${column}". It has ${columns.join(', ')}.`,
    );
  return at;
}
