import fc from 'fast-check';
import type { Scalar } from '../../../core/pipeline/definition';
import type { DecisionTable, Hit } from '../../../core/rules/decision-table';
import type { Cell } from '../../../core/rules/table-cells';
import type { Domain } from '../../../core/rules/table-domain';

export type Values = Readonly<Record<string, Scalar | undefined>>;

interface SmallInput {
  readonly domain: Domain;
  /** Values that stand for all of the domain, where cells have whole bounds. */
  readonly points: readonly Scalar[];
  readonly test: fc.Arbitrary<Scalar>;
}

const bound = fc.integer({ min: 0, max: 4 });
const numberTest = fc.oneof(
  bound,
  fc.tuple(fc.constantFrom('<', '<=', '>', '>='), bound).map(([sign, end]) => `${sign} ${end}`),
  fc
    .tuple(fc.constantFrom('[', '('), bound, bound, fc.constantFrom(']', ')'))
    .map(([open, a, b, close]) => `${open}${Math.min(a, b)}..${Math.max(a, b)}${close}`),
);
const text = fc.constantFrom('a', 'b', 'c');

/** Inputs small enough to try every combination. */
export const SMALL: Readonly<Record<string, SmallInput>> = {
  whole: { domain: { type: 'int', minimum: 0, exclusiveMaximum: 5 }, points: [0, 1, 2, 3, 4], test: numberTest },
  some: { domain: { type: 'int', values: [0, 2, 3] }, points: [0, 2, 3], test: numberTest },
  real: {
    domain: { type: 'double', exclusiveMinimum: 0, maximum: 3 },
    points: [0.5, 1, 1.5, 2, 2.5, 3],
    test: numberTest,
  },
  free: { domain: { type: 'double' }, points: [-1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5], test: numberTest },
  kind: { domain: { type: 'string', values: ['a', 'b', 'c'] }, points: ['a', 'b', 'c'], test: text },
  name: { domain: { type: 'string' }, points: ['a', 'b', 'c', 'any other text'], test: text },
  flag: { domain: { type: 'bool' }, points: [true, false], test: fc.boolean() },
};

export const DOMAINS = Object.fromEntries(Object.entries(SMALL).map(([name, { domain }]) => [name, domain]));
export const TYPES = Object.fromEntries(Object.entries(SMALL).map(([name, { domain }]) => [name, domain.type]));

const cellOf = (test: fc.Arbitrary<Scalar>): fc.Arbitrary<Cell> => {
  const tests = fc.oneof(test, fc.array(test, { minLength: 1, maxLength: 3 }));
  return fc.oneof(
    { weight: 3, arbitrary: tests },
    tests.map((not) => ({ not })),
  );
};

/** A table of at most three inputs and six rows. */
export const smallTable = (hits: readonly Hit[]): fc.Arbitrary<DecisionTable> =>
  fc.subarray(Object.keys(SMALL), { minLength: 1, maxLength: 3 }).chain((names) => {
    const cells = Object.fromEntries(names.map((name) => [name, cellOf(SMALL[name]!.test)]));
    return fc.record({
      table: fc.constant('small'),
      hit: fc.constantFrom(...hits),
      inputs: fc.constant(Object.fromEntries(names.map((name) => [name, `input.${name}`]))),
      rows: fc.array(
        fc.record(cells, { requiredKeys: [] }).map((when) => ({ when: { ...when } as Record<string, Cell> })),
        { minLength: 1, maxLength: 6 },
      ),
    });
  });

/** Every combination of the named inputs' values, with the given ones held. */
export const combinations = (names: readonly string[], held: Values = {}): Values[] =>
  names.reduce<Values[]>(
    (all, name) =>
      all.flatMap((one) =>
        (held[name] === undefined ? SMALL[name]!.points : [held[name]]).map((value) => ({ ...one, [name]: value })),
      ),
    [{}],
  );

/** What a cell means, written a second time and plainly. */
export function takes(cell: Cell, value: Scalar): boolean {
  if (typeof cell === 'object' && 'not' in cell) return !takes(cell.not, value);
  if (Array.isArray(cell)) return cell.some((test: Scalar) => takes(test, value));
  if (typeof value !== 'number' || typeof cell !== 'string') return cell === value;
  if (cell.startsWith('<=')) return value <= Number(cell.slice(2));
  if (cell.startsWith('>=')) return value >= Number(cell.slice(2));
  if (cell.startsWith('<')) return value < Number(cell.slice(1));
  if (cell.startsWith('>')) return value > Number(cell.slice(1));
  const [from, to] = cell.slice(1, -1).split('..').map(Number) as [number, number];
  return (cell.startsWith('[') ? value >= from : value > from) && (cell.endsWith(']') ? value <= to : value < to);
}

/** The rows that match a combination without missing values. */
export const matching = ({ rows }: DecisionTable, values: Values): number[] =>
  [...rows.keys()].filter((i) => Object.entries(rows[i]!.when).every(([name, cell]) => takes(cell, values[name]!)));
