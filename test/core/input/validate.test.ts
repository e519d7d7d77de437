import { transformSync } from 'esbuild';
import fc from 'fast-check';
import { compileSchema, schemaFault, validatorModule } from '../../../core/input/compile-schema';
import { closeObjects } from '../../../core/input/schema';
import { type SchemaValidator, validateInput } from '../../../core/input/validate';
import validatorRuntime from '../../../core/input/validator-runtime';
import type { JsonSchema } from '../../../core/pipeline/definition';
import { applications, credit } from '../credit';

const schema = credit.definition.input;
const validator = compileSchema(schema);
const { input } = applications[0]!;
const faults = (given: unknown, of: SchemaValidator = validator) =>
  validateInput(of, given).map(({ pointer, code }) => `${pointer} ${code}`);
const validatorOf = (given: JsonSchema) => compileSchema(closeObjects(given));

/** The validator as functions run it: the module that synth generates. */
const generated = ((): SchemaValidator => {
  const code = validatorModule(schema, './validator-runtime.mjs');
  const module = { exports: {} as { default?: SchemaValidator } };
  new Function('module', 'require', transformSync(code, { format: 'cjs' }).code)(module, () => ({
    __esModule: true,
    default: validatorRuntime,
  }));
  return module.exports.default!;
})();

test('every real application is valid', () => {
  for (const application of applications) expect(faults(application.input)).toEqual([]);
});

test('every fault is named at once, by its pointer', () => {
  const { purpose: _, ...rest } = input;
  const given = {
    ...rest,
    age: 17.5,
    credit_amount: 0,
    housing: 'a tent',
    applicant_id: '',
    colour: 'red',
    'a/b~c': 1,
  };
  expect(faults(given).sort()).toEqual([
    '/input/age TYPE',
    '/input/applicant_id MIN_LENGTH',
    '/input/a~1b~0c UNKNOWN_FIELD',
    '/input/colour UNKNOWN_FIELD',
    '/input/credit_amount MINIMUM',
    '/input/housing ENUM',
    '/input/purpose REQUIRED',
  ]);
});

test.each([
  ['a list', [], '/input TYPE'],
  ['nothing', null, '/input TYPE'],
  ['text', 'x', '/input TYPE'],
])('%s is no input', (_, given, fault) => expect(faults(given)).toEqual([fault]));

test('faults deep inside have the pointer of their place', () => {
  const deep = validatorOf({
    type: 'object',
    properties: {
      items: {
        type: 'array',
        maxItems: 2,
        items: { type: 'object', properties: { price: { type: 'number', maximum: 9 } }, required: ['price'] },
      },
      tags: { type: 'object', additionalProperties: { type: 'string', format: 'date' } },
    },
  });
  expect(faults({ items: [{ price: 1 }, { price: 10, x: 1 }, {}], tags: { 'due/by': 'soon' } }, deep).sort()).toEqual([
    '/input/items MAX_ITEMS',
    '/input/items/1/price MAXIMUM',
    '/input/items/1/x UNKNOWN_FIELD',
    '/input/items/2/price REQUIRED',
    '/input/tags/due~1by FORMAT',
  ]);
});

test('an object that names its properties is closed, at any depth, unless it says otherwise', () => {
  const inner: JsonSchema = { type: 'object', properties: { a: { type: 'integer' } } };
  const open: JsonSchema = { ...inner, additionalProperties: true };
  const both = validatorOf({
    type: 'object',
    properties: { inner, open, list: { type: 'array', items: inner }, free: { type: 'object' } },
  });
  expect(faults({ inner: { b: 1 }, open: { b: 1 }, list: [{ b: 1 }], free: { b: 1 } }, both)).toEqual([
    '/input/inner/b UNKNOWN_FIELD',
    '/input/list/0/b UNKNOWN_FIELD',
  ]);
});

test('names of the prototype are members like others', () => {
  const given = JSON.parse(`{"__proto__": 1, "constructor": 2, "toString": 3}`) as object;
  expect(faults({ ...input, ...given }).sort()).toEqual([
    '/input/__proto__ UNKNOWN_FIELD',
    '/input/constructor UNKNOWN_FIELD',
    '/input/toString UNKNOWN_FIELD',
  ]);
});

test('a number that no double holds is a fault, also where the schema names no type', () => {
  const open = validatorOf({ type: 'object', properties: { any: {}, free: { type: 'object' } } });
  expect(faults(JSON.parse('{"any":1e999,"free":{"a/b":[0,-1e999,1e308]}}'), open)).toEqual([
    '/input/any NUMBER_TOO_LARGE',
    '/input/free/a~1b/1 NUMBER_TOO_LARGE',
  ]);
  expect(faults({ ...input, duration: Infinity })).toEqual(['/input/duration TYPE']);
});

test('an answer names a hundred faults at most, and long names are cut', () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${'x'.repeat(300)}${i}`, i]));
  const problems = validateInput(validator, many);
  expect(problems).toHaveLength(100);
  for (const { pointer } of problems) expect(pointer.length).toBeLessThan(250);
});

// One member of a valid input replaced: most often by what is wrong.
const anyValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.integer(),
  fc.string(),
  fc.constantFrom(...Object.values(applications[1]!.input)),
);
const changed = fc
  .tuple(
    fc.nat(applications.length - 1),
    fc.oneof(fc.constantFrom(...Object.keys(input)), fc.string()),
    fc.option(anyValue, { nil: undefined }),
  )
  .map(([row, name, value]): Record<string, unknown> => {
    const { [name]: _, ...others } = applications[row]!.input;
    return value === undefined ? others : { ...others, [name]: value };
  });

test('the generated module finds what the schema finds', () => {
  fc.assert(
    fc.property(fc.oneof(changed, fc.jsonValue({ maxDepth: 2 })), (given) => {
      expect(validateInput(generated, given)).toEqual(validateInput(validator, given));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('both count characters, not code units', () => {
  for (const of of [validator, generated]) {
    expect(faults({ ...input, applicant_id: '😀'.repeat(64) }, of)).toEqual([]);
    expect(faults({ ...input, applicant_id: '😀'.repeat(65) }, of)).toEqual(['/input/applicant_id MAX_LENGTH']);
  }
});

test('no fault repeats a value', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(input)), fc.nat(), (name, n) => {
      const secret = `secret-${n}`.padEnd(70, '!');
      for (const value of [secret, [secret], { x: secret }, 987_654_321 + n])
        expect(JSON.stringify(validateInput(validator, { ...input, [name]: value }))).not.toMatch(/secret|9876/);
    }),
    { seed: 2, numRuns: 100 },
  );
});

test.each<[string, JsonSchema]>([
  ['an unknown type', { type: 'text' }],
  ['an unknown keyword', { type: 'string', maxLenght: 3 } as JsonSchema],
  ['a keyword of another type', { type: 'string', maximum: '3' }],
  ['a pattern that is none', { type: 'string', pattern: '(' }],
  ['an unknown format', { type: 'string', format: 'colour' }],
  ['a reference to nowhere', { $ref: '#/$defs/money' }],
])('a schema with %s has a fault', (_, given) => expect(schemaFault(given)).toEqual(expect.any(String)));

test('two schemas may have the same $id', () => {
  const named = (type: string): JsonSchema => ({ $id: 'https://example.com/amount', type });
  expect([named('number'), named('string'), named('number')].map(schemaFault)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
