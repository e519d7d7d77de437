import { compileSchema } from '../input/compile-schema';
import { closeObjects } from '../input/schema';
import type { JsonSchema, PipelineDefinition } from '../pipeline/definition';
import { inputFields, lookedUpFields } from '../pipeline/fields';

/** One request of labelled history. */
export interface HistoryRow {
  readonly input: Readonly<Record<string, unknown>>;
  /** Looked-up fields that the row has. */
  readonly lookedUp: Readonly<Record<string, unknown>>;
  /** The index of the truth in `decide.labels`. */
  readonly label: number;
  /** Epoch milliseconds; undefined where history has no times. */
  readonly at: number | undefined;
}

export type Skipped = 'LABEL_UNKNOWN' | 'TIME_INVALID' | 'INPUT_INVALID';

/**
 * Reads rows of labelled history: fields of the input and looked-up fields stand side by side under their names, the
 * truth in the column that `history.label` names. A field that history has no column for is not asked for, so that
 * data without, say, applicant ids can be used. `columns` are those of the file.
 */
export function compileHistory(
  definition: PipelineDefinition,
  columns: readonly string[],
): (cells: Readonly<Record<string, unknown>>) => HistoryRow | { readonly skipped: Skipped } {
  const { label: labelColumn, at: timeColumn } = definition.history!;
  const { labels } = definition.decide;
  const input = readersOf(inputFields(definition));
  const lookedUp = readersOf(lookedUpFields(definition));
  const required = definition.input.required?.filter((name) => columns.includes(name)) ?? [];
  const valid = compileSchema(closeObjects({ ...definition.input, required }));
  return (cells) => {
    const label = labels.indexOf(String(cells[labelColumn] ?? ''));
    if (label < 0) return { skipped: 'LABEL_UNKNOWN' };
    const at = timeColumn === undefined ? undefined : readTime(cells[timeColumn]);
    if (Number.isNaN(at)) return { skipped: 'TIME_INVALID' };
    const row = { input: readCells(input, cells), lookedUp: readCells(lookedUp, cells), label, at };
    return valid(row.input) ? row : { skipped: 'INPUT_INVALID' };
  };
}

const ISO_8601 = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/;

/** Epoch milliseconds, in UTC where the time has no zone; NaN where it is none. */
export function readTime(cell: unknown): number {
  const [, day, time = '00:00', zone = 'Z'] = ISO_8601.exec(String(cell)) ?? [];
  return day === undefined ? NaN : Date.parse(`${day}T${time}${zone}`);
}

export type Readers = readonly (readonly [name: string, (cell: unknown) => unknown])[];

/** What makes typed values of a row's cells. */
export const readersOf = (fields: Readonly<Record<string, JsonSchema>>): Readers =>
  Object.entries(fields).map(([name, schema]) => [name, readerOf(schema)]);

export function readCells(readers: Readers, cells: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, take] of readers) {
    const value = take(cells[name]);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** CSV has texts alone: they become what the schema says. An empty cell is no value. */
function readerOf({ type }: JsonSchema): (cell: unknown) => unknown {
  const types = [type].flat();
  const parse = types.includes('string')
    ? asIs
    : types.includes('integer') || types.includes('number')
      ? parseNumber
      : types.includes('boolean')
        ? parseBoolean
        : asIs;
  return (cell) => {
    if (cell === '' || cell === null) return undefined;
    return typeof cell === 'string' ? parse(cell) : cell;
  };
}

const asIs = (text: string): unknown => text;
const parseNumber = (text: string): unknown => (text.trim() === '' ? undefined : Number(text));
const parseBoolean = (text: string): unknown => (text === 'true' ? true : text === 'false' ? false : text);
