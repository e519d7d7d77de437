import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { attempt } from '../features/lookup';
import type { Cel } from '../pipeline/definition';
import { namesIn, texts } from './cel-ast';
import { type CelContext, compileExpression } from './expressions';
import { type Logic, type Truth, logicOf, truth } from './rule-logic';

/** One condition of a rule: what stands between its `&&`, `||`, `!` and `?:`, but for a mere `true` or `false`. */
export interface ExplainedCondition {
  /** As it stands in the rule. */
  readonly text: string;
  /** Undefined where that cannot be told, since a value is missing. */
  readonly holds: boolean | undefined;
  /** What a comparison compares, or what startsWith and its like are asked of, as a JSON value. */
  readonly left?: unknown;
  /** What it is compared with. */
  readonly right?: unknown;
  /** Between two numbers. */
  readonly distance?: number;
  /** Whether the rule would have come out the other way, had this condition alone. */
  readonly pivotal: boolean;
  /**
   * Whether the rule nearly matched by this condition: it is pivotal, and its numbers are within a tenth of the limit;
   * or, where it compares no numbers, another condition that the rule needs is fulfilled, so that this one is missing.
   */
  readonly near: boolean;
}

export interface RuleExplanation {
  /** Undefined where that cannot be told, since a value is missing. */
  readonly matched: boolean | undefined;
  /** Whether the rule did not match, and nearly did. */
  readonly near: boolean;
  /** Each once, in the order of the rule. */
  readonly conditions: readonly ExplainedCondition[];
  /** What the conditions of an unresolved rule lack, such as `input.age`. */
  readonly missing: readonly string[];
}

type Evaluate = (context: CelContext) => unknown;

interface Condition {
  readonly text: string;
  readonly node: ASTNode;
  readonly holds: (context: CelContext) => Truth;
  readonly left?: Evaluate;
  readonly right?: Evaluate;
}

/** Makes a rule that has passed `checkExpression` ready to be explained. What it gives never throws. */
export function compileExplanation(env: Environment, source: Cel): (context: CelContext) => RuleExplanation {
  const conditions: Condition[] = [];
  const textOf = texts(source);
  const evaluate = (node: ASTNode): Evaluate => {
    const expression = compileExpression(env, textOf(node));
    return (context) => attempt(() => expression(context));
  };
  const logic = logicOf(env.parse(source).ast, (node) => {
    const text = textOf(node);
    const known = conditions.findIndex((condition) => condition.text === text);
    if (known >= 0) return known;
    const [left, right] = sidesOf(node).map(evaluate);
    return conditions.push({ text, node, holds: truthOf(evaluate(node)), left, right }) - 1;
  });
  return (context) => explain(logic, conditions, context);
}

function explain(logic: Logic, conditions: readonly Condition[], context: CelContext): RuleExplanation {
  const holds = conditions.map((condition) => condition.holds(context));
  const matched = truth(logic, holds);
  /** The rule with these conditions turned over. */
  const turned = (...flipped: readonly number[]) =>
    truth(
      logic,
      holds.map((value, i) => (flipped.includes(i) && value !== undefined ? !value : value)),
    );
  const explained = conditions.map((condition, i): ExplainedCondition => {
    const [left, right] = [jsonOf(condition.left?.(context)), jsonOf(condition.right?.(context))];
    const distance = typeof left === 'number' && typeof right === 'number' ? Math.abs(left - right) : undefined;
    const pivotal = matched !== undefined && turned(i) === !matched;
    const near =
      pivotal &&
      !matched &&
      (distance === undefined
        ? holds.some((_, other) => other !== i && !turned(i, other))
        : isClose(condition.node, distance, left, right));
    return {
      text: condition.text,
      holds: holds[i],
      ...(left !== undefined && { left }),
      ...(right !== undefined && { right }),
      ...(distance !== undefined && { distance }),
      pivotal,
      near,
    };
  });
  const open = conditions.filter((_, i) => matched === undefined && holds[i] === undefined);
  const missing = new Set(open.flatMap(({ node }) => missingIn(node, context)));
  return { matched, near: explained.some(({ near }) => near), conditions: explained, missing: [...missing] };
}

const truthOf =
  (evaluate: Evaluate) =>
  (context: CelContext): Truth => {
    const value = evaluate(context);
    return typeof value === 'boolean' ? value : undefined;
  };

const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>=', 'in'];

/** What a condition compares. */
function sidesOf(node: ASTNode): readonly ASTNode[] {
  if (COMPARISONS.includes(node.op)) return node.args as [ASTNode, ASTNode];
  if (node.op === 'rcall' && ['startsWith', 'endsWith', 'contains'].includes(node.args[0]))
    return [node.args[1], ...node.args[2]];
  return [];
}

/** Within a tenth of the limit, which is the side without names; of 0, nothing but 0 is. */
function isClose(node: ASTNode, distance: number, left: unknown, right: unknown): boolean {
  const [first, second] = sidesOf(node);
  if (first === undefined || second === undefined) return false;
  const limit = namesIn(second).length > 0 && namesIn(first).length === 0 ? left : right;
  return distance <= Math.abs(limit as number) / 10;
}

/** What is missing of what an expression names, as far up as it is missing. */
const missingIn = (node: ASTNode, context: CelContext): string[] =>
  namesIn(node).flatMap((names) => {
    let value: unknown = context;
    for (const [i, name] of names.entries()) {
      value = typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? value[name as never] : null;
      if (value === null || value === undefined) return [names.slice(0, i + 1).join('.')];
    }
    return [];
  });

/** A value of CEL as JSON: times and durations become texts. */
function jsonOf(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(jsonOf);
  if (value instanceof Date) return value.toJSON();
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, member]) => [name, jsonOf(member)]));
  // A duration.
  if (![null, Object.prototype].includes(Object.getPrototypeOf(value))) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonOf(member)]));
}
