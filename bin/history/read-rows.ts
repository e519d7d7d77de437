import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { parse } from 'csv-parse';
import { UsageError } from '../commands/usage';
import { isFile, readJson, requireFile } from './read-json';

export type Cells = Readonly<Record<string, unknown>>;

/** One row of a file of history, as it stands there. */
export interface FileRow {
  /** From 0, without the header. */
  readonly number: number;
  readonly cells: Cells;
  /** Names of the file's columns. JSON Lines may leave members out: there those of the first thousand objects. */
  readonly columns: readonly string[];
  /** Share of the file that has been read. */
  readonly done: number;
}

/** Characters of a row: a file in which a quotation mark or a line never ends must not fill the memory. */
const LONGEST_ROW = 1024 * 1024;

/** Reads a CSV file with a header, or JSON Lines (by its ending: .jsonl, .ndjson), row by row in bounded memory. */
export async function* readRows(file: string, kept?: ReadonlySet<number>): AsyncGenerator<FileRow> {
  requireFile(file);
  const { size } = statSync(file);
  const source = createReadStream(file);
  const rows = /\.(jsonl|ndjson)$/i.test(file)
    ? withColumns(jsonLines(file, source), 1_000)
    : withColumns(csv(file, source), 1);
  let number = 0;
  for await (const { cells, columns } of rows) {
    if (!kept || kept.has(number)) yield { number, cells, columns, done: size === 0 ? 1 : source.bytesRead / size };
    number++;
  }
}

/** Reads some rows ahead to see what columns there are, and then goes on row by row. */
async function* withColumns(
  rows: AsyncGenerator<Cells>,
  ahead: number,
): AsyncGenerator<Pick<FileRow, 'cells' | 'columns'>> {
  const first: Cells[] = [];
  try {
    while (first.length < ahead) {
      const { value, done } = await rows.next();
      if (done) break;
      first.push(value);
    }
    const columns = [...new Set(first.flatMap((cells) => Object.keys(cells)))];
    for (const cells of first.splice(0)) yield { cells, columns };
    for await (const cells of rows) yield { cells, columns };
  } finally {
    // Whoever stops early closes the file.
    await rows.return(undefined);
  }
}

async function* csv(file: string, source: NodeJS.ReadableStream): AsyncGenerator<Cells> {
  const parser = source.pipe(
    parse({
      columns: true,
      skip_empty_lines: true,
      bom: true,
      record_delimiter: ['\r\n', '\n'],
      max_record_size: LONGEST_ROW,
    }),
  );
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const cells of parser) yield cells as Cells;
  } catch (error) {
    throw new UsageError(`${file} is no CSV with a header: ${(error as Error).message}.${hint(file)}`);
  }
}

/** What a file that is no CSV looks like by its first line. */
function hint(file: string): string {
  const start = Buffer.alloc(4_096);
  const opened = openSync(file, 'r');
  const length = readSync(opened, start);
  closeSync(opened);
  const [line = ''] = start.toString('utf8', 0, length).split('\n');
  if (/^\s*[[{]/.test(line))
    return ' It looks like JSON: JSON Lines, an object a line, is read from a file that ends in .jsonl.';
  return line.includes(';') && !line.includes(',') ? ' Is it separated by semicolons? Commas are read.' : '';
}

async function* jsonLines(file: string, source: NodeJS.ReadableStream): AsyncGenerator<Cells> {
  let line = 0;
  for await (const text of linesOf(file, source)) {
    line++;
    if (text.trim() !== '') yield parseLine(file, line, text);
  }
}

/** Lines end with a line feed and nothing else: a text in JSON may hold other separators as they are. */
export async function* linesOf(file: string, source: NodeJS.ReadableStream): AsyncGenerator<string> {
  source.setEncoding('utf8');
  let rest = '';
  for await (const chunk of source) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop()!;
    if (rest.length > LONGEST_ROW) throw new UsageError(`${file} has a line of more than ${LONGEST_ROW} characters.`);
    yield* lines;
  }
  yield rest;
}

export function parseLine(file: string, line: number, text: string): Cells {
  let value: unknown;
  try {
    value = JSON.parse(line === 1 ? text.replace(/^\uFEFF/, '') : text);
  } catch (error) {
    throw new UsageError(`${file}, line ${line}: ${(error as Error).message}`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new UsageError(`${file}, line ${line}: expected a JSON object a line.`);
  return value as Cells;
}

/** Row numbers from `<file.json>` (an array) or `<file.json>:<member>` (an object's member that is one). */
export function readSelection(selection: string | undefined): ReadonlySet<number> | undefined {
  if (selection === undefined) return undefined;
  const [, file = '', member] = /^(.*?\.json)(?::(.+))?$/.exec(selection) ?? [];
  if (!isFile(file))
    throw new UsageError(`There is no file ${selection}. Name a JSON file, as rows.json or split.json:train.`);
  const content = readJson(file);
  const rows = member === undefined ? content : membersOf(content)[member];
  if (isRows(rows)) return new Set(rows);
  const named = Object.entries(membersOf(content)).flatMap(([name, list]) => (isRows(list) ? [`${file}:${name}`] : []));
  throw new UsageError(
    `${selection} is no list of row numbers, from 0.${named.length > 0 ? ` Name one of ${named.join(', ')}.` : ''}`,
  );
}

const membersOf = (content: unknown): Readonly<Record<string, unknown>> =>
  content === null || typeof content !== 'object' || Array.isArray(content) ? {} : { ...content };

const isRows = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((row) => Number.isInteger(row) && row >= 0);
