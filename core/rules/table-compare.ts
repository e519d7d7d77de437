import type { Problems } from '../pipeline/check-problems';
import type { DecisionTable } from './decision-table';
import { type Column, type Combination, bit, covering, overlapping, shared, unmatched, within } from './table-coverage';
import { OTHER_TEXT } from './table-domain';

/** Comparisons of row sets that one check of a table may take: a second or two of work. */
const EFFORT = 1_000_000;

const SPLIT = 'Split the table.';
const PASS =
  "Or write otherwise: 'pass', which leaves what no row matches to the rules after the table and the policy.";

/** What there is to compare: `sound` are the rows that have no problem of their own. */
interface Rows {
  readonly columns: readonly Column[];
  readonly sound: readonly number[];
}

/** Checks the rows among each other, as the hit policy asks. */
export function compareRows(table: DecisionTable, rows: Rows, problems: Problems): void {
  if (table.hit === 'unique') checkOverlaps(rows, problems);
  if (table.hit === 'first') checkReached(rows, problems);
  if (table.hit === 'collect') checkRepeats(rows, problems);
  if (rows.sound.length === table.rows.length) checkComplete(table, rows, problems);
}

function checkOverlaps({ columns, sound }: Rows, problems: Problems): void {
  for (const row of sound) {
    const [first, ...others] = among(sound, overlapping(columns, row), row);
    if (first === undefined) continue;
    const example = combinationText(columns, shared(columns, row, first));
    const more = others.length > 0 ? ` It also overlaps ${named(others)}.` : '';
    problems.add('TABLE_OVERLAP', `rows[${row}]`, `overlaps rows[${first}]: both match ${example}.${more}`);
  }
}

function checkReached({ columns, sound }: Rows, problems: Problems): void {
  const effort = { left: EFFORT };
  for (const row of sound) {
    const rivals = among(sound, overlapping(columns, row), row);
    if (rivals.length === 0) continue;
    const reached = unmatched(within(columns, row), setOf(rivals), effort);
    if (effort.left < 0) {
      problems.add('TABLE_TOO_COMPLEX', 'rows', `overlap in too many ways to find out which are reached. ${SPLIT}`);
      return;
    }
    if (reached) continue;
    const [single] = among(sound, covering(columns, row), row);
    const cover = single === undefined ? `${named(rivals)} together match` : `rows[${single}] matches`;
    problems.add('TABLE_UNREACHABLE', `rows[${row}]`, `is never reached: before it, ${cover} all that it matches.`);
  }
}

function checkRepeats({ columns, sound }: Rows, problems: Problems): void {
  const covers = new Map(sound.map((row) => [row, covering(columns, row)]));
  for (const row of sound) {
    const same = among(sound, covers.get(row)!, row).find((other) => (covers.get(other)! & bit(row)) !== 0n);
    if (same !== undefined)
      problems.add(
        'TABLE_REPEATED',
        `rows[${row}].when`,
        `matches exactly what rows[${same}] matches. Keep one of them.`,
      );
  }
}

function checkComplete({ otherwise }: DecisionTable, { columns, sound }: Rows, problems: Problems): void {
  const effort = { left: EFFORT };
  const missing = unmatched(columns, setOf(sound), effort);
  if (effort.left < 0) {
    if (otherwise === undefined)
      problems.add('TABLE_TOO_COMPLEX', 'rows', `overlap in too many ways to find what none matches. ${SPLIT} ${PASS}`);
  } else if (missing && otherwise === undefined)
    problems.add(
      'TABLE_INCOMPLETE',
      'rows',
      `none matches ${combinationText(columns, missing)}. Add a row for it. ${PASS}`,
    );
  else if (!missing && otherwise !== undefined)
    problems.add('TABLE_OTHERWISE', 'otherwise', 'never applies: the rows match every combination. Leave it out.');
}

/** The rows of a set that come before a row. */
const among = (sound: readonly number[], set: bigint, before: number): readonly number[] =>
  sound.filter((row) => row < before && (set & bit(row)) !== 0n);

const setOf = (rows: readonly number[]): bigint => rows.reduce((set, row) => set | bit(row), 0n);

/** At most this many rows are named one by one. */
const FEW = 4;

function named(rows: readonly number[]): string {
  const names = rows.slice(0, FEW).map((row) => `rows[${row}]`);
  return rows.length > FEW ? `${names.join(', ')} and ${rows.length - FEW} more` : names.join(', ');
}

function combinationText(columns: readonly Column[], combination: Combination): string {
  const values = columns
    .filter(({ input }) => Object.hasOwn(combination, input))
    .map(({ input }) => `${input} ${valueText(combination[input])}`);
  return values.join(', ') || 'any values';
}

const valueText = (value: Combination[string]): string =>
  value === OTHER_TEXT ? 'any other text' : JSON.stringify(value);
