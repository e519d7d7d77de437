import type { Scope } from '../rules/expressions';
import { checkCode, checkForced } from './check-decide';
import type { Problems } from './check-problems';
import type { Decide } from './definition';

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
    if ('table' in rule) return;
    problems.cel(scope, rule.when, `${path}.when`, 'bool');
    checkCode(rule.reason, `${path}.reason`, problems);
    checkForced(rule, outcomes, path, problems);
  });
}
