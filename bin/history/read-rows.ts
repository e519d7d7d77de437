import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';
import { UsageError } from '../commands/usage';

/** One row of a file of history, as it stands there. */
export interface FileRow {
  /** From 0, without the header. */
  readonly number: number;
  readonly cells: Readonly<Record<string, unknown>>;
  /** Share of the file that has been read. */
  readonly done: number;
}

/** Reads a CSV file with a header, or JSON Lines (by its ending: .jsonl, .ndjson), row by row in bounded memory. */
export async function* readRows(file: string, kept?: ReadonlySet<number>): AsyncGenerator<FileRow> {
  if (!existsSync(file) || !statSync(file).isFile()) throw new UsageError(`There is no file ${file}.`);
  const { size } = statSync(file);
  const source = createReadStream(file);
  let number = 0;
  for await (const cells of /\.(jsonl|ndjson)$/i.test(file) ? jsonLines(file, source) : csv(file, source)) {
    if (!kept || kept.has(number)) yield { number, cells, done: size === 0 ? 1 : source.bytesRead / size };
    number++;
  }
}

type Cells = Readonly<Record<string, unknown>>;

async function* csv(file: string, source: NodeJS.ReadableStream): AsyncGenerator<Cells> {
  const parser = source.pipe(parse({ columns: true, skip_empty_lines: true, bom: true }));
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const cells of parser) yield cells as Cells;
  } catch (error) {
    throw new UsageError(`${file} is no CSV with a header: ${(error as Error).message}`);
  }
}

async function* jsonLines(file: string, source: NodeJS.ReadableStream): AsyncGenerator<Cells> {
  let line = 0;
  for await (const text of createInterface({ input: source, crlfDelay: Infinity })) {
    line++;
    if (text.trim() === '') continue;
    yield parseLine(file, line, text);
  }
}

function parseLine(file: string, line: number, text: string): Cells {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
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
  if (!existsSync(file))
    throw new UsageError(`There is no file ${selection}. Name a JSON file, as rows.json or split.json:train.`);
  const content = JSON.parse(readFileSync(file, 'utf8')) as number[] | Record<string, number[]>;
  const rows = Array.isArray(content) ? content : content[member ?? ''];
  if (Array.isArray(rows)) return new Set(rows);
  const members = Array.isArray(content) ? [] : Object.keys(content).map((name) => `${file}:${name}`);
  throw new UsageError(
    `${selection} is no list of row numbers.${members.length > 0 ? ` Name one of ${members.join(', ')}.` : ''}`,
  );
}
