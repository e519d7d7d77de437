import { type Caching, checkCaching } from '../../../../core/llm/cache/settings';
import { Problems } from '../../../../core/pipeline/check-problems';

const problemsOf = (caching: unknown) => {
  const problems = new Problems();
  checkCaching(caching as Caching, 'model.caching', problems);
  return problems.all.map(({ code, path }) => `${code} ${path}`);
};
const semantic = { ttl: '1h', endpoint: 'embeddings' };

test.each([
  undefined,
  {},
  { exact: { ttl: '1h' } },
  { exact: { ttl: '1h' }, semantic: { ...semantic, wrongHits: 0.02, verify: 0.2 } },
])('%j is fine', (caching) => {
  expect(problemsOf(caching)).toEqual([]);
});

test.each([
  ['a tier that is misspelt', { exakt: { ttl: '1h' } }, ['UNKNOWN_MEMBER model.caching.exakt']],
  ['no time to live', { exact: {} }, ['MISSING_PART model.caching.exact.ttl']],
  ['no duration', { exact: { ttl: 3600 } }, ['DURATION model.caching.exact.ttl']],
  ['a time to live beyond a month', { exact: { ttl: '31d' } }, ['DURATION_RANGE model.caching.exact.ttl']],
  ['no object', 'on', ['SHAPE model.caching']],
  ['a semantic tier alone', { semantic }, ['MISSING_PART model.caching.exact']],
  [
    'all of it at once',
    { exact: { ttl: '1s' }, semantic: { wrongHits: 0, verify: 2, endpoint: 'a b', seed: 1 } },
    [
      'DURATION_RANGE model.caching.exact.ttl',
      'UNKNOWN_MEMBER model.caching.semantic.seed',
      'MISSING_PART model.caching.semantic.ttl',
      'CACHE_SHARE model.caching.semantic.wrongHits',
      'CACHE_SHARE model.caching.semantic.verify',
      'ENDPOINT model.caching.semantic.endpoint',
    ],
  ],
])('%s is refused', (_, caching, expected) => {
  expect(problemsOf(caching)).toEqual(expected);
});
