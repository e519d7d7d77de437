import type { Baseline, Season } from '../../core/drift/baseline';
import { baselineCounter, chooseBins, sampler } from '../../core/drift/build-baseline';
import type { ReferenceRow } from '../../core/drift/build-baseline';
import { randomOf } from '../../core/random';
import { readTime } from '../../core/simulation/history';
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
  const sample = sampler<ReferenceRow>(randomOf(SEED));
  let rows = 0;
  for await (const { cells, number } of withProgress('Choosing bins', readRows(file, kept))) {
    sample.add(reader.read(cells, number));
    rows++;
  }
  if (rows === 0) throw new UsageError(`${file} has no rows to measure.`);
  const kinds = reader.kinds(sample.rows);
  if (Object.keys(kinds).length === 0) throw new UsageError(`${file} has no column whose values could be compared.`);
  const counter = baselineCounter(chooseBins(sample.rows, kinds), season);
  for await (const row of withProgress('Counting', readRows(file, kept)))
    counter.add({ ...reader.read(row.cells, row.number), ...(season && time ? { at: timeOf(file, row, time) } : {}) });
  return counter.finish();
}

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

/** The same file always gives the same baseline. */
const SEED = 20_261_128;
