import fc from 'fast-check';
import { inputHash, isDecisionId, keyedId, ulid } from '../../../core/decision/id';

const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
const time = fc.nat(2 ** 48 - 1);

test('a ULID is the known one of its time and bytes', () => {
  // 1469918176385 is the example of the ULID specification: its first ten characters are the time.
  expect(ulid(1_469_918_176_385, new Uint8Array(10))).toBe('01ARYZ6S410000000000000000');
  expect(ulid(2 ** 48 - 1, new Uint8Array(10).fill(255))).toBe('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
});

test('every ULID has the form of an id, and ULIDs sort by time', () => {
  fc.assert(
    fc.property(time, time, bytes, bytes, (a, b, someBytes, otherBytes) => {
      const [first, second] = [ulid(a, someBytes), ulid(b, otherBytes)];
      expect(isDecisionId(first)).toBe(true);
      if (a !== b) expect(first < second).toBe(a < b);
      else expect(first === second).toBe(Buffer.compare(someBytes, otherBytes) === 0);
    }),
    { seed: 1 },
  );
});

test('a keyed id is a function of secret, pipeline, caller and key, and of nothing run together', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '/'), maxLength: 4 });
  const parts = fc.tuple(text, text, text, text);
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const [first, second] = [keyedId(...one), keyedId(...other)];
      expect(isDecisionId(first)).toBe(true);
      expect(first === second).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
    {
      seed: 2,
      examples: [
        [
          ['s', 'a', 'bc', 'd'],
          ['s', 'ab', 'c', 'd'],
        ],
      ],
    },
  );
});

test('a keyed id stays what it is: a deployment must know the keys of the last one', () => {
  // Worked out apart from this code, in Python.
  expect(keyedId('secret', 'credit-risk', '000000000000:role/app', 'order-1')).toBe('5HB5K7W47PTKC9F7HZKZYPKNP5');
});

test.each([
  '',
  '01ARYZ6S41000000000000000',
  '81ARYZ6S410000000000000000',
  '01ARYZ6S41000000000000000I',
  '01aryz6s410000000000000000',
  '01ARYZ6S410000000000000000\n',
])('%j is no decision id', (text) => expect(isDecisionId(text)).toBe(false));

test('an input hash does not depend on the order of members, but on everything else', () => {
  expect(inputHash({ a: 1, b: { c: [1, 2], d: null } })).toBe(inputHash({ b: { d: null, c: [1, 2] }, a: 1 }));
  const all = [
    {},
    { a: 1 },
    { a: '1' },
    { a: [1] },
    { a: null },
    { b: 1 },
    { a: 1, b: 1 },
    { a: 1.5 },
    { a: { '0': 1 } },
  ];
  expect(new Set(all.map(inputHash)).size).toBe(all.length);
});
