import { isDeepStrictEqual } from 'node:util';
import { parse } from '@bufbuild/cel';
import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js';
import type { Value } from '@bufbuild/cel-spec/cel/expr/value_pb.js';
import type { SimpleTest } from '@bufbuild/cel-spec/cel/expr/conformance/test/simple_pb.js';
import { type IncrementalTestSuite, getConformanceSuite } from '@bufbuild/cel-spec/testdata/tests.js';
import { attempt } from '../../../core/features/lookup';
import type { JsonSchema } from '../../../core/pipeline/definition';
import { nodesOf } from '../../../core/rules/cel-ast';
import { FUNCTIONS } from '../../../core/rules/cel-subset';
import { toCelObject } from '../../../core/rules/cel-types';
import { type Scope, checkExpression, compileExpression, environment } from '../../../core/rules/expressions';

// The official data of https://github.com/google/cel-spec (tests/simple), release v0.25.1, as packed by @bufbuild/cel-spec.

const cases = (suite: IncrementalTestSuite): SimpleTest[] => [
  ...suite.tests.map(({ original }) => original),
  ...suite.suites.flatMap(cases),
];

/** A value that JSON has, with ints as BigInt; throws for any other. */
function jsonOf({ kind }: Value): unknown {
  switch (kind.case) {
    case 'boolValue':
    case 'int64Value':
    case 'doubleValue':
    case 'stringValue':
      return kind.value;
    case 'nullValue':
      return null;
    case 'listValue':
      return kind.value.values.map(jsonOf);
    case 'mapValue':
      return Object.fromEntries(
        kind.value.entries.map(({ key, value }) => {
          if (key?.kind.case !== 'stringValue') throw new Error('not a key of JSON');
          return [key.kind.value, jsonOf(value!)];
        }),
      );
    default:
      throw new Error(`no value of JSON: ${kind.case}`);
  }
}

/** An expression and all parts of it. */
const partsOf = (expr: Expr | undefined): Expr[] =>
  expr === undefined ? [] : [expr, ...below(expr.exprKind).flatMap(partsOf)];

function below(kind: Expr['exprKind']): (Expr | undefined)[] {
  switch (kind.case) {
    case 'selectExpr':
      return [kind.value.operand];
    case 'callExpr':
      return [kind.value.target, ...kind.value.args];
    case 'listExpr':
      return kind.value.elements;
    case 'structExpr':
      return kind.value.entries.flatMap(({ keyKind: key, value }) => [
        key.case === 'mapKey' ? key.value : undefined,
        value,
      ]);
    case 'comprehensionExpr':
      return [kind.value.iterRange, kind.value.accuInit, kind.value.loopStep, kind.value.result];
    default:
      return [];
  }
}

const isBeyondJson = ({ exprKind: { case: kind, value } }: Expr): boolean =>
  kind === 'constExpr' && ['bytesValue', 'uint64Value'].includes(value.constantKind.case ?? '');
/** Operators are calls too, of names such as `_+_` and `@in`. */
const isUnavailable = ({ exprKind: { case: kind, value } }: Expr): boolean =>
  kind === 'callExpr' && /^[A-Za-z]\w*$/.test(value.function) && !FUNCTIONS.includes(value.function);
const isMacro = ({ exprKind }: Expr): boolean => exprKind.case === 'comprehensionExpr';
const isNested = ({ exprKind: { case: kind, value } }: Expr): boolean =>
  kind === 'comprehensionExpr' && partsOf(value.loopStep).some(isMacro);
const isJson = (value: Value | undefined): boolean => value !== undefined && attempt(() => jsonOf(value)) !== undefined;

/** Why a case is not about what definitions may have, the first that applies; each is a test of the data alone. */
const LEFT_OUT: Readonly<Record<string, (given: SimpleTest, parts: readonly Expr[]) => boolean>> = {
  'is in a protobuf package': ({ container }) => container !== '',
  'asks for no type check, or for nothing else': ({ disableCheck, checkOnly }) => disableCheck || checkOnly,
  'is not of the standard syntax': (_, parts) => parts.length === 0,
  'makes a protobuf message': (_, parts) =>
    parts.some(({ exprKind: { case: kind, value } }) => kind === 'structExpr' && value.messageName !== ''),
  'has bytes or unsigned integers': (_, parts) => parts.some(isBeyondJson),
  'calls a function that is not available': (_, parts) => parts.some(isUnavailable),
  'goes through a list inside a list': (_, parts) => parts.some(isNested),
  'has variables that are no values of JSON': ({ bindings }) =>
    Object.entries(bindings).some(
      ([name, { kind }]) => !/^\w+$/.test(name) || kind.case !== 'value' || !isJson(kind.value),
    ),
  'gives no value of JSON': ({ resultMatcher: { case: kind, value } }) =>
    (kind === 'value' && !isJson(value)) || (kind === 'typedResult' && !isJson(value.result)),
};

const schemaOf = (value: unknown): JsonSchema => {
  if (typeof value === 'bigint') return { type: 'integer' };
  if (typeof value !== 'object' || value === null)
    return value === null ? {} : { type: typeof value === 'number' ? 'number' : typeof value };
  if (Array.isArray(value)) return { type: 'array', items: value.length > 0 ? schemaOf(value[0]) : {} };
  return { type: 'object', properties: Object.fromEntries(Object.entries(value).map(([k, v]) => [k, schemaOf(v)])) };
};
const asJson = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? Number(member) : member)));

/** The expression with its variables as fields of the input. */
function inInput(source: string, names: readonly string[]): string {
  const places = [...nodesOf(attempt(() => environment({ input: {}, features: {} }).parse(source).ast))]
    .flatMap((node) => (node.op === 'id' && names.includes(node.args) ? [node.range.start] : []))
    .sort((a, b) => b - a);
  return places.reduce((text, at) => `${text.slice(0, at)}input.${text.slice(at)}`, source);
}

type Result = { readonly refused: string } | { readonly value: unknown } | { readonly failed: unknown };

/** What becomes of an expression in a definition. */
function ours({ expr, bindings }: SimpleTest): Result {
  const input = Object.fromEntries(
    Object.entries(bindings).map(([name, { kind }]) => [name, jsonOf(kind.value as Value)]),
  );
  const scope: Scope = { input: schemaOf(input).properties!, features: {} };
  const source = inInput(expr, Object.keys(bindings));
  const checked = checkExpression(scope, source, 'here', []);
  if ('problem' in checked && checked.problem.code !== 'CEL_RESULT') return { refused: checked.problem.code };
  try {
    const context = { input: toCelObject(scope.input)(asJson(input)), features: {} };
    return { value: compileExpression(environment(scope), source)(context) };
  } catch (error) {
    return { failed: error };
  }
}

/** What it should give; undefined for an error. */
function wanted({ resultMatcher: { case: kind, value } }: SimpleTest): { readonly value: unknown } | undefined {
  if (kind === 'value') return { value: jsonOf(value) };
  if (kind === 'typedResult') return { value: jsonOf(value.result!) };
  return kind === undefined ? { value: true } : undefined;
}

const counted = (keys: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
};

/** Cases that a definition may have and that give another value there, by the reason. */
const KNOWN_DIFFERENCES = {
  'CEL rounds an int to a double before it compares the two; here they are compared exactly.': [
    'dyn(9223372036854775807) < 9223372036854775808.0',
    'dyn(9223372036854775807) >= 9223372036854775808.0',
    'dyn(9223372036854775808.0) <= 9223372036854775807',
    'dyn(9223372036854775808.0) > 9223372036854775807',
  ],
  'CEL has no time outside the years 1 to 9999 and no duration above 292 years; here there is no such bound.': [
    "timestamp('0001-01-01T00:00:00Z') + duration('-1s')",
    "timestamp('0001-01-01T00:00:00Z') - timestamp('9999-12-31T23:59:59Z')",
    "timestamp('9999-12-31T23:59:59Z') + duration('1s')",
    "timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')",
  ],
};

const leftOut: string[] = [];
const run = cases(getConformanceSuite()).flatMap((given) => {
  const parts = partsOf(attempt(() => parse(given.expr).expr));
  const why = Object.entries(LEFT_OUT).find(([, applies]) => applies(given, parts))?.[0];
  if (why) leftOut.push(why);
  return why ? [] : [{ expr: given.expr, ours: ours(given), wanted: wanted(given) }];
});

/** Where CEL has an error, a refusal and a failure are as good: both leave a rule undecided. */
function fares({ ours, wanted }: (typeof run)[number]): string {
  if ('value' in ours) return wanted && isDeepStrictEqual(ours.value, wanted.value) ? 'agrees' : 'differs';
  if (!wanted) return 'agrees';
  return 'refused' in ours ? ours.refused : 'fails';
}

test('what definitions cannot have is left out by what it is', () => {
  expect(counted(leftOut)).toEqual({
    'is in a protobuf package': 515,
    'asks for no type check, or for nothing else': 150,
    'is not of the standard syntax': 60,
    'makes a protobuf message': 79,
    'has bytes or unsigned integers': 348,
    'calls a function that is not available': 430,
    'goes through a list inside a list': 2,
    'has variables that are no values of JSON': 30,
    'gives no value of JSON': 22,
  });
});

test('the rest gives what CEL says, is refused when a definition is checked, or is a known difference', () => {
  expect(run).toHaveLength(708);
  expect(counted(run.map(fares))).toEqual({
    agrees: 601,
    differs: 8,
    CEL_TYPE: 32, // Lists and maps of mixed types, mostly.
    CEL_UNKNOWN_NAME: 14, // Macros with two variables, mostly.
    CEL_SYNTAX: 1, // .99
    CEL_LITERAL: 12, // The smallest int.
    CEL_MAP: 14,
    CEL_CONVERSION: 10,
    CEL_TIMESTAMP: 3,
    CEL_TIME_ZONE: 11,
    CEL_DURATION: 2,
  });
});

test('what differs is known, and still does', () => {
  const differing = run.filter((given) => fares(given) === 'differs').map(({ expr }) => expr);
  expect(differing.sort()).toEqual(Object.values(KNOWN_DIFFERENCES).flat().sort());
});
