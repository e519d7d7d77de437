import fc from 'fast-check';
import { attempt } from '../../../core/features/lookup';
import type { JsonSchema } from '../../../core/pipeline/definition';
import { fromCel, toCelObject } from '../../../core/rules/cel-types';
import { checkExpression, compileExpression, environment, type Scope } from '../../../core/rules/expressions';

const scope: Scope = {
  input: {
    age: { type: 'integer' },
    rate: { type: 'number' },
    name: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
    counts: { type: 'array', items: { type: 'integer' } },
    home: { type: 'object', properties: { rooms: { type: 'integer' }, zip: { type: 'string' } } },
    either: { type: ['integer', 'null'] },
    at: { type: 'string', format: 'date-time' },
  },
  features: { score: { type: 'number' }, seen: { type: 'string', format: 'date-time' } },
};
const check = (source: string, ...expected: string[]) => {
  const checked = checkExpression(scope, source, 'here', expected.length > 0 ? expected : ['bool']);
  return 'type' in checked ? checked.type : `${checked.problem.code}: ${checked.problem.message}`;
};
const evaluate = (source: string, input: object, features: object = {}) =>
  fromCel(
    attempt(() => compileExpression(environment(scope), source)({ input: toCelObject(scope.input)(input), features })),
  );

describe('checked at synth', () => {
  test.each([
    'input.tags.all(x, input.counts.exists(y, y > 1))',
    'input.counts.map(x, input.counts.filter(y, y > x)).size() > 0',
    'input.tags.all(x, x in input.tags)',
  ])('fails on %s, whose cost grows with a product', (source) => {
    expect(check(source)).toMatch(/^CEL_NESTED: .*product of their lengths/);
  });

  test.each(['input.counts.filter(x, x > 1).map(x, x + 1).exists(x, x > 3)', 'input.tags.all(x, x in ["a", "b"])'])(
    'takes %s, one list after another',
    (source) => {
      expect(check(source)).toBe('bool');
    },
  );

  test.each([
    ['input.age >= 18 && input.name != ""', 'bool'],
    ['input.rate * 2.0 > features.score', 'bool'],
    ['"vip" in input.tags', 'bool'],
    ['input.counts.exists(n, n > 3)', 'bool'],
    ['input.home.rooms > 2 || input.home.zip.startsWith("1")', 'bool'],
    ['has(input.name)', 'bool'],
    ['input.name == "a" ? input.age > 1 : false', 'bool'],
    ['duration("36h") > duration("1h30m")', 'bool'],
  ])('%s is fine', (source, type) => expect(check(source)).toBe(type));

  test.each([
    ['input.agee > 18', /^CEL_UNKNOWN_NAME: "agee" is not .* Did you mean "age"\?\ninput\.agee > 18\n {6}\^{4}$/],
    ['age > 18', /^CEL_UNKNOWN_NAME: "age" is not defined there\. Did you mean "input\.age"\?/],
    ['input.score > 0.5', /^CEL_UNKNOWN_NAME: "score" is not defined there\. Did you mean "features\.score"\?/],
    ['inpt.age > 18', /^CEL_UNKNOWN_NAME: "inpt" is not .* Did you mean "input"\?/],
    ['input.zzzzzz > 18', /^CEL_UNKNOWN_NAME: "zzzzzz" is not an input or a feature known at this point\.\n/],
    ['input.constructor == 1', /^CEL_UNKNOWN_NAME: "constructor"/],
    ['input.name > 18', /^CEL_TYPE: .*string > int/],
    ['input.age > ', /^CEL_SYNTAX: /],
    ['input.age', /^CEL_RESULT: must give bool, but gives int\.\ninput\.age\n\^{9}$/],
    ['', /^CEL_SYNTAX: /],
    ['now() > timestamp("2026-01-01T00:00:00Z")', /^CEL_TYPE: .*now/],
  ])('%s is refused with its place', (source, says) => expect(check(source)).toMatch(says));

  test('an error on a later line shows that line', () => {
    expect(check('\n  input.age')).toBe('CEL_RESULT: must give bool, but gives int.\n  input.age\n  ^^^^^^^^^');
    expect(check('input.age > 18 &&\n  input.nam == ""')).toMatch(/\n {2}input\.nam == ""\n {8}\^{3}$/);
  });

  test.each([
    'input.name.matches("(a+)+$")',
    'input.age > 1 && (false || input.name.matches("x"))',
    '!input.name.matches("x")',
    'input.tags.exists(t, t.matches("x"))',
    '[input.name].map(n, n.matches("x"))[0]',
    '{"a": input.name.matches("x")}.a',
    'input.name.matches("x") ? true : false',
    'cel.bind(n, input.name, n.matches("x"))',
  ])('matches() is refused wherever it hides: %s', (source) => expect(check(source)).toMatch(/^CEL_MATCHES: /));

  test('but a field may have its name', () => {
    const named: Scope = { input: { matches: { type: 'integer' }, duration: { type: 'integer' } }, features: {} };
    expect(checkExpression(named, 'input.matches > input.duration', 'here', ['bool'])).toEqual({ type: 'bool' });
  });

  test.each([
    'duration(input.name) > duration("1s")',
    'input.tags.exists(t, duration(t) > duration("1s"))',
    'duration("1" + "s") > duration("1s")',
  ])('the duration of a value is refused: %s', (source) => expect(check(source)).toMatch(/^CEL_DURATION: /));

  test.each([
    ['int(input.rate) > 3', /^CEL_FUNCTION: int\(\) is not available: .*\nint\(input\.rate\) > 3\n\^{15}$/],
    ['input.name.lowerAscii() == "a"', /^CEL_FUNCTION: lowerAscii\(\) is not available: .*spellings\./],
    ['input.name.substring(1) == "a"', /^CEL_FUNCTION: substring\(\) is not available\. There are size, /],
    ['cel.bind(n, input.age, n > 1)', /^CEL_FUNCTION: bind/],
    ['input.tags.exists(t, t.trim() == "a")', /^CEL_FUNCTION: trim/],
    ['{"a": [input.name.trim()]}.a[0] == "b"', /^CEL_FUNCTION: trim/],
    ['b"abc".size() > 1', /^CEL_LITERAL: .*bytes/],
    ['size([1u]) > 0', /^CEL_LITERAL: .*unsigned/],
    ['input.age > 9223372036854775808', /^CEL_LITERAL: 9223372036854775808 is no integer of 64 bits/],
    ['{1: true}[1]', /^CEL_MAP: /],
    ['{input.name: true}["a"]', /^CEL_MAP: /],
    ['{"a": 1, "a": 2}["a"] > 1', /^CEL_MAP: /],
    ['{"constructor": 1}["constructor"] > 1', /^CEL_MAP: /],
    ['double(input.name) > 1.0', /^CEL_CONVERSION: double\(\) takes an int, not string: /],
    ['input.tags.all(t, double(t) > 1.0)', /^CEL_CONVERSION: .*not string: /],
    ['double(input.either) > 1.0', /^CEL_CONVERSION: .*not dyn: /],
    ['input.name < input.home.zip', /^CEL_ORDER: /],
    ['input.name < "\u{1F600}"', /^CEL_ORDER: /],
    ['input.tags.exists(t, t >= input.name)', /^CEL_ORDER: /],
    ['timestamp(input.name) > timestamp(0)', /^CEL_TIMESTAMP: .*\nti/],
    ['timestamp("2026-02-30T00:00:00Z") > timestamp(0)', /^CEL_TIMESTAMP: /],
    ['timestamp("2026-13-01T00:00:00Z") > timestamp(0)', /^CEL_TIMESTAMP: /],
    ['timestamp("2026-01-01T00:00:00") > timestamp(0)', /^CEL_TIMESTAMP: /],
    ['timestamp("2026-01-01T00:00:00.0001Z") > timestamp(0)', /^CEL_TIMESTAMP: /],
    ['timestamp(features.seen) > timestamp(0)', /^CEL_TIMESTAMP: /],
    ['timestamp(input.at).getHours("Europe/Berlin") < 6', /^CEL_TIME_ZONE: /],
    ['timestamp(input.at).getDayOfYear() < 6', /^CEL_FUNCTION: getDayOfYear\(\) is not available: .*time zone/],
    ['duration("1us") > duration("0s")', /^CEL_DURATION: /],
    ['duration("1s") + duration("-0.5s") > duration("0s")', /^CEL_DURATION: /],
    ['(timestamp(5) - timestamp(input.at)).getMilliseconds() > 1', /^CEL_DURATION: /],
    ['has(input.agee)', /^CEL_UNKNOWN_NAME: "agee" .*Did you mean "age"\?\nhas\(input\.agee\)\n {4}\^{10}$/],
    ['has(input.home.zap)', /^CEL_UNKNOWN_NAME: "zap"/],
    ['has(features.toString)', /^CEL_UNKNOWN_NAME: "toString"/],
  ])('%s is refused, since it could mean something else than CEL says', (source, says) =>
    expect(check(source)).toMatch(says),
  );

  test('has() does not ask for a protected field either', () => {
    const hiding: Scope = { ...scope, protected: ['sex'] };
    expect(checkExpression(hiding, 'has(input.sex)', 'here', ['bool'])).toMatchObject({
      problem: { code: 'PROTECTED' },
    });
  });

  test.each([
    'input.counts.map(n, double(n))[0] > 1.5',
    'input.name >= "m"',
    'input.tags.all(t, "a" <= t)',
    '{"car": 3, "house": 30}[input.name] < input.age',
    'input.age > -9223372036854775807',
    'has(input.home.zip) && has(features.score)',
    'input.counts.exists(n, has(input.name))',
    'timestamp(input.at) - timestamp(input.age) > duration("-8760h")',
    'timestamp(input.at) + duration("1h30m0.5s20ms") < timestamp("2026-02-28T23:59:59.5+02:00")',
    'timestamp("2024-02-29T00:00:00.120000Z").getMilliseconds() == input.age',
  ])('%s is fine', (source) => expect(check(source)).toBe('bool'));

  test('an expression has a bound', () => {
    expect(check(`${'('.repeat(60)}true${')'.repeat(60)}`)).toMatch(/^CEL_SYNTAX: .*maxDepth/);
    expect(check(Array(600).fill('true').join(' && '))).toMatch(/^CEL_SYNTAX: .*maxAstNodes/);
  });

  test('no text makes the check throw, and what passes can be compiled', () => {
    const part = fc.constantFrom(
      'input.age',
      'input.',
      'features.score',
      '>',
      '&&',
      '1',
      '1.0',
      '"',
      '"x"',
      '(',
      ')',
      '[',
      ']',
      '.size()',
      'has(',
      'input.tags',
      '?',
      ':',
      ' ',
      '\n',
      '{',
      '}',
      '🙂',
    );
    const source = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(source, (text) => {
        if (check(text) === 'bool') expect([true, false, undefined]).toContain(evaluate(text, { age: 1, tags: [] }));
      }),
      { seed: 1, numRuns: 1_000 },
    );
  });
});

describe('evaluated on a request', () => {
  test.each([
    ['input.age + 1', { age: 41 }, 42],
    ['input.age / 2', { age: 5 }, 2],
    ['double(input.age) / 2.0', { age: 5 }, 2.5],
    ['input.rate', { rate: 2 }, 2],
    ['input.counts.map(n, n * 2)[1]', { counts: [1, 2] }, 4],
    ['input.home.rooms + 1', { home: { rooms: 3 } }, 4],
    ['size(input.name)', { name: '😀' }, 1],
    ['input.age > 5', { age: 1e300 }, true],
  ])('%s of %j is %j', (source, input, value) => expect(evaluate(source, input)).toBe(value));

  test.each([
    ['what is missing', 'input.age > 1', {}],
    ['what is null', 'input.rate > 1.0', { rate: null }],
    ['what is of another type', 'input.name.startsWith("a")', { name: 7 }],
    ['an index out of range', 'input.counts[3] > 1', { counts: [1] }],
    ['a division by nought', 'input.age / 0 > 1', { age: 1 }],
    ['a text that is no boolean', 'bool(input.name)', { name: 'x' }],
    ['a text that is no time', 'timestamp(input.at) > timestamp("2026-01-01T00:00:00Z")', { at: 'x' }],
    ['a time that is too far off', 'timestamp(input.age) > timestamp(0)', { age: 1e15 }],
    ['no finite number', 'input.rate / 0.0', { rate: 1 }],
  ])('%s has no value', (_, source, input) => expect(evaluate(source, input)).toBeUndefined());

  test('an or that holds on one side needs no other', () => {
    expect(evaluate('input.age > 1 || input.rate > 1.0', { age: 2 })).toBe(true);
    expect(evaluate('input.rate > 1.0 && input.age > 1', { age: 0 })).toBe(false);
  });
});

test('values in CEL are those of JSON, but for integers; the request itself stays as it was', () => {
  const nested: Record<string, JsonSchema> = {
    list: { type: 'array', items: { type: 'object', properties: { n: { type: 'integer' } } } },
    ...scope.input,
  };
  const input = { age: 3, rate: 3, home: { rooms: 2, zip: '1' }, list: [{ n: 1 }, { n: 1.5 }], either: 4, other: 5 };
  const before = structuredClone(input);
  expect(toCelObject(nested)(input)).toEqual({
    ...input,
    age: 3n,
    home: { rooms: 2n, zip: '1' },
    list: [{ n: 1n }, { n: 1.5 }],
  });
  expect(input).toEqual(before);
  for (const odd of [null, 7, 'x', undefined]) expect(toCelObject(nested)(odd)).toBe(odd);
});
