import fc from 'fast-check';
import { Problems } from '../../../core/pipeline/check-problems';
import { checkSchemaCost, isLinear } from '../../../core/pipeline/check-schema-cost';

test.each(['^[A-Z]{2}[0-9]{6}$', '^\\d{5}$', '^[a-z]+$', '^DE\\d{2} ?\\d{4}$', '^x*', '^[^@]+@$', '^a\\.b$', '^.{3}$'])(
  '%s takes time in proportion to the text',
  (pattern) => {
    expect(isLinear(pattern)).toBe(true);
    expect(() => new RegExp(pattern, 'u')).not.toThrow();
  },
);

test.each([
  ['a group', '^(a)$'],
  ['a repeated group', '^(a+)+$'],
  ['an alternative', '^a|b$'],
  ['no anchor', 'a*'],
  ['two repetitions', '^a*a*b$'],
  ['two counts that vary', '^a{0,9}a{0,9}$'],
  ['a reference back', '^a\\1$'],
])('%s is refused', (_what, pattern) => {
  expect(isLinear(pattern)).toBe(false);
});

test('no text makes an accepted pattern slow', () => {
  const piece = fc.constantFrom('a', 'b', '[ab]', '\\w', '.', 'a*', '[ab]+', 'a?', '\\w{2}', 'b{0,50}');
  const pattern = fc.array(piece, { maxLength: 6 }).map((pieces) => `^${pieces.join('')}$`);
  const text = fc.constantFrom('a', 'b', 'ab').map((unit) => `${unit.repeat(50_000)}!`);
  fc.assert(
    fc.property(pattern.filter(isLinear), text, (accepted, long) => {
      const began = process.cpuUsage().user;
      new RegExp(accepted, 'u').test(long);
      // Microseconds: far above what one pass takes, far below what a second power would.
      return process.cpuUsage().user - began < 250_000;
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('a property may bear the name of a keyword', () => {
  const problems = new Problems();
  const properties = { pattern: { type: 'string' }, patternProperties: { type: 'string' }, uniqueItems: { enum: [1] } };
  checkSchemaCost({ type: 'object', properties, default: { pattern: '(a+)+' } }, 'input', problems);
  expect(problems.all).toEqual([]);
});

test('what is deep is found, by its path', () => {
  const problems = new Problems();
  const deep = { anyOf: [{ items: { pattern: 'a*a*' } }], $defs: { any: { patternProperties: {} } } };
  checkSchemaCost({ properties: { list: deep } }, 'input', problems);
  expect(problems.all.map(({ path }) => path)).toEqual([
    'input.properties.list.anyOf.0.items.pattern',
    'input.properties.list.$defs.any.patternProperties',
  ]);
});
