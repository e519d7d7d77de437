import type { Scalar } from '../pipeline/definition';
import { above, below } from './number-range';
import { type CompiledCell, type CompiledTable, cellHolds } from './decision-table';
import type { Cell } from './table-cells';

/** A cell that did not take the value of its input. */
export interface FailedCell {
  readonly input: string;
  readonly cell: Cell;
  readonly value: Scalar;
  /** For a number, how far it is from the nearest that the cell takes; 0 is a bound that just is not taken in. */
  readonly distance?: number;
}

/** Why a row matched or did not; it nearly matched when one cell failed and no value is missing. */
export interface RowExplanation {
  readonly row: number;
  /** Undefined when a missing value keeps the table from telling. */
  readonly matches: boolean | undefined;
  readonly failed: readonly FailedCell[];
  /** The inputs whose missing values the row would have needed. */
  readonly missing: readonly string[];
}

/** Compares the values, JSON values by the name of their input, with every row, whatever the hit policy. */
export const explainTable = (
  { rows }: CompiledTable,
  values: Readonly<Record<string, unknown>>,
): readonly RowExplanation[] =>
  rows.map((cells, row) => {
    const failed = cells.filter((cell) => cellHolds(cell, values[cell.input]) === false);
    const missing = cells.filter((cell) => cellHolds(cell, values[cell.input]) === undefined);
    return {
      row,
      matches: failed.length > 0 ? false : missing.length > 0 ? undefined : true,
      failed: failed.map((cell) => failure(cell, values[cell.input] as Scalar)),
      missing: missing.map(({ input }) => input),
    };
  });

function failure(cell: CompiledCell, value: Scalar): FailedCell {
  const { input, given } = cell;
  return { input, cell: given, value, ...(typeof value === 'number' && { distance: distance(cell, value) }) };
}

/** What a cell takes begins and ends where one of its ranges does, or next to it. */
function distance({ type, tests, has }: CompiledCell, value: number): number {
  const whole = type === 'int';
  const numbers = whole ? 'int' : 'double';
  const ends = tests.flatMap(({ range }): [number, number][] =>
    range
      ? [
          [range.first, range.from],
          [below(numbers, range.first), range.from],
          [range.last, range.to],
          [above(numbers, range.last), range.to],
        ]
      : [],
  );
  // Between doubles the next number is too near to tell from the end as it was written.
  return Math.min(...ends.filter(([near]) => has(near)).map(([near, end]) => Math.abs(value - (whole ? near : end))));
}
