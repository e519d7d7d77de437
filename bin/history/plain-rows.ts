import { type FeatureKind, isSignal, partsOf } from '../../core/drift/baseline';
import type { ReferenceRow } from '../../core/drift/build-baseline';
import { UsageError } from '../commands/usage';
import type { ReferenceReader } from './reference-rows';
import type { Cells } from './read-rows';

/** Values of a column that are all different are names of rows: nothing can be said of how they are distributed. */
const FEWEST_FOR_NAMES = 50;

/** Reads rows of a file without a definition: every column is a feature, numeric where all of its values are numbers. */
export function plainReader(leftOut: readonly string[]): ReferenceReader {
  return {
    columns: [],
    read: (cells) => ({ values: without(cells, leftOut) }),
    kinds(sample) {
      const names = [...new Set(sample.flatMap(({ values }) => Object.keys(values)))];
      const odd = names.filter((name) => isSignal(name) || partsOf(name).segment !== undefined);
      if (odd.length > 0)
        throw new UsageError(
          `A feature's name has no slash and begins with no $, which mark segments and signals: rename or --ignore ${odd.join(', ')}.`,
        );
      return Object.fromEntries(
        names.flatMap((name): [string, FeatureKind][] => {
          const values = sample.map(({ values }) => values[name]).filter((value) => value !== undefined);
          if (values.every((value) => typeof value === 'number')) return [[name, 'numeric']];
          if (values.length >= FEWEST_FOR_NAMES && new Set(values).size === values.length) {
            process.stderr.write(`${name} is left out: each row has another value, as names of rows have.\n`);
            return [];
          }
          return [[name, 'categorical']];
        }),
      );
    },
  };
}

function without(cells: Cells, leftOut: readonly string[]): ReferenceRow['values'] {
  const values: Record<string, unknown> = {};
  for (const [name, cell] of Object.entries(cells)) {
    const value = valueOf(cell);
    if (value !== undefined && !leftOut.includes(name)) values[name] = value;
  }
  return values;
}

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
/** What files write where there is no value. */
const NOTHING = ['', 'null', 'NULL', 'NaN', 'nan', 'NA', 'N/A'];

/** CSV has texts alone. */
function valueOf(cell: unknown): unknown {
  if (cell === null || (typeof cell === 'string' && NOTHING.includes(cell))) return undefined;
  return typeof cell === 'string' && NUMBER.test(cell) ? Number(cell) : cell;
}
