import type { ASTNode } from '@marcbachmann/cel-js';

/** How a rule is put together from its conditions, which are numbers here, and constants. */
export type Logic = number | boolean | { readonly op: '&&' | '||' | '!_' | '?:'; readonly of: readonly Logic[] };
/** Undefined where it cannot be told. */
export type Truth = boolean | undefined;

/** Takes a rule apart; `condition` numbers what is not taken apart further. */
export function logicOf(node: ASTNode, condition: (node: ASTNode) => number): Logic {
  switch (node.op) {
    case '&&':
    case '||':
    case '?:':
      return { op: node.op, of: node.args.map((part) => logicOf(part, condition)) };
    case '!_':
      return { op: node.op, of: [logicOf(node.args, condition)] };
    default:
      return node.op === 'value' && typeof node.args === 'boolean' ? node.args : condition(node);
  }
}

/** CEL's logic: a side that decides does so whatever becomes of the other. */
export function truth(logic: Logic, holds: readonly Truth[]): Truth {
  if (typeof logic === 'boolean') return logic;
  if (typeof logic === 'number') return holds[logic];
  const [first, ...rest] = logic.of as [Logic, ...Logic[]];
  const value = truth(first, holds);
  switch (logic.op) {
    case '!_':
      return value === undefined ? undefined : !value;
    case '?:':
      return value === undefined ? undefined : truth(rest[value ? 0 : 1]!, holds);
    default: {
      const decides = logic.op === '||';
      if (value === decides) return decides;
      const other = truth(rest[0]!, holds);
      return other === decides ? decides : value === undefined ? undefined : other;
    }
  }
}
