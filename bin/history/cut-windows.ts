import type { Baseline } from '../../core/drift/baseline';
import type { ClosedWindow, Watched } from '../../core/drift/blocks';
import { type Counter, counterOf } from '../../core/drift/counter';
import { timeOf } from './measure-baseline';
import { withProgress } from './progress';
import { readRows } from './read-rows';
import type { ReferenceReader } from './reference-rows';

/** Windows of so many rows, or of so much time. */
export type Windowing = { readonly rows: number } | { readonly ms: number; readonly time: string };

/** Windows of rows are told apart as if each took a minute. */
export const WINDOW_OF_ROWS_MS = 60_000;
/** So many windows are kept open for rows that come late, as long as their bins do not fill the memory. */
const MOST_OPEN = 20_000;
const MOST_BINS = 4_000_000;

interface Open {
  rows: number;
  readonly counter: Counter;
}

/** Counts the rows of a file into windows, and gives them in the order of time. */
export async function* cutIntoWindows(
  reader: ReferenceReader,
  { features }: Baseline,
  file: string,
  windowing: Windowing,
): AsyncGenerator<ClosedWindow<Watched>> {
  const open = new Map<number, Open>();
  const close = (window: number): ClosedWindow<Watched> => {
    const { rows, counter } = open.get(window)!;
    open.delete(window);
    return { window, tally: { rows, features: counter.tallies() } };
  };
  const bins = Object.values(features).reduce((sum, { counts }) => sum + counts.length + 10, 0);
  const most = Math.max(100, Math.min(MOST_OPEN, Math.floor(MOST_BINS / bins)));
  let closed = -Infinity;
  let late = 0;
  let count = 0;
  for await (const row of withProgress('Counting', readRows(file))) {
    const window =
      'rows' in windowing
        ? Math.floor(count++ / windowing.rows) * WINDOW_OF_ROWS_MS
        : Math.floor(timeOf(file, row, windowing.time) / windowing.ms) * windowing.ms;
    if (window <= closed) {
      late++;
      continue;
    }
    const { values, segments } = reader.read(row.cells, row.number);
    let into = open.get(window);
    if (!into) open.set(window, (into = { rows: 0, counter: counterOf(features) }));
    into.rows++;
    into.counter.add(values, segments);
    if ('rows' in windowing && into.rows === windowing.rows) yield close((closed = window));
    else if (open.size > most) yield close((closed = Math.min(...open.keys())));
  }
  for (const window of [...open.keys()].sort((a, b) => a - b)) yield close(window);
  if (late > 0) process.stderr.write(`${late} rows came after their window had been closed, and are not counted.\n`);
}
