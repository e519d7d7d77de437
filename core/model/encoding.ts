import type { ModelClient } from '../ports';

/**
 * One source value of the model's row. A string is a number taken as it is (booleans become 0 and 1).
 * `oneHot` gives one 0/1 column a category, in that order; `ordinal` gives the category's position.
 * `from` is a path, `input.<field>` or `features.<name>`. A missing value is an empty CSV cell (NaN to XGBoost).
 */
export type Column =
  | string
  | { readonly from: string; readonly oneHot: readonly string[] }
  | { readonly from: string; readonly ordinal: readonly string[] };

/** Where a request's values come from. */
export interface RowSource {
  readonly input: Readonly<Record<string, unknown>>;
  readonly features: Readonly<Record<string, unknown>>;
}

interface CompiledColumn {
  readonly root: keyof RowSource;
  readonly field: string;
  /** Cells of a value; a missing or unknown value is NaN in each. */
  readonly cells: (value: unknown) => readonly number[];
}

export type CompiledColumns = readonly CompiledColumn[];

/** Splits paths and indexes categories once, at init. */
export const compileColumns = (columns: readonly Column[]): CompiledColumns =>
  columns.map((column) => {
    const [root, field] = (typeof column === 'string' ? column : column.from).split('.') as [keyof RowSource, string];
    if (typeof column === 'string') return { root, field, cells: (value) => [number(value)] };
    if ('ordinal' in column) {
      const position = new Map(column.ordinal.map((category, i) => [category, i]));
      return { root, field, cells: (value) => [position.get(value as string) ?? NaN] };
    }
    const rows = new Map(column.oneHot.map((category, i) => [category, column.oneHot.map((_, j) => Number(i === j))]));
    const unknown = column.oneHot.map(() => NaN);
    return { root, field, cells: (value) => rows.get(value as string) ?? unknown };
  });

/** The model's row: NaN where a value is missing. */
export const encodeRow = (columns: CompiledColumns, source: RowSource): number[] =>
  columns.flatMap(({ root, field, cells }) => cells(source[root][field]));

/** The row as one CSV line; a missing value is an empty cell. */
export const toCsv = (row: readonly number[]): string =>
  row.map((cell) => (Number.isNaN(cell) ? '' : String(cell))).join(',');

/** A model of rows that is asked about requests. */
export const askedByRow = (columns: CompiledColumns, model: ModelClient<string>): ModelClient => ({
  predict: (question, signal) => model.predict(toCsv(encodeRow(columns, question)), signal),
});

function number(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : NaN;
}
