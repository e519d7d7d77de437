import type { ASTNode } from '@marcbachmann/cel-js';
import type { JsonSchema } from '../pipeline/definition';
import type { Scope } from './expressions';

/** A node and all below it; what a macro was given counts as it was written. */
export function* nodesOf(part: unknown): Generator<ASTNode> {
  if (Array.isArray(part)) for (const member of part) yield* nodesOf(member);
  else if (part !== null && typeof part === 'object' && 'op' in part) {
    yield part as ASTNode;
    yield* nodesOf((part as ASTNode).args);
  }
}

/** The type that the checker found for a node; the package notes it there, but declares no such member. */
export const typeOf = (node: ASTNode): string =>
  (node as { readonly checkedType?: { readonly name: string } }).checkedType?.name ?? 'unknown';

/** The names of a chain such as `input.home.zip`; undefined for anything else. */
export function namesOf(node: ASTNode): readonly string[] | undefined {
  if (node.op === 'id') return [node.args];
  if (node.op !== '.') return undefined;
  const before = namesOf(node.args[0]);
  return before && [...before, node.args[1]];
}

/** The declared schema of what a chain of names means; undefined where none is declared. */
export function schemaOf(scope: Scope, names: readonly string[] | undefined): JsonSchema | undefined {
  const [root, ...path] = names ?? [];
  if (root !== 'input' && root !== 'features') return undefined;
  return path.reduce<JsonSchema | undefined>(
    (schema, name) =>
      schema?.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined,
    { properties: scope[root] },
  );
}

/** The chains of names of an expression that begin with `input` or `features`; has() asks for none. */
export function namesIn(part: unknown): (readonly string[])[] {
  if (Array.isArray(part)) return part.flatMap(namesIn);
  if (part === null || typeof part !== 'object' || !('op' in part)) return [];
  const node = part as ASTNode;
  const names = namesOf(node);
  if (names) return names[0] === 'input' || names[0] === 'features' ? [names] : [];
  return node.op === 'call' && node.args[0] === 'has' ? [] : namesIn(node.args);
}

const QUOTED_OR_COMMENT = /[rR]("""|'''|"|')[^]*?\1|("""|'''|"|')(?:\\[^]|(?!\2)[^])*\2|\/\/.*/g;

/** The text of a node: the package leaves out a parenthesis that it begins or ends with. */
export function texts(source: string): (node: ASTNode) => string {
  const bare = source.replace(QUOTED_OR_COMMENT, (part) => ' '.repeat(part.length));
  return ({ range }) => {
    let { start, end } = range;
    let [open, closed] = [0, 0];
    for (const sign of bare.slice(start, end)) {
      if (sign === '(') open++;
      else if (sign === ')' && open > 0) open--;
      else if (sign === ')') closed++;
    }
    for (; closed > 0; closed--) start = bare.lastIndexOf('(', start - 1);
    for (; open > 0; open--) end = bare.indexOf(')', end) + 1;
    return source.slice(start, end).trim();
  };
}
