import type { Forced, Rule, RuleTable } from '../pipeline/definition';
import { type CompiledTable, compileTable } from './decision-table';
import { type CelContext, type CompileCel, type Scope, typeOf } from './expressions';
import type { CompiledRule } from './rules';
import type { InputType } from './table-cells';

/** Makes a rule or a decision table ready to be asked. */
export function compileRule(rule: Rule | RuleTable, compile: CompileCel, scope: Scope): CompiledRule {
  if ('table' in rule) return compileRuleTable(rule, compile, scope);
  const { id, when, reason, priority = 0 } = rule;
  const holds = compile.condition(when);
  const match = [{ forced: forcedBy(rule), reason: { code: reason, detail: `rule "${id}": ${when}` } }];
  return {
    id,
    priority,
    match(context) {
      const matches = holds(context);
      return matches === undefined ? undefined : matches ? match : [];
    },
  };
}

function compileRuleTable(table: RuleTable, compile: CompileCel, scope: Scope): CompiledRule {
  const { compiled, valuesOf } = compileCells(table, compile, scope);
  const matches = table.rows.map((row, i) => ({
    forced: forcedBy(row),
    reason: { code: row.reason, detail: `table "${table.table}", row ${i + 1}: ${describe(row.when)}` },
  }));
  return {
    id: table.table,
    priority: table.priority ?? 0,
    match(context) {
      const found = compiled.match(valuesOf(context));
      return 'rows' in found ? found.rows.map((row) => matches[row]!) : undefined;
    },
  };
}

/** The cells of a table, and the values of its inputs that they are asked about. */
export function compileCells(
  table: RuleTable,
  compile: CompileCel,
  scope: Scope,
): { readonly compiled: CompiledTable; valuesOf(context: CelContext): Readonly<Record<string, unknown>> } {
  const inputs = Object.entries(table.inputs).map(([name, source]) => ({ name, evaluate: compile.value(source) }));
  const types = Object.fromEntries(
    Object.entries(table.inputs).map(([name, source]) => [name, typeOf(scope, source) as InputType]),
  );
  return {
    compiled: compileTable(table, types),
    valuesOf(context) {
      return Object.fromEntries(inputs.map(({ name, evaluate }) => [name, evaluate(context)]));
    },
  };
}

/** What a rule, or a row of a table, forces. */
export const forcedBy = (rule: Forced): Forced =>
  'outcome' in rule ? { outcome: rule.outcome } : { route: rule.route };

/** The cells of a row in words. */
const describe = (when: RuleTable['rows'][number]['when']): string =>
  Object.entries(when)
    .map(([name, cell]) => `${name} ${typeof cell === 'string' ? cell : JSON.stringify(cell)}`)
    .join(', ') || 'any';
