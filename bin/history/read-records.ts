import { type ReadStream, createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fromStored } from '../../adapters/stored-record';
import type { DecisionRecord } from '../../core/decision/decision';
import { isRecord } from '../../core/decision/is-record';
import { UsageError } from '../commands/usage';
import { type AttributeValue, fromAttributes } from './attribute-values';
import { requireFile } from './read-json';
import { type Cells, linesOf, parseLine } from './read-rows';

/** One line of recorded decisions: the decision, or where it stands and why it is none. */
export type ReadRecord = {
  /** From 0, over all files. */
  readonly number: number;
  /** Share of the bytes that has been read. */
  readonly done: number;
} & ({ readonly record: DecisionRecord } | { readonly problem: string });

/** What the names of readable files end with. */
const READABLE = /\.(json|jsonl|ndjson)(\.gz)?$/i;
/** What an export lays beside its data. */
const MANIFEST = /^manifest-(files|summary)\.json$/;

/**
 * Reads recorded decisions line by line in bounded memory: JSON Lines of records, or of items of the decisions table as
 * an export to S3 (`{ "Item": { … } }`) or a scan has them; gzipped, if the name ends so. A folder stands for all such
 * files in it, by name.
 */
export async function* readRecords(path: string): AsyncGenerator<ReadRecord> {
  const files = filesOf(path);
  const total = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const seen = new Set<string>();
  let read = 0;
  let number = 0;
  for (const file of files) {
    const source = createReadStream(file);
    let line = 0;
    for await (const text of textOf(file, source)) {
      line++;
      if (text.trim() === '') continue;
      const record = recordOf(parseLine(file, line, text));
      // Twice the same decision would count as two, and make what is uncertain look surer than it is.
      if (record && seen.has(record.id))
        throw new UsageError(
          `${file}, line ${line}: decision ${record.id} is there twice. Name one export or one scan.`,
        );
      if (record) seen.add(record.id);
      const done = (read + source.bytesRead) / total;
      yield { number, done, ...(record ? { record } : { problem: `${file}, line ${line}: is no recorded decision` }) };
      number++;
    }
    read += source.bytesRead;
  }
}

function filesOf(path: string): readonly string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    requireFile(path);
    return [path];
  }
  const found = (readdirSync(path, { recursive: true }) as string[]).sort();
  const summaries = found.filter((file) => basename(file) === 'manifest-summary.json');
  // Each has all decisions up to its time: together they would count them more than once.
  if (summaries.length > 1)
    throw new UsageError(`${path} holds ${summaries.length} exports of the table. Name the folder of one.`);
  const files = found.filter((file) => READABLE.test(file) && !MANIFEST.test(basename(file)));
  if (files.length === 0) throw new UsageError(`${path} holds no .json, .jsonl or .ndjson file, gzipped or not.`);
  return files.map((file) => join(path, file));
}

/** Its lines, unzipped. */
async function* textOf(file: string, source: ReadStream): AsyncGenerator<string> {
  if (!/\.gz$/i.test(file)) return yield* linesOf(file, source);
  try {
    // Errors of either end come out at the other one, and need no second listener.
    yield* linesOf(
      file,
      pipeline(source, createGunzip(), () => {}),
    );
  } catch (error) {
    if (!(error as { code?: string }).code?.startsWith('Z_')) throw error;
    throw new UsageError(`${file} cannot be unzipped: ${(error as Error).message}`);
  }
}

function recordOf(cells: Cells): DecisionRecord | undefined {
  const { Item: exported, id } = cells;
  if (!isObject(exported) && !isObject(id)) return isRecord(cells) ? cells : undefined;
  try {
    return fromStored(fromAttributes((isObject(exported) ? exported : cells) as Record<string, AttributeValue>));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

const isObject = (value: unknown): value is object => value !== null && typeof value === 'object';
