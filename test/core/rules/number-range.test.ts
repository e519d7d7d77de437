import fc from 'fast-check';
import { above, below, rangeOf, sample } from '../../../core/rules/number-range';

describe('the next number of a type', () => {
  test.each([
    ['int', 4, 5],
    ['int', 4.5, 5],
    ['int', -0.5, 0],
    ['int', -1, 0],
    ['int', 2 ** 53, 2 ** 53 + 2],
    ['int', 2 ** 53 - 1, 2 ** 53],
    ['int', -(2 ** 53), -(2 ** 53) + 1],
    ['double', 0, Number.MIN_VALUE],
    ['double', -0, Number.MIN_VALUE],
    ['double', -Number.MIN_VALUE, 0],
    ['double', 1, 1 + Number.EPSILON],
    ['double', -1, -1 + Number.EPSILON / 2],
    ['double', Number.MAX_VALUE, Infinity],
    ['double', -Infinity, -Infinity],
  ] as const)('%s after %d is %d', (type, x, next) => expect(above(type, x)).toBe(next));

  test('lies above, with none between, and back again', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e308 });
    fc.assert(
      fc.property(finite, (x) => {
        const next = above('double', x);
        expect(next).toBeGreaterThan(x);
        expect([x, next]).toContain(x + (next - x) / 2);
        expect(below('double', next)).toBe(x + 0);
      }),
      { seed: 1, numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (x) => {
        expect(BigInt(above('int', x))).toBe(BigInt(x) + 1n);
        expect(BigInt(below('int', x))).toBe(BigInt(x) - 1n);
      }),
      { seed: 2, numRuns: 1_000 },
    );
  });
});

test.each([
  ['int', { exclusiveMinimum: 4, maximum: 6.5 }, [5, 6]],
  ['int', { minimum: 4.2, exclusiveMaximum: 7 }, [5, 6]],
  ['int', { minimum: 2, exclusiveMinimum: 4, maximum: 9, exclusiveMaximum: 9 }, [5, 8]],
  ['double', { minimum: 4.2, maximum: 5 }, [4.2, 5]],
  ['double', {}, [-Infinity, Infinity]],
] as const)('%s within %j', (type, ends, [first, last]) => expect(rangeOf(type, ends)).toMatchObject({ first, last }));

test('what a range was written with is kept', () => {
  expect(rangeOf('double', { exclusiveMinimum: 4, maximum: 5 })).toMatchObject({ from: 4, to: 5 });
});

test.each([
  [-1, 1, 0],
  [10_000.000000000002, 20_000, 10_001],
  [0.30000000000000004, 0.5, 0.4],
  [0.123, 0.1235, 0.123],
  [-7, -3.5, -4],
  [5e-324, 5e-324, 5e-324],
  [1e308, Number.MAX_VALUE, 1e308],
])('a number to show from %d to %d is %d', (first, last, shown) => expect(sample(first, last)).toBe(shown));

test('the number to show lies in the range', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(finite, finite, (a, b) => {
      const shown = sample(Math.min(a, b), Math.max(a, b));
      expect(shown >= Math.min(a, b) && shown <= Math.max(a, b)).toBe(true);
    }),
    { seed: 3, numRuns: 2_000 },
  );
});
