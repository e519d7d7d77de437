import { type Scope, schemaOfPath } from '../rules/expressions';
import type { InputType } from '../rules/table-cells';
import { tableProblems } from '../rules/table-check';
import { domainOf } from '../rules/table-domain';
import type { Problems } from './check-problems';
import type { Decide, Forced, RuleTable } from './definition';

const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

export function checkRules({ rules = [], outcomes, match }: Decide, scope: Scope, problems: Problems): void {
  if (match !== undefined) problems.oneOf('RULE_MATCH', 'decide.match', match, ['first', 'all']);
  const seen = new Set<string>();
  rules.forEach((rule, i) => {
    const path = `decide.rules[${i}]`;
    const [name, id] = 'table' in rule ? ['table', rule.table] : ['id', rule.id];
    if (typeof id !== 'string' || id === '' || seen.has(id))
      problems.add('RULE_ID', `${path}.${name}`, `${JSON.stringify(id)} must be there and be unique, a text.`);
    seen.add(id);
    if (rule.priority !== undefined && !Number.isFinite(rule.priority))
      problems.add('RULE_PRIORITY', `${path}.priority`, `must be a number, got ${JSON.stringify(rule.priority)}.`);
    if ('table' in rule) return checkTable(rule, scope, outcomes, path, problems);
    problems.cel(scope, rule.when, `${path}.when`, 'bool');
    checkCode(rule.reason, `${path}.reason`, problems);
    checkForced(rule, outcomes, path, problems);
  });
}

function checkTable(
  table: RuleTable,
  scope: Scope,
  outcomes: readonly string[],
  path: string,
  problems: Problems,
): void {
  const domains = Object.fromEntries(
    Object.entries(table.inputs).map(([name, source]) => {
      const type = problems.cel(scope, source, `${path}.inputs.${name}`, 'int', 'double', 'string', 'bool');
      return [name, type === undefined ? undefined : domainOf(type as InputType, schemaOfPath(scope, source))] as const;
    }),
  );
  for (const { code, path: below, message } of tableProblems(table, domains))
    problems.add(code, `${path}.${below}`, message);
  table.rows.forEach((row, i) => {
    checkCode(row.reason, `${path}.rows[${i}].reason`, problems);
    checkForced(row, outcomes, `${path}.rows[${i}]`, problems);
  });
}

function checkForced(forced: Forced, outcomes: readonly string[], path: string, problems: Problems): void {
  if ('outcome' in forced && 'route' in forced)
    problems.add('RULE_ROUTE', path, 'takes either an outcome or a route, not both.');
  else if ('outcome' in forced) problems.oneOf('RULE_OUTCOME', `${path}.outcome`, forced.outcome, outcomes);
  else problems.oneOf('RULE_ROUTE', `${path}.route`, forced.route, ['review']);
}

export function checkCode(code: string, path: string, problems: Problems): void {
  if (!(typeof code === 'string' && CODE.test(code)))
    problems.add(
      'REASON_CODE',
      path,
      `${JSON.stringify(code)} must be upper case with underscores, such as LARGE_LOAN.`,
    );
}
