import type { Pipeline } from '../pipeline/compile';
import { compileCel } from '../pipeline/compile';
import type { Rule, RuleTable } from '../pipeline/definition';
import { compileCells, forcedBy } from '../rules/compile-rule';
import { type CompiledCell, cellHolds } from '../rules/decision-table';
import { compileExplanation } from '../rules/explain-rule';
import { type RowExplanation, explainTable } from '../rules/explain-table';
import { type CelContext, environment } from '../rules/expressions';
import { briefValue } from './brief-value';
import type { ExplainedCondition, ExplainedRule } from './explanation';

/** So many rules that nearly matched are told of, those first that are asked first. */
const MOST_NEAR = 10;

type Explain = (context: CelContext) => readonly ExplainedRule[];

/** Tells of all rules and rows of tables whether they matched, or nearly did; the rest is counted. */
export function compileRuleExplainer(
  pipeline: Pipeline,
): (context: CelContext) => { readonly rules: readonly ExplainedRule[]; readonly otherRules: number } {
  const rules = (pipeline.definition.decide.rules ?? []).toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
  const explainers = rules.map((rule) =>
    'table' in rule ? compileTableExplainer(rule, pipeline) : compileOne(rule, pipeline),
  );
  return (context) => {
    const all = explainers.flatMap((explain) => explain(context));
    let near = 0;
    const told = all.filter((rule) => rule.matched !== false || (rule.near && ++near <= MOST_NEAR));
    return { rules: told, otherRules: all.length - told.length };
  };
}

function compileOne(rule: Rule, { scope }: Pipeline): Explain {
  const explain = compileExplanation(environment(scope), rule.when);
  const { id, priority = 0, reason } = rule;
  return (context) => {
    const { matched = null, near, conditions, missing } = explain(context);
    const told = conditions.map(({ text, holds = null, left, right, distance, near: but }): ExplainedCondition => {
      const [one, other] = [briefValue(left), briefValue(right)];
      return {
        text,
        holds,
        ...(one === undefined ? {} : { left: one }),
        ...(other === undefined ? {} : { right: other }),
        ...(distance === undefined ? {} : { distance }),
        near: but,
      };
    });
    return [{ id, priority, reason, forces: forcedBy(rule), matched, near, conditions: told, missing }];
  };
}

function compileTableExplainer(table: RuleTable, { scope }: Pipeline): Explain {
  const { compiled, valuesOf } = compileCells(table, compileCel(scope), scope);
  const { table: id, priority = 0, hit } = table;
  return (context) => {
    const values = valuesOf(context);
    const rows = explainTable(compiled, values);
    const first = hit === 'first' ? rows.findIndex(({ matches }) => matches === true) : -1;
    return rows.map((row, i): ExplainedRule => {
      const { matches = null, missing } = row;
      // What comes after the first row that hits is not asked.
      const asked = first < 0 || i <= first;
      const near = asked && nearlyMatched(row, compiled.rows[i]!.length);
      const conditions = compiled.rows[i]!.map((cell) => explainCell(cell, values[cell.input], row, near));
      const { reason, ...forced } = table.rows[i]!;
      return {
        id,
        row: i + 1,
        priority,
        reason,
        forces: forcedBy(forced),
        matched: asked && matches,
        near,
        conditions,
        missing: missing.map((input) => table.inputs[input]!),
      };
    });
  };
}

/** One cell failed: a number by less than a tenth of it, anything else beside others that did not. */
function nearlyMatched({ failed, missing }: RowExplanation, cells: number): boolean {
  const [only, ...others] = failed;
  if (only === undefined || others.length > 0 || missing.length > 0) return false;
  return only.distance === undefined ? cells > 1 : only.distance <= Math.abs(only.value as number) / 10;
}

function explainCell(
  cell: CompiledCell,
  value: unknown,
  { failed }: RowExplanation,
  near: boolean,
): ExplainedCondition {
  const left = briefValue(value);
  const { distance } = failed.find(({ input }) => input === cell.input) ?? {};
  const holds = cellHolds(cell, value) ?? null;
  return {
    text: textOf(cell),
    holds,
    ...(left === undefined ? {} : { left }),
    ...(distance === undefined ? {} : { distance }),
    near: near && holds === false,
  };
}

/** A cell in words: `amount > 10000`, `purpose is "business"`, `purpose is none of "new car", "used car"`. */
function textOf({ input, type, tests, negated }: CompiledCell): string {
  const texts = tests.map(({ given }) => (type === 'string' ? JSON.stringify(given) : String(given)));
  const many = texts.length > 1;
  if (negated) return `${input} is ${many ? 'none of' : 'not'} ${texts.join(', ')}`;
  if (many) return `${input} is one of ${texts.join(', ')}`;
  return `${input} ${/^[<>]/.test(texts[0]!) ? '' : /^[[(]/.test(texts[0]!) ? 'in ' : 'is '}${texts[0]!}`;
}
