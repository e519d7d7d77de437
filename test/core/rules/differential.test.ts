import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import fc from 'fast-check';
import { attempt } from '../../../core/features/lookup';
import { toCelObject } from '../../../core/rules/cel-types';
import {
  type CelContext,
  type Scope,
  checkExpression,
  compileExpression,
  environment,
} from '../../../core/rules/expressions';

// The other implementation is @bufbuild/cel, which knows no types before it runs. Left out is what it does not do as the
// specification says: timestamp(int) in seconds, has() and in of a member that is null, times before the year 100; what
// that leaves open: the form of string(double); and what the conformance test knows to differ.

const scope: Scope = {
  input: {
    age: { type: 'integer' },
    duration: { type: 'integer' },
    amount: { type: 'number' },
    purpose: { type: 'string' },
    employed: { type: 'boolean' },
    at: { type: 'string', format: 'date-time' },
    tags: { type: 'array', items: { type: 'string' } },
    counts: { type: 'array', items: { type: 'integer' } },
    home: { type: 'object', properties: { zip: { type: 'string' }, rooms: { type: 'integer' } } },
    limit: { type: ['number', 'null'] },
    extra: { type: 'object' },
  },
  features: { instalment: { type: 'number' }, credits: { type: 'integer' }, member: { type: 'boolean' } },
};

const TEXTS = ['', 'car', 'new car', 'é', '\uffee', '😀', 'a"b\\c\n'];
const INTS = [0, 1, 2, 18, 1000, 2 ** 53, -1, -7];
const DOUBLES = [0, 0.1, 1.5, 2, 18, 1e-9, 1e15, 1e308, -0.1];
const TIMES = [
  '2026-01-31T12:00:00Z',
  '1999-12-31T23:59:59.999Z',
  '2024-02-29T00:30:00+02:00',
  '1970-01-01T00:00:00+05:45',
];
const DURATIONS = ['0s', '1h30m', '-36h', '1.5s', '-0.25s', '20ms'];

/** Objects of some of these members, most often all but one or two. */
const some = (members: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .record(Object.fromEntries(Object.entries(members).map(([name, of]) => [name, fc.option(of, { freq: 8 })])))
    .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)));

/** Values that keep to the schema. */
const contexts: fc.Arbitrary<CelContext> = fc.record({
  input: some({
    age: fc.constantFrom(...INTS),
    duration: fc.integer({ min: -3, max: 60 }),
    amount: fc.oneof(fc.constantFrom(...DOUBLES), fc.double({ noNaN: true, noDefaultInfinity: true })),
    purpose: fc.constantFrom(...TEXTS),
    employed: fc.boolean(),
    at: fc.constantFrom(...TIMES),
    tags: fc.array(fc.constantFrom(...TEXTS), { maxLength: 3 }),
    counts: fc.array(fc.constantFrom(...INTS), { maxLength: 3 }),
    home: some({ zip: fc.constantFrom(...TEXTS), rooms: fc.integer({ min: 0, max: 3 }) }),
    limit: fc.constantFrom(1, 18, 0.5),
    extra: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom<unknown>(1, 0.5, 'car', true, [1, 'car'])),
  }).chain((input) => fc.boolean().map((nil) => (nil ? { ...input, limit: null } : input))),
  features: some({
    instalment: fc.constantFrom(...DOUBLES),
    credits: fc.constantFrom(...INTS),
    member: fc.boolean(),
  }),
});

const text = (value: string) => JSON.stringify(value);
const double = (value: number) => (/^-?\d+$/.test(String(value)) ? `${value}.0` : `${value}`);
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='];

/** Source text of well-typed expressions, of each type. */
const expressions = fc.letrec<Record<'bool' | 'int' | 'double' | 'string' | 'texts' | 'ints' | 'time' | 'any', string>>(
  (tie) => {
    const [bool, int, dbl, str] = [tie('bool'), tie('int'), tie('double'), tie('string')];
    const join = (...parts: (string | fc.Arbitrary<string>)[]) =>
      fc
        .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
        .map((all) => all.join(''));
    const one = (...of: string[]) => fc.constantFrom(...of);
    const choice = (of: fc.Arbitrary<string>) => join('(', bool, ' ? ', of, ' : ', of, ')');
    const of = (...members: fc.Arbitrary<string>[]) =>
      fc.oneof({ depthSize: 'small', withCrossShrink: true }, ...members);
    const comparison = fc.constantFrom(...COMPARISONS).map((sign) => ` ${sign} `);
    const equality = one(' == ', ' != ');
    /** What is asked of each member x of a list. */
    const ofText = one('x == "car"', 'x != input.purpose', 'x.size() > 1', 'x < "b"', 'input.employed', 'x in ["é"]');
    const ofInt = one('x > 1', 'x == input.age', '10 / x > 3', 'x * 2 != 4', 'x > input.limit');
    const macro = one('.all(x, ', '.exists(x, ', '.exists_one(x, ');
    return {
      bool: of(
        one('true', 'false', 'input.employed', 'features.member', 'has(input.age)', 'has(input.home.zip)'),
        join('!', bool),
        join('(', bool, one(' && ', ' || '), bool, ')'),
        join('(', int, comparison, int, ')'),
        join('(', dbl, comparison, dbl, ')'),
        join('(', int, one(' < ', ' <= ', ' > ', ' >= '), dbl, ')'),
        join('(', str, equality, str, ')'),
        join('(', str, comparison, fc.constantFrom('', 'car', 'é').map(text), ')'),
        join('(', bool, equality, bool, ')'),
        join('(', tie('texts'), equality, tie('texts'), ')'),
        join('(', tie('ints'), equality, tie('ints'), ')'),
        join('(', tie('time'), comparison, tie('time'), ')'),
        join(
          '(',
          tie('time'),
          ' - ',
          tie('time'),
          comparison,
          fc.constantFrom(...DURATIONS).map((d) => `duration("${d}")`),
          ')',
        ),
        join('(', tie('any'), comparison, of(int, dbl, fc.constant('"car"')), ')'),
        join('(', tie('any'), equality, one('null', 'true', 'input.counts', 'input.limit', '[1.0]'), ')'),
        join('(', str, ' in ', tie('texts'), ')'),
        join('(', int, ' in ', tie('ints'), ')'),
        join('(', tie('any'), ' in ', one('input.counts', 'input.tags', '[1, 2]', 'input.extra["b"]'), ')'),
        join('("a" in input.extra)'),
        join(tie('texts'), macro, ofText, ')'),
        join(tie('ints'), macro, ofInt, ')'),
        join(str, one('.startsWith(', '.endsWith(', '.contains('), str, ')'),
        join('bool(', one('"true"', '"F"', 'input.purpose', 'input.employed'), ')'),
        join('(type(', tie('any'), ') == ', one('double', 'string', 'int', 'null_type', 'list'), ')'),
        choice(bool),
      ),
      int: of(
        fc.constantFrom(...INTS, 2 ** 62).map((value) => (value < 0 ? `(${value})` : String(BigInt(value)))),
        one('input.age', 'input.duration', 'features.credits', 'input.home.rooms', 'input["age"]'),
        join('(', int, one(' + ', ' - ', ' * ', ' / ', ' % '), int, ')'),
        join('-', int),
        join('size(', of(str, tie('texts'), tie('ints')), ')'),
        join(tie('ints'), '[', int, ']'),
        join(tie('ints'), '.filter(x, ', ofInt, ').size()'),
        join(tie('time'), one('.getFullYear()', '.getMonth()', '.getDate()', '.getDayOfMonth()', '.getDayOfWeek()')),
        join(tie('time'), one('.getHours()', '.getMinutes()', '.getSeconds()', '.getMilliseconds()')),
        join('(', tie('time'), ' - ', tie('time'), ')', one('.getHours()', '.getMinutes()', '.getSeconds()')),
        choice(int),
      ),
      double: of(
        fc.constantFrom(...DOUBLES).map((value) => (value < 0 ? `(${double(value)})` : double(value))),
        one('input.amount', 'features.instalment'),
        join('(', dbl, one(' + ', ' - ', ' * ', ' / '), dbl, ')'),
        join('-', dbl),
        join('double(', of(int, dbl), ')'),
        choice(dbl),
      ),
      string: of(
        fc.constantFrom(...TEXTS).map(text),
        one('input.purpose', 'input.home.zip'),
        join('(', str, ' + ', str, ')'),
        join('string(', of(int, bool, str), ')'),
        join(tie('texts'), '[', int, ']'),
        choice(str),
      ),
      texts: of(
        one('input.tags', '["car", "é"]', '[input.purpose, "car"]'),
        join('(', tie('texts'), ' + ', tie('texts'), ')'),
        join(tie('texts'), '.filter(x, ', ofText, ')'),
        join(tie('ints'), '.map(x, ', one('string(x)', '"car"'), ')'),
      ),
      ints: of(
        one('input.counts', '[1, 2, 18]', '[input.age]'),
        join('(', tie('ints'), ' + ', tie('ints'), ')'),
        join(tie('ints'), '.map(x, ', one('x + 1', '10 / x', 'x > 1, x * input.age'), ')'),
      ),
      time: of(
        one('timestamp(input.at)'),
        fc.constantFrom(...TIMES).map((time) => `timestamp("${time}")`),
        join(
          '(',
          tie('time'),
          one(' + ', ' - '),
          fc.constantFrom(...DURATIONS).map((d) => `duration("${d}")`),
          ')',
        ),
      ),
      any: of(
        one(
          'input.limit',
          'input.extra["a"]',
          'input.extra.b',
          'input.extra["b"][0]',
          'dyn(input.age)',
          'dyn(input.purpose)',
        ),
      ),
    };
  },
);

const maps = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(maps);
  if (value === null || typeof value !== 'object') return value;
  return new Map(Object.entries(value).map(([name, member]) => [name, maps(member)]));
};

function theirs(source: string): (context: CelContext) => unknown {
  const evaluate = plan(celEnv(), parse(source));
  return ({ input, features }) => {
    const result = evaluate({ input: maps(input), features: maps(features) } as never);
    return isCelError(result) ? undefined : result;
  };
}

test('rules give what another implementation of CEL gives, or nothing where it gives nothing', () => {
  const env = environment(scope);
  const [toInput, toFeatures] = [toCelObject(scope.input), toCelObject(scope.features)];
  const seen = new Map<string, number>();
  const source = fc.oneof(
    { weight: 3, arbitrary: expressions.bool },
    expressions.int,
    expressions.double,
    expressions.string,
  );
  fc.assert(
    fc.property(source, fc.array(contexts, { minLength: 4, maxLength: 4 }), (expression, given) => {
      expect(checkExpression(scope, expression, 'here', ['bool', 'int', 'double', 'string'])).toHaveProperty('type');
      const [mine, other] = [compileExpression(env, expression), theirs(expression)];
      for (const { input, features } of given) {
        const context = { input: toInput(input), features: toFeatures(features) };
        const value = attempt(() => mine(context));
        expect({ value }).toStrictEqual({ value: attempt(() => other(context)) });
        seen.set(typeof value, (seen.get(typeof value) ?? 0) + 1);
      }
    }),
    { seed: 1, numRuns: 1_500 },
  );
  // It would not do to compare nothing with nothing.
  for (const type of ['boolean', 'bigint', 'number', 'string', 'undefined'])
    expect(seen.get(type)).toBeGreaterThan(500);
});
