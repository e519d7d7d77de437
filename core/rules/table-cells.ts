import type { Scalar } from '../pipeline/definition';
import { type NumberType, type Range, rangeOf } from './number-range';

/** The CEL types of which a decision table can test a value. */
export type InputType = NumberType | 'string' | 'bool';

/**
 * What a row of a decision table asks of one input:
 * - of a text, that it is `'business'`, or any of `['new car', 'used car']`;
 * - of a number, that it is `3`, or `'< 5'`, `'<= 5'`, `'> 5'`, `'>= 5'`, or lies in an interval: a square bracket takes
 *   its end in and a round one leaves it out, so `'[1..5)'` is from 1 up to but not 5; or any of a list of these;
 * - that it is `true`, or `false`;
 * - with `{ not: … }`, that it is none of these: `{ not: ['new car', 'used car'] }`.
 */
export type Cell = Scalar | readonly Scalar[] | { readonly not: Scalar | readonly Scalar[] };

/** One entry of a cell. */
export interface CellTest {
  readonly given: Scalar;
  /** The numbers that it takes; a test of a text or of a truth value takes `given` alone. */
  readonly range?: Range;
}

/** A cell made ready: it takes what one of its tests takes, or, `negated`, what none does. */
export interface ParsedCell {
  readonly tests: readonly CellTest[];
  readonly negated: boolean;
  readonly has: (value: unknown) => boolean;
}

const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const EQUAL = new RegExp(String.raw`^={0,2}\s*(${NUMBER})$`);
const COMPARISON = new RegExp(String.raw`^(<=?|>=?)\s*(${NUMBER})$`);
const INTERVAL = new RegExp(String.raw`^([[(])\s*(${NUMBER})\s*\.\.\s*(${NUMBER})\s*([\])])$`);
const BOUNDS = { '<': 'exclusiveMaximum', '<=': 'maximum', '>': 'exclusiveMinimum', '>=': 'minimum' } as const;

const NUMBER_FORMS =
  'Write a number, a comparison such as "< 5" or ">= 5", an interval such as "[1..5]" or "[1..5)", a list of these, ' +
  'or { not: … }.';
const FORMS: Record<InputType, { readonly is: string; readonly write: string }> = {
  int: { is: 'a test of a whole number', write: NUMBER_FORMS },
  double: { is: 'a test of a number', write: NUMBER_FORMS },
  string: { is: 'a text', write: 'Write a text, a list of texts, or { not: … }.' },
  bool: { is: 'true or false', write: 'Write true or false, without quotes.' },
};

/** Reads a cell that tests values of a type; or says what is wrong with it and what to write. */
export function parseCell(
  type: InputType,
  cell: unknown,
): { readonly cell: ParsedCell } | { readonly problems: readonly string[] } {
  const list = testsOf(cell);
  if (list.length === 0) return { problems: ['is an empty list. To take any value, leave the input out.'] };

  const parsed = list.map((test) => parseTest(type, test));
  const problems = parsed.filter((test) => typeof test === 'string');
  if (problems.length > 0) return { problems };
  const tests = parsed.filter((test) => typeof test !== 'string');
  const inside = membership(tests);
  const negated = isNegation(cell);
  return { cell: { tests, negated, has: negated ? (value) => !inside(value) : inside } };
}

const isNegation = (cell: unknown): cell is { readonly not: unknown } =>
  cell !== null && typeof cell === 'object' && Object.keys(cell).join() === 'not';

/** What a cell lists, as it was written. */
export function testsOf(cell: unknown): readonly unknown[] {
  const given = isNegation(cell) ? cell.not : cell;
  return Array.isArray(given) ? given : [given];
}

function parseTest(type: InputType, given: unknown): CellTest | string {
  const { is, write } = FORMS[type];
  const malformed = `${JSON.stringify(given)} is not ${is}. ${write}`;
  if (type === 'string') return typeof given === 'string' ? { given } : malformed;
  if (type === 'bool') return typeof given === 'boolean' ? { given } : malformed;

  const range = parseRange(type, given);
  if (range) {
    if (range.first <= range.last) return { given: given as Scalar, range };
    return `${JSON.stringify(given)} is met by no ${type === 'int' ? 'whole number' : 'number'}.`;
  }
  const [, equal] = (typeof given === 'string' && EQUAL.exec(given.trim())) || [];
  return equal === undefined ? malformed : `${JSON.stringify(given)} is a text. Write ${equal}, without quotes.`;
}

function parseRange(type: NumberType, given: unknown): Range | undefined {
  if (typeof given === 'number')
    return Number.isFinite(given) ? rangeOf(type, { minimum: given, maximum: given }) : undefined;
  if (typeof given !== 'string') return undefined;
  const [, sign, bound] = COMPARISON.exec(given.trim()) ?? [];
  if (sign !== undefined) return finite(type, { [BOUNDS[sign as keyof typeof BOUNDS]]: Number(bound) });
  const [, open, from, to, close] = INTERVAL.exec(given.trim()) ?? [];
  if (open === undefined) return undefined;
  return finite(type, {
    [open === '[' ? 'minimum' : 'exclusiveMinimum']: Number(from),
    [close === ']' ? 'maximum' : 'exclusiveMaximum']: Number(to),
  });
}

/** A number too large for a double is not one. */
const finite = (type: NumberType, ends: Record<string, number>): Range | undefined =>
  Object.values(ends).every(Number.isFinite) ? rangeOf(type, ends) : undefined;

function membership(tests: readonly CellTest[]): (value: unknown) => boolean {
  const ranges = tests.flatMap(({ range }) => range ?? []);
  if (ranges.length === 1) {
    const { first, last } = ranges[0]!;
    return (value) => (value as number) >= first && (value as number) <= last;
  }
  if (ranges.length > 1)
    return (value) => ranges.some(({ first, last }) => (value as number) >= first && (value as number) <= last);
  if (tests.length === 1) {
    const only = tests[0]!.given;
    return (value) => value === only;
  }
  const values = new Set<unknown>(tests.map(({ given }) => given));
  return (value) => values.has(value);
}
