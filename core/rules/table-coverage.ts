import type { Part } from './table-domain';

/** One input of a table, parted by what its rows ask of it. */
export interface Column {
  readonly input: string;
  readonly parts: readonly Part[];
}

/** A combination of values; an input that it does not name may have any. */
export type Combination = Readonly<Record<string, Part['example']>>;

/** How much work an analysis may still take, in comparisons of sets of rows. Below 0 its answer does not count. */
export interface Effort {
  left: number;
}

export const bit = (row: number): bigint => 1n << BigInt(row);

/** The rows that ask something of an input: those that do not take all of its values. */
const testing = ({ parts }: Column): bigint => ~parts.reduce((all, { rows }) => all & rows, -1n);

/**
 * A combination that none of the given rows matches, or undefined when there is none or the effort is spent.
 *
 * Whether rows match everything is co-NP-complete (it is the tautology of a formula in disjunctive normal form), so the
 * search is exhaustive: it takes the inputs one after the other and keeps the rows that still match. What makes it short
 * for tables that people write is that it goes on with the input that most of these rows test, tries only the parts that
 * leave the fewest of them (what others leave includes that), and goes once only from one set of rows. Compare Calvanese
 * et al., Semantics and Analysis of DMN Decision Tables (BPM 2016), who sweep over the rows as boxes, input by input.
 */
export function unmatched(columns: readonly Column[], rows: bigint, effort: Effort): Combination | undefined {
  const inputs = columns.map((column, i) => ({ ...column, bit: bit(i), testing: testing(column) }));
  const seen = new Set<bigint>();

  const search = (left: typeof inputs, live: bigint): Combination | undefined => {
    if (live === 0n) return {};
    const open = left.filter((input) => (live & input.testing) !== 0n);
    // A row that tests nothing more matches, whatever the other inputs are.
    if ((live & ~open.reduce((all, { testing }) => all | testing, 0n)) !== 0n) return undefined;
    const state = open.reduce((all, { bit }) => all | bit, live << BigInt(inputs.length));
    if (seen.has(state)) return undefined;
    seen.add(state);

    const next = mostTested(open, live);
    const rest = open.filter((input) => input !== next);
    effort.left -= next.parts.length;
    for (const { example, rows } of fewest(next.parts, live, effort)) {
      if (effort.left < 0) return undefined;
      const found = search(rest, rows);
      if (found) return { ...found, [next.input]: example };
    }
    return undefined;
  };
  return search(inputs, rows);
}

function mostTested<T extends { readonly testing: bigint }>(inputs: readonly T[], live: bigint): T {
  const counts = inputs.map(({ testing }) => count(live & testing));
  return inputs[counts.indexOf(Math.max(...counts))]!;
}

const count = (rows: bigint): number => rows.toString(2).replaceAll('0', '').length;

/** Of what the parts leave of some rows, the least sets: those that include no other. */
function fewest(parts: readonly Part[], live: bigint, effort: Effort): readonly Part[] {
  const left = new Map<bigint, Part>();
  for (const { example, rows } of parts)
    if (!left.has(rows & live)) left.set(rows & live, { example, rows: rows & live });
  const bySize = [...left.values()].map((part) => ({ part, size: count(part.rows) })).sort((a, b) => a.size - b.size);
  const least: Part[] = [];
  for (const { part } of bySize) {
    effort.left -= least.length;
    if (!least.some(({ rows }) => (rows & part.rows) === rows)) least.push(part);
  }
  return least;
}

/** The columns with only what one row takes of them. */
export const within = (columns: readonly Column[], row: number): readonly Column[] =>
  columns.map(({ input, parts }) => ({ input, parts: parts.filter((part) => takes(part, row)) }));

const takes = ({ rows }: Part, row: number): boolean => (rows & bit(row)) !== 0n;

/** The rows (itself included) that some combination matches together with a row. */
export const overlapping = (columns: readonly Column[], row: number): bigint =>
  within(columns, row).reduce((all, { parts }) => all & parts.reduce((some, { rows }) => some | rows, 0n), -1n);

/** The rows (itself included) that match every combination which a row matches. */
export const covering = (columns: readonly Column[], row: number): bigint =>
  within(columns, row).reduce((all, { parts }) => parts.reduce((every, { rows }) => every & rows, all), -1n);

/** A combination that two overlapping rows match, by the inputs that either tests. */
export const shared = (columns: readonly Column[], a: number, b: number): Combination =>
  Object.fromEntries(
    columns
      .filter((column) => (testing(column) & (bit(a) | bit(b))) !== 0n)
      .map(({ input, parts }) => [input, parts.find((part) => takes(part, a) && takes(part, b))!.example]),
  );
