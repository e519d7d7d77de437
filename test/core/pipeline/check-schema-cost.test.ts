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
