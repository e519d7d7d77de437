import type { Cel } from '../pipeline/definition';
import { type Cell, type InputType, type ParsedCell, parseCell } from './table-cells';

/** Which of the rows that match a table gives: the only one, the first of them, or all of them. */
export type Hit = 'unique' | 'first' | 'collect';

/** A row matches when all its cells do. An input without a cell may have any value, or none. */
export interface TableRow {
  readonly when: Readonly<Record<string, Cell>>;
}

/** Rules in the form of a table, after the decision tables of DMN (OMG, Decision Model and Notation 1.5). */
export interface DecisionTable<Row extends TableRow = TableRow> {
  /** The table's id. */
  readonly table: string;
  readonly hit: Hit;
  /** What the rows test, by the name that `when` uses: CEL giving a number, a text or a truth value. */
  readonly inputs: Readonly<Record<string, Cel>>;
  readonly rows: readonly Row[];
  /** Leaves what no row matches to the rules after the table, then the policy. @default - the rows must match everything */
  readonly otherwise?: 'pass';
}

/**
 * The rows that hit, in their order; or, where a value is missing and what it would have been makes a difference, the
 * rows of which the table therefore cannot tell.
 */
export type Match = { readonly rows: readonly number[] } | { readonly unresolved: readonly number[] };

/** A cell of a row, with the input whose value it takes. */
export interface CompiledCell extends ParsedCell {
  readonly input: string;
  readonly type: InputType;
  readonly given: Cell;
}

/** A table made ready at init. */
export interface CompiledTable {
  readonly rows: readonly (readonly CompiledCell[])[];
  /**
   * `values` are JSON values by the name of their input. What is missing, or of another type, makes a cell unknown; a
   * row is false if any of its cells is, else unknown if any is, else true (Kleene, 1952).
   */
  match(values: Readonly<Record<string, unknown>>): Match;
}

/** Compiles a table that has passed `tableProblems`; throws if it has not. `types` are the inputs' CEL types. */
export function compileTable(table: DecisionTable, types: Readonly<Record<string, InputType>>): CompiledTable {
  const rows = table.rows.map(({ when }, i) =>
    cellsOf(when).map(([input, given]): CompiledCell => {
      const type = types[input]!;
      const parsed = parseCell(type, given);
      if ('problems' in parsed) throw new Error(`rows[${i}].when.${input}: ${parsed.problems.join(' ')}`);
      return { ...parsed.cell, input, type, given };
    }),
  );
  const first = table.hit === 'first';
  return {
    rows,
    match(values) {
      const hits: number[] = [];
      const unresolved: number[] = [];
      for (let i = 0; i < rows.length; i++) {
        const holds = rowHolds(rows[i]!, values);
        if (holds === undefined) unresolved.push(i);
        if (holds !== true) continue;
        hits.push(i);
        if (first) break;
      }
      // In a unique table no row is unknown where one is true: a value for which both were true would be an overlap.
      return unresolved.length > 0 ? { unresolved } : { rows: hits };
    },
  };
}

/** The cells that stand in a row. A member that is undefined is one that JSON leaves out. */
export const cellsOf = (when: TableRow['when']): [string, Cell][] =>
  Object.entries(when).filter(([, cell]) => cell !== undefined);

const TYPES: Record<InputType, string> = { int: 'number', double: 'number', string: 'string', bool: 'boolean' };

/** Whether a cell takes a value; undefined when there is none to take. */
export const cellHolds = ({ type, has }: CompiledCell, value: unknown): boolean | undefined =>
  typeof value === TYPES[type] ? has(value) : undefined;

function rowHolds(cells: readonly CompiledCell[], values: Readonly<Record<string, unknown>>): boolean | undefined {
  let known = true;
  for (const cell of cells) {
    const holds = cellHolds(cell, values[cell.input]);
    if (holds === false) return false;
    if (holds === undefined) known = false;
  }
  return known ? true : undefined;
}
