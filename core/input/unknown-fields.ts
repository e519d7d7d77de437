import { escapePointer } from './pointer';
import type { InputProblem } from './validate';

/** A fault for each member of a body that is none of those it may have. */
export const unknownFields = (body: Readonly<Record<string, unknown>>, known: readonly string[]): InputProblem[] =>
  Object.keys(body)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      pointer: `/${escapePointer(name)}`,
      code: 'UNKNOWN_FIELD',
      detail: `is none of ${known.join(', ')}`,
    }));
