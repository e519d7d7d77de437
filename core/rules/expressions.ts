import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import type { Cel, JsonSchema } from '../pipeline/definition';
import type { Problem } from '../problem';
import { suggest } from '../suggest';
import { outsideSubset, unknownInHas } from './cel-subset';
import { celObject } from './cel-types';

/** The names an expression may use: the request's input, and the features known so far. */
export interface Scope {
  readonly input: Readonly<Record<string, JsonSchema>>;
  readonly features: Readonly<Record<string, JsonSchema>>;
  /** Names that are there and must not decide. */
  readonly protected?: readonly string[];
}

/** The values behind those names, already in CEL's types (see `toCel`). */
export interface CelContext {
  readonly input: unknown;
  readonly features?: unknown;
}

/** Makes expressions of one scope ready to be asked. What they give is undefined where a value is missing. */
export interface CompileCel {
  /** As a JSON value. */
  value(source: Cel): (context: CelContext) => unknown;
  condition(source: Cel): (context: CelContext) => boolean | undefined;
}

const LIMITS = { maxAstNodes: 1000, maxDepth: 50, maxListElements: 1000, maxMapEntries: 100, maxCallArguments: 16 };

export function environment(scope: Scope): Environment {
  return new Environment({ limits: LIMITS })
    .registerVariable('input', { schema: celObject(scope.input) })
    .registerVariable('features', { schema: celObject(scope.features) });
}

export type Checked = { readonly type: string } | { readonly problem: Problem };

/** Type-checks an expression; `expected` are the result types that its place allows. */
export function checkExpression(scope: Scope, source: Cel, path: string, expected: readonly string[]): Checked {
  const refuse = (code: string, message: string): Checked => ({ problem: { code, path, message } });
  if (typeof source !== 'string') return refuse('CEL_NOT_TEXT', `expected a CEL expression, got ${typeof source}.`);
  const refuseName = (name: string, place: string): Checked =>
    scope.protected?.includes(name)
      ? refuse(
          'PROTECTED',
          `"${name}" is protected: it is recorded so that groups can be compared, and must not decide.${place}`,
        )
      : refuse('CEL_UNKNOWN_NAME', `${unknownName(scope, name)}${place}`);
  const env = environment(scope);
  const result = env.check(source);
  if (!result.valid) {
    const error = result.error;
    const place = error?.range ? `\n${caret(source, error.range.start, error.range.end)}` : '';
    const unknown = /^(?:No such key|Unknown variable): (.+)$/.exec(error?.summary ?? '');
    if (unknown) return refuseName(unknown[1]!, place);
    return refuse(error?.name === 'ParseError' ? 'CEL_SYNTAX' : 'CEL_TYPE', `${error?.summary ?? 'invalid'}.${place}`);
  }
  const parsed = env.parse(source);
  // Notes the type of each node.
  parsed.check();
  const { ast } = parsed;
  const misspelt = unknownInHas(scope, ast);
  if (misspelt) return refuseName(misspelt.name, `\n${caretAt(source, misspelt.node)}`);
  // JavaScript's regular expressions can take exponential time on a crafted input.
  if (calls(ast, 'matches'))
    return refuse(
      'CEL_MATCHES',
      'matches() is not available, since its run time has no bound. Use startsWith, endsWith, contains or in.',
    );
  // The CEL package reads a duration in cubic time: two seconds for a text of 2,000 digits.
  if (calls(ast, 'duration', ([text]) => text?.op !== 'value'))
    return refuse(
      'CEL_DURATION',
      'duration() can only take a text that stands in the expression, such as duration("36h"), since reading one from a request has no bound.',
    );
  if (calls(ast, MACRO, (args) => calls(args, MACRO) || searches(args)))
    return refuse(
      'CEL_NESTED',
      'a list is gone through inside a list: the cost grows with the product of their lengths, which a request can choose.',
    );
  const outside = outsideSubset(scope, ast);
  if (outside) return refuse(outside.code, `${outside.message}\n${caretAt(source, outside.node)}`);
  const type = result.type ?? 'dyn';
  if (!expected.includes(type))
    return refuse(
      'CEL_RESULT',
      `must give ${expected.join(' or ')}, but gives ${type}.\n${caret(source, 0, source.length)}`,
    );
  return { type };
}

/** The type of an expression that has passed `checkExpression`. */
export const typeOf = (scope: Scope, source: Cel): string => environment(scope).check(source).type ?? 'dyn';

/** The schema of the value that an expression is nothing but the name of, such as `input.amount`. */
export function schemaOfPath(scope: Scope, source: Cel): JsonSchema | undefined {
  const [, root, name] = /^\s*(input|features)\s*\.\s*(\w+)\s*$/.exec(source) ?? [];
  if (root === undefined || name === undefined) return undefined;
  const fields = scope[root as 'input' | 'features'];
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Parses an expression that has passed `checkExpression`; the result is called once a request. */
export function compileExpression(env: Environment, source: Cel): (context: CelContext) => unknown {
  const parsed: ParseResult = env.parse(source);
  return (context) => parsed({ ...context });
}

function unknownName(scope: Scope, name: string): string {
  const here = Object.hasOwn(scope.features, name)
    ? `features.${name}`
    : Object.hasOwn(scope.input, name)
      ? `input.${name}`
      : '';
  if (here) return `"${name}" is not defined there. Did you mean "${here}"?`;
  const known = ['input', 'features', ...Object.keys(scope.input), ...Object.keys(scope.features)];
  return `"${name}" is not an input or a feature known at this point.${suggest(name, known)}`;
}

const caretAt = (source: string, { range }: ASTNode): string => caret(source, range.start, range.end);

function caret(source: string, at: number, end: number): string {
  // An expression may begin with a line break; what is marked begins with the first sign after it.
  const start = at + source.slice(at).search(/\S|$/);
  const from = source.slice(0, start).lastIndexOf('\n') + 1;
  const to = source.indexOf('\n', start) < 0 ? source.length : source.indexOf('\n', start);
  const width = Math.max(1, Math.min(end, to) - start);
  return `${source.slice(from, to)}\n${' '.repeat(start - from)}${'^'.repeat(width)}`;
}

/** Whether a value is looked for in a list that does not stand in the expression. */
function searches(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(searches);
  if (node === null || typeof node !== 'object') return false;
  const { op, args } = node as ASTNode;
  return (op === 'in' && (args[1] as ASTNode).op !== 'list') || searches(args);
}

/** What goes through a list. */
const MACRO = /^(?:all|exists|exists_one|map|filter)$/;

const isNamed = (given: unknown, name: string | RegExp): boolean =>
  typeof name === 'string' ? given === name : name.test(String(given));

/** Whether an expression calls a function, with arguments that fulfil a condition. */
function calls(
  node: unknown,
  name: string | RegExp,
  having: (given: readonly ASTNode[]) => boolean = () => true,
): boolean {
  if (Array.isArray(node)) return node.some((member) => calls(member, name, having));
  if (node === null || typeof node !== 'object') return false;
  const { op, args } = node as ASTNode;
  if ((op === 'call' || op === 'rcall') && isNamed(args[0], name) && having(args.at(-1) as ASTNode[])) return true;
  return calls(args, name, having);
}
