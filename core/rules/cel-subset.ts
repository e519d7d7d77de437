import type { ASTNode } from '@marcbachmann/cel-js';
import { namesOf, nodesOf, schemaOf, typeOf } from './cel-ast';
import type { Scope } from './expressions';

/**
 * What of CEL an expression may use: the standard functions of the language, on values that JSON has, as far as the
 * package that evaluates them agrees with the specification (https://github.com/google/cel-spec, doc/langdef.md). Where
 * it would give another value, the expression is refused, so that no rule means something else than CEL says.
 */
export const FUNCTIONS: readonly string[] = [
  ...['size', 'startsWith', 'endsWith', 'contains', 'has', 'all', 'exists', 'exists_one', 'map', 'filter'],
  ...['double', 'string', 'bool', 'type', 'dyn', 'timestamp', 'duration'],
  ...['getFullYear', 'getMonth', 'getDate', 'getDayOfMonth', 'getDayOfWeek'],
  ...['getHours', 'getMinutes', 'getSeconds', 'getMilliseconds'],
];

/** What stands in the way of the other ones that one would look for. */
const WHY: Readonly<Record<string, string>> = {
  int: 'it does not notice an overflow and reads "" as 0. An int and a double can be compared as they are',
  getDayOfYear: "it would depend on the machine's time zone",
  lowerAscii: 'it changes letters beyond ASCII too. Use in with a list of spellings',
  upperAscii: 'it changes letters beyond ASCII too. Use in with a list of spellings',
};

export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** What is refused. */
  readonly node: ASTNode;
}
type Why = readonly [code: string, message: string] | undefined;

/** The first part of a type-checked expression that is outside the subset. */
export function outsideSubset(scope: Scope, ast: ASTNode): Refusal | undefined {
  for (const node of nodesOf(ast)) {
    const why = refuse(scope, node);
    if (why) return { code: why[0], message: why[1], node };
  }
  return undefined;
}

/** A name in has() that its object does not declare. The checker looks at none, and a misspelt one is always missing. */
export function unknownInHas(
  scope: Scope,
  ast: ASTNode,
): { readonly name: string; readonly node: ASTNode } | undefined {
  for (const has of nodesOf(ast)) {
    if (has.op !== 'call' || has.args[0] !== 'has') continue;
    for (const node of nodesOf(has.args[1])) {
      if (node.op !== '.') continue;
      const known = schemaOf(scope, namesOf(node.args[0]))?.properties;
      if (known && !Object.hasOwn(known, node.args[1])) return { name: node.args[1], node };
    }
  }
  return undefined;
}

function refuse(scope: Scope, node: ASTNode): Why {
  switch (node.op) {
    case 'value':
      return refuseLiteral(node.args);
    case 'map':
      return refuseKeys(node.args.map(([key]) => key));
    case 'call':
      return refuseFunction(scope, node.args[0], node.args[1][0]);
    case 'rcall':
      return refuseMethod(node.args[0], node.args[1], node.args[2]);
    case '<':
    case '<=':
    case '>':
    case '>=':
      // The package orders UTF-16 units, CEL code points: they differ only where both texts go beyond U+D7FF.
      if (node.args.some((side) => typeOf(side) === 'string') && !node.args.some(isPlainText))
        return ['CEL_ORDER', 'texts can only be ordered against one that stands in the expression.'];
      return undefined;
    case '+':
    case '-':
      // The package loses a second where a negative duration has a fraction.
      if (node.args.every((side) => typeOf(side) === DURATION))
        return ['CEL_DURATION', 'durations are not added or subtracted. Add each to a timestamp instead.'];
      return undefined;
    default:
      return undefined;
  }
}

const DURATION = 'google.protobuf.Duration';

/** A text that stands in the expression, all below the surrogates. */
const isPlainText = ({ op, args }: ASTNode): boolean =>
  op === 'value' && typeof args === 'string' && /^[\0-\uD7FF]*$/.test(args);

function refuseLiteral(value: unknown): Why {
  if (typeof value === 'object' && value !== null)
    return ['CEL_LITERAL', 'there are no bytes and no unsigned integers, since JSON has none.'];
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value)
    return ['CEL_LITERAL', `${value} is no integer of 64 bits. Write it with a decimal point.`];
  return undefined;
}

/** The package makes every key a text, keeps the last of equal ones, and leaves these out. */
const LOST_KEYS: readonly unknown[] = ['__proto__', 'constructor', 'prototype'];

function refuseKeys(keys: readonly ASTNode[]): Why {
  const texts = keys.map(({ op, args }) => (op === 'value' ? args : undefined));
  const fine = texts.every((key) => typeof key === 'string' && !LOST_KEYS.includes(key));
  if (fine && new Set(texts).size === texts.length) return undefined;
  return ['CEL_MAP', 'the keys of a map must be texts that stand in the expression, each once.'];
}

function refuseFunction(scope: Scope, name: string, given: ASTNode | undefined): Why {
  if (!FUNCTIONS.includes(name)) return unavailable(name);
  if (given === undefined) return undefined;
  const type = typeOf(given);
  const literal = given.op === 'value' ? String(given.args) : undefined;
  if (name === 'double' && type !== 'int' && type !== 'double')
    return ['CEL_CONVERSION', `double() takes an int, not ${type}: it would take "0x10" for a number.`];
  if (name === 'duration' && !EXACT_DURATION.test(literal ?? ''))
    return ['CEL_DURATION', 'duration() takes hours, minutes, seconds and milliseconds, such as "1h30m" or "1.5s".'];
  if (name === 'timestamp' && type !== 'int' && !(literal === undefined ? isTimeField(scope, given) : isTime(literal)))
    return [
      'CEL_TIMESTAMP',
      'timestamp() takes an int, in seconds since 1970, a text that stands in the expression, such as "2026-01-31T12:00:00Z", or a field of the input that is a string with the format date-time.',
    ];
  return undefined;
}

function refuseMethod(name: string, receiver: ASTNode, given: readonly ASTNode[]): Why {
  if (!FUNCTIONS.includes(name)) return unavailable(name);
  if (name.startsWith('get') && given.length > 0)
    return ['CEL_TIME_ZONE', `${name}() gives UTC only: another zone would depend on the machine's own.`];
  if (name === 'getMilliseconds' && typeOf(receiver) === DURATION)
    return ['CEL_DURATION', 'getMilliseconds() is for timestamps. Compare the duration with one that you write out.'];
  return undefined;
}

const unavailable = (name: string): Why => [
  'CEL_FUNCTION',
  `${name}() is not available${WHY[name] ? `: ${WHY[name]}` : `. There are ${FUNCTIONS.join(', ')}`}.`,
];

/** Whole milliseconds of some thousand years at most: the package drops what is finer, and has no bound. */
const EXACT_DURATION =
  /^[-+]?(?=\d)(\d{1,7}(\.\d{1,3})?h)?(\d{1,9}(\.\d{1,3})?m)?(\d{1,10}(\.\d{1,3})?s)?(\d{1,13}ms)?$/;

/** RFC 3339, to the millisecond. JavaScript reads more, some of it in the machine's time zone. */
const TIME = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3}0*)?(Z|[-+]([01]\d|2[0-3]):[0-5]\d)$/;

function isTime(text: string): boolean {
  const day = TIME.exec(text)?.[1];
  // The 30th of February would be taken for the 2nd of March.
  return day !== undefined && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day);
}

/** Whether requests are refused unless the value is a time. What is looked up is checked for its type only. */
function isTimeField(scope: Scope, node: ASTNode): boolean {
  const names = namesOf(node);
  const schema = schemaOf(scope, names);
  return names?.[0] === 'input' && schema?.type === 'string' && schema.format === 'date-time';
}
