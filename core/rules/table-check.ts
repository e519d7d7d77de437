import { Problems } from '../pipeline/check-problems';
import type { Problem } from '../problem';
import { type DecisionTable, cellsOf } from './decision-table';
import { type ParsedCell, parseCell, testsOf } from './table-cells';
import { compareRows } from './table-compare';
import { type Domain, domainText, partition, reaches } from './table-domain';

const HITS = ['unique', 'first', 'collect'];
const MOST = { rows: 200, inputs: 20, tests: 5000 };

/**
 * Every problem of a table, with paths relative to it. The comparison of rows is exact within the domains: two rows
 * overlap, a row is never reached, or a combination is missing exactly if some values of the domains show it. A row
 * with a problem of its own takes no part in it. Where a domain is not known, since the input's expression has a
 * problem, rows are not compared.
 */
export function tableProblems(
  table: DecisionTable,
  domains: Readonly<Record<string, Domain | undefined>>,
): readonly Problem[] {
  const problems = new Problems();
  checkShape(table, problems);
  if (problems.all.length > 0) return problems.all;

  problems.oneOf('TABLE_HIT', 'hit', table.hit, HITS);
  if (table.otherwise !== undefined) problems.oneOf('TABLE_OTHERWISE', 'otherwise', table.otherwise, ['pass']);
  const rows = table.rows.map((_, i) => readRow(table, i, domains, problems));
  const inputs = Object.keys(table.inputs);
  const columns = inputs.flatMap((input) => {
    const domain = domains[input];
    return domain
      ? [
          {
            input,
            parts: partition(
              domain,
              rows.map(({ cells }) => cells.get(input)),
            ),
          },
        ]
      : [];
  });
  if (columns.length < inputs.length) return problems.all;
  const sound = [...rows.keys()].filter((i) => rows[i]!.sound);
  compareRows(table, { columns, sound }, problems);
  return problems.all;
}

/** What keeps a table from being read at all. */
function checkShape({ inputs, rows }: DecisionTable, problems: Problems): void {
  const count = isObject(inputs) ? Object.keys(inputs).length : 0;
  if (count < 1 || count > MOST.inputs)
    problems.add(
      'TABLE_INPUTS',
      'inputs',
      `must name from 1 to ${MOST.inputs} expressions, such as { amount: 'input.amount' }.`,
    );
  if (!Array.isArray(rows) || rows.length < 1 || rows.length > MOST.rows) {
    problems.add('TABLE_SIZE', 'rows', `must be a list of 1 to ${MOST.rows} rows.`);
    return;
  }
  let tests = 0;
  rows.forEach((row: unknown, i) => {
    if (isObject(row) && isObject(row.when)) for (const cell of Object.values(row.when)) tests += testsOf(cell).length;
    else problems.add('TABLE_ROW', `rows[${i}].when`, `must be cells, such as { amount: '> 100' }; {} matches all.`);
  });
  if (tests > MOST.tests)
    problems.add('TABLE_SIZE', 'rows', `test ${tests} values; a table can test ${MOST.tests}. Split it.`);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** The cells of a row that can be read, and whether all of them can and none is in vain. */
function readRow(
  { inputs, rows }: DecisionTable,
  row: number,
  domains: Readonly<Record<string, Domain | undefined>>,
  problems: Problems,
): { readonly cells: ReadonlyMap<string, ParsedCell>; readonly sound: boolean } {
  const cells = new Map<string, ParsedCell>();
  const before = problems.all.length;
  for (const [input, given] of cellsOf(rows[row]!.when)) {
    const path = `rows[${row}].when.${input}`;
    if (!problems.oneOf('TABLE_INPUT', path, input, Object.keys(inputs))) continue;
    const domain = domains[input];
    if (!domain) continue;
    const parsed = parseCell(domain.type, given);
    if ('problems' in parsed) for (const message of parsed.problems) problems.add('TABLE_CELL', path, message);
    else {
      cells.set(input, parsed.cell);
      checkReach(input, domain, parsed.cell, path, problems);
    }
  }
  return { cells, sound: problems.all.length === before };
}

/** Each test must take some value that the input can have, and so must the cell. */
function checkReach(input: string, domain: Domain, cell: ParsedCell, path: string, problems: Problems): void {
  const vain = cell.tests.filter((test) => !reaches(domain, test));
  for (const { given } of vain) {
    if (domain.type === 'string') problems.oneOf('TABLE_VALUE', path, given, domain.values as readonly string[]);
    else
      problems.add(
        'TABLE_VALUE',
        path,
        `${JSON.stringify(given)} takes no value that ${input} can have: ${domainText(domain)}.`,
      );
  }
  if (cell.negated && vain.length === 0 && partition(domain, [cell]).every(({ rows }) => rows === 0n))
    problems.add('TABLE_VALUE', path, `leaves out every value that ${input} can have.`);
}
