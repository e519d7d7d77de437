import fc from 'fast-check';
import { MAX_DEPTH, parseJson } from '../../../core/input/parse-json';

const problemOf = (text: string) => {
  const parsed = parseJson(text);
  return 'problem' in parsed ? `${parsed.problem.code} ${parsed.problem.pointer}` : undefined;
};

test('reads what JSON.parse reads, as JSON.parse reads it', () => {
  const spaced = fc
    .tuple(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, '\t'))
    .map(([value, space]) => JSON.stringify(value, null, space));
  fc.assert(
    fc.property(fc.oneof(fc.json(), spaced), (text) => expect(parseJson(text)).toEqual({ value: JSON.parse(text) })),
    { seed: 1, numRuns: 1_000 },
  );
});

test('refuses what JSON.parse refuses, and throws never', () => {
  const nearly = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([text, at, put]) => {
    const cut = at % (text.length + 1);
    return text.slice(0, cut) + put + text.slice(cut + 1);
  });
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (text) => {
      if (!isJson(text)) expect(problemOf(text)).toBe('MALFORMED_JSON ');
      else expect(parseJson(text)).toBeDefined();
    }),
    { seed: 2, numRuns: 1_000 },
  );
});

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('a member that stands twice', () => {
  test.each([
    ['{"a":1,"a":2}', '/a'],
    ['{"a":1,"a":1}', '/a'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['{"input":{"x":[{"y":1},{"y":1,"z":{},"y":2}]}}', '/input/x/1/y'],
    ['{"a/b~c":1,"a/b~c":2}', '/a~1b~0c'],
    ['{"":1,"":2}', '/'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__'],
    ['{"\\ud83d\\ude00":1,"😀":2}', '/😀'],
    ['{"a":"{\\"b\\":1,\\"b\\":2}","c":[],"a":1}', '/a'],
  ])('in %s is refused at %s', (text, pointer) => {
    expect(problemOf(text)).toBe(`REPEATED_MEMBER ${pointer}`);
  });

  test.each(['{"a":{"a":1},"b":{"a":1}}', '[{"a":1},{"a":1}]', '{"a":"a","b":"a"}', '{"a":["a","a"],"b":"\\"a\\":1"}'])(
    'is not one in %s',
    (text) => expect(problemOf(text)).toBeUndefined(),
  );

  test('is found wherever it is put', () => {
    const name = fc.string({ unit: fc.constantFrom('a', '"', '\\', '/', ':', '{', ',', '\u2028') });
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue({ maxDepth: 2 }), { minKeys: 1 }), fc.nat(), (object, pick) => {
        const members = Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
        expect(problemOf(`{${members.join(',')}}`)).toBeUndefined();
        expect(problemOf(`{${[...members, members[pick % members.length]].join(',')}}`)).toMatch(/^REPEATED_MEMBER /);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe('nesting', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

  test(`ends at ${MAX_DEPTH} levels`, () => {
    expect(problemOf(nested(MAX_DEPTH))).toBeUndefined();
    expect(problemOf(nested(MAX_DEPTH + 1))).toBe(`TOO_DEEP ${'/0'.repeat(MAX_DEPTH)}`);
    expect(problemOf('{"a":'.repeat(MAX_DEPTH + 1) + '1' + '}'.repeat(MAX_DEPTH + 1))).toMatch(/^TOO_DEEP \/a\/a/);
  });

  test('of a whole body is refused, not overflown', () => {
    expect(problemOf(nested(128 * 1024))).toMatch(/^TOO_DEEP /);
  });

  test('counts what is open, not what was', () => {
    expect(problemOf(`[${Array(1_000).fill('[[]]').join(',')}]`)).toBeUndefined();
  });
});

test('a number that no double holds is left to the validation of the input', () => {
  expect(parseJson('{"a":[1e999,-1e-999]}')).toEqual({ value: { a: [Infinity, -0] } });
});

test('__proto__ is a member like others and changes no prototype', () => {
  const parsed = parseJson('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}') as {
    value: object;
  };
  expect(Object.keys(parsed.value)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(parsed.value)).toBe(Object.prototype);
  expect({}).not.toHaveProperty('admin');
});

test('a body of 256 KiB is read, whatever it is full of', () => {
  const size = 256 * 1024;
  for (const text of [
    `"${'x'.repeat(size)}"`,
    `"${'\\"'.repeat(size / 2)}"`,
    `[${'0,'.repeat(size / 2)}0]`,
    ' '.repeat(size) + '1',
  ])
    expect(problemOf(text)).toBeUndefined();
});

test('a pointer stays short where a name is long', () => {
  const name = 'n'.repeat(10_000);
  expect(problemOf(`{"${name}":1,"${name}":1}`)).toBe(`REPEATED_MEMBER /${'n'.repeat(200)}`);
});

test.each([
  ['"\\ud800"', ''],
  ['{"input":{"name":"a\\udc00"}}', '/input/name'],
  ['{"a":["x","\\uD83D \\uDE00"]}', '/a/1'],
])('fails on half of a surrogate pair: %s', (text, pointer) => {
  expect(parseJson(text)).toMatchObject({ problem: { code: 'ILL_FORMED_TEXT', pointer } });
});

test('fails on half of a surrogate pair in a name', () => {
  expect(parseJson('{"\\ud800":1}')).toMatchObject({ problem: { code: 'ILL_FORMED_TEXT' } });
});

test('takes whole pairs, escaped or not', () => {
  expect(parseJson('{"\\ud83d\\ude00":"😀\\uD83D\\uDE00"}')).toEqual({ value: { '😀': '😀😀' } });
});
