import type { Rule } from '../pipeline/definition';
import type { DecisionTable } from './decision-table';
import type { CompileCel, Scope } from './expressions';
import type { CompiledRule } from './rules';

/** Makes a rule or a decision table ready to be asked. */
export function compileRule(rule: Rule | DecisionTable, compile: CompileCel, scope: Scope): CompiledRule {
  if ('table' in rule) return compileTableRule(rule, compile, scope);
  const { id, when, reason, priority = 0 } = rule;
  const holds = compile.condition(when);
  const forced = 'outcome' in rule ? { outcome: rule.outcome } : { route: rule.route };
  const match = [{ forced, reason: { code: reason, detail: `rule "${id}": ${when}` } }];
  return {
    id,
    priority,
    match(context) {
      const matches = holds(context);
      return matches === undefined ? undefined : matches ? match : [];
    },
  };
}

function compileTableRule(table: DecisionTable, compile: CompileCel, scope: Scope): CompiledRule {
  throw new Error(`later ${table.table} ${String(compile)} ${String(scope)}`);
}
