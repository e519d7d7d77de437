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
