import type { JsonSchema, Scalar } from '../pipeline/definition';
import { type Ends, type Range, above, below, rangeOf, sample } from './number-range';
import type { CellTest, InputType, ParsedCell } from './table-cells';

/** The values that an input can have: those of its type, within the ends and among `values` where these are given. */
export interface Domain extends Ends {
  readonly type: InputType;
  readonly values?: readonly Scalar[];
}

const SIGNS = { minimum: '>=', exclusiveMinimum: '>', maximum: '<=', exclusiveMaximum: '<' };
const ENDS = Object.keys(SIGNS) as (keyof Ends)[];

/**
 * The domain of an input of a CEL type; `schema` is that of the value where the input is a plain path. Keywords other
 * than `enum`, `const` and the four ends are not read: the domain may hold more than the schema allows, never less.
 */
export function domainOf(type: InputType, schema: JsonSchema = {}): Domain {
  const ends = ENDS.flatMap((end) => (typeof schema[end] === 'number' ? [[end, schema[end]] as const] : []));
  const values: unknown = schema.const !== undefined ? [schema.const] : schema.enum;
  return {
    type,
    ...Object.fromEntries(ends),
    ...(Array.isArray(values) && { values: values.filter(isOf(type)) }),
  };
}

const isOf =
  (type: InputType) =>
  (value: unknown): value is Scalar =>
    type === 'int'
      ? Number.isInteger(value)
      : typeof value === { double: 'number', string: 'string', bool: 'boolean' }[type];

/** Stands for every text that no row and no enum names; no test takes it, every negated one does. */
export const OTHER_TEXT = undefined;

/** Values of an input that no row tells apart: an example of them, and the rows that take them, one bit a row. */
export interface Part {
  readonly example: Scalar | typeof OTHER_TEXT;
  readonly rows: bigint;
}

/** Parts the domain by what the rows ask of it; a row without a cell takes every value. */
export function partition(domain: Domain, cells: readonly (ParsedCell | undefined)[]): readonly Part[] {
  const tests = cells.flatMap((cell) => cell?.tests ?? []);
  const parts = new Map<bigint, Part>();
  for (const { value, example } of classes(domain, tests)) {
    let rows = 0n;
    cells.forEach((cell, i) => {
      if (!cell || cell.has(value)) rows |= 1n << BigInt(i);
    });
    if (!parts.has(rows)) parts.set(rows, { example, rows });
  }
  return [...parts.values()];
}

interface ValueClass {
  /** One of its values: a test takes all of the class, or none. */
  readonly value: Part['example'];
  /** The one to show. */
  readonly example: Part['example'];
}

function classes(domain: Domain, tests: readonly CellTest[]): readonly ValueClass[] {
  const { type } = domain;
  const single = (value: Part['example']): ValueClass => ({ value, example: value });
  if (type === 'bool') return (domain.values ?? [true, false]).map(single);
  if (type === 'string')
    return [...new Set(domain.values ?? [...tests.map(({ given }) => given), OTHER_TEXT])].map(single);

  // A class begins where a range does, or where one has just ended.
  const cuts = tests.flatMap(({ range }) => (range ? [range.first, above(type, range.last)] : []));
  return numberRanges(domain).flatMap(({ first, last }) => {
    const inside = cuts.filter((cut) => cut > first && cut <= last);
    const starts = [...new Set([first, ...inside])].sort((a, b) => a - b);
    return starts.map((start, i) => {
      const end = i + 1 < starts.length ? below(type, starts[i + 1]!) : last;
      return { value: start, example: sample(start, end) };
    });
  });
}

/** The numbers of a domain; JSON has no infinite ones. */
function numberRanges(domain: Domain): readonly Range[] {
  const type = domain.type === 'int' ? 'int' : 'double';
  const { minimum = -Number.MAX_VALUE, maximum = Number.MAX_VALUE, values } = domain;
  const whole = rangeOf(type, { ...domain, minimum, maximum });
  const points = values?.map((value) => rangeOf(type, { minimum: Number(value), maximum: Number(value) }));
  return (points ?? [whole]).filter((range) => range.first <= range.last && overlap(range, whole));
}

const overlap = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last;

/** Whether a test takes any value of the domain. */
export const reaches = (domain: Domain, { given, range }: CellTest): boolean =>
  range ? numberRanges(domain).some((part) => overlap(part, range)) : (domain.values?.includes(given) ?? true);

/** The domain in words, to tell why a test takes none of its values. */
export function domainText(domain: Domain): string {
  if (domain.values) return domain.values.map((value) => JSON.stringify(value)).join(', ');
  return ENDS.flatMap((end) => (domain[end] === undefined ? [] : `${SIGNS[end]} ${domain[end]}`)).join(' and ');
}
