import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { fromAttributes } from '../../../bin/history/attribute-values';

const scalar = fc.oneof(
  fc.string(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 53) + 1, max: 2 ** 53 - 1 })
    .filter((x) => x === 0 || Math.abs(x) > 1e-100),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const sets = fc.oneof(
  fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }),
  fc.uniqueArray(fc.integer(), { minLength: 1 }),
);
// The SDK takes a member of that name for the class of the object.
const name = fc.string({ minLength: 1 }).filter((text) => !['__proto__', 'constructor'].includes(text));
const item = fc.dictionary(
  name,
  fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      scalar,
      sets.map((values) => new Set<string | number>(values)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value,
  { noNullPrototype: true },
);

test('values are read as the SDK reads them', () => {
  fc.assert(
    fc.property(item, (values) => {
      const attributes = JSON.parse(JSON.stringify(marshall(values))) as Parameters<typeof fromAttributes>[0];
      expect(fromAttributes(attributes)).toEqual(unmarshall(attributes as never));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('binary values, which JSON holds as base64, are read as bytes', () => {
  expect(fromAttributes({ one: { B: 'AQI=' }, more: { BS: ['AQI=', 'Aw=='] } })).toEqual({
    one: new Uint8Array([1, 2]),
    more: new Set([new Uint8Array([1, 2]), new Uint8Array([3])]),
  });
});

test.each(['{}', '{"S":"a","N":"1"}', '{"X":1}', '{"toString":"a"}'])('%s is no value of an item', (value) => {
  expect(() => fromAttributes({ a: JSON.parse(value) as Record<string, unknown> })).toThrow(TypeError);
});
