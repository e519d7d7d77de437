import { resolveFeatures } from '../../../core/features/features';
import type { LookupRead } from '../../../core/decision/decision';
import type { Lookup } from '../../../core/pipeline/definition';
import { accountItem, applications, credit, creditRisk, creditWith, START } from '../credit';

const { input, account } = applications[0]!;
const { id: _, ...known } = account;
const accounts = creditRisk.features!.lookups!.accounts!;
const pipelineWith = (over: Partial<Lookup>) =>
  creditWith({ features: { ...creditRisk.features, lookups: { accounts: { ...accounts, ...over } } } });
const resolve = (read?: LookupRead, pipeline = credit) =>
  resolveFeatures(pipeline, input, read ? { accounts: read } : {}, START);
const item = (over: Readonly<Record<string, unknown>> = {}) => ({ item: { ...accountItem(0), ...over } });

test('are those looked up and those derived, and no other attribute of the item', () => {
  expect(resolve(item({ secret: 'x' }))).toEqual({
    values: { ...known, instalment: 5951 / 48 },
    gaps: {},
    ages: { accounts: 3_600 },
    onGap: 'none',
    aged: false,
  });
});

test.each([
  ['fresh', { updatedAt: '2026-11-23T08:59:58.600Z' }, { accounts: 1 }],
  ['too old to be used', { updatedAt: '2026-11-20T09:00:00.000Z' }, { accounts: 3 * 86_400 }],
  ['ahead of our clock', { updatedAt: '2026-11-23T09:00:30.000Z' }, { accounts: 0 }],
  ['of no known age', { updatedAt: 'yesterday' }, {}],
])('the age of what was looked up is known in seconds: %s', (_, over, ages) => {
  expect(resolve(item(over)).ages).toEqual(ages);
});

describe('an item', () => {
  test.each([
    ['24 hours old is fresh', { updatedAt: '2026-11-22T09:00:00.000Z' }, {}],
    ['older than that is stale', { updatedAt: '2026-11-22T08:59:59.999Z' }, { accounts: 'stale' }],
    ['of no known age is stale', { updatedAt: undefined }, { accounts: 'stale' }],
    ['with no time for an age is stale', { updatedAt: 'yesterday' }, { accounts: 'stale' }],
    ['a minute ahead is fresh: clocks differ', { updatedAt: '2026-11-23T09:01:00.000Z' }, {}],
    ['further ahead is stale', { updatedAt: '2026-11-23T09:01:00.001Z' }, { accounts: 'stale' }],
    ['that lacks a field is missing', { credit_history: undefined }, { accounts: 'missing' }],
    ['whose field is null is missing', { credit_history: null }, { accounts: 'missing' }],
    ['with a category unheard of is invalid', { credit_history: 'good' }, { accounts: 'invalid' }],
    ['with text for a number is invalid', { existing_credits: '1' }, { accounts: 'invalid' }],
    ['with a fraction for an integer is invalid', { existing_credits: 1.5 }, { accounts: 'invalid' }],
    ['below the minimum is invalid', { existing_credits: -1 }, { accounts: 'invalid' }],
    ['above the maximum is invalid', { existing_credits: 101 }, { accounts: 'invalid' }],
    ['with no number for a number is invalid', { existing_credits: NaN }, { accounts: 'invalid' }],
  ])('%s', (_, over, gaps) => {
    const features = resolve(item(over));
    expect(features.gaps).toEqual(gaps);
    // All of an item's values or none: half a picture is no picture.
    expect(Object.keys(features.values)).toHaveLength('accounts' in gaps ? 1 : 5);
  });

  test('without maxAge does not age', () => {
    const { maxAge: _, ...ageless } = accounts;
    const pipeline = creditWith({
      features: { lookups: { accounts: ageless }, derived: creditRisk.features!.derived! },
    });
    expect(resolve(item({ updatedAt: undefined }), pipeline).gaps).toEqual({});
  });
});

describe('a gap', () => {
  test.each<[Lookup['onMissing'], string]>([
    ['review', 'review'],
    ['reject', 'reject'],
    [{ default: known }, 'none'],
  ])('with onMissing %j leads to %s', (onMissing, onGap) => {
    expect(resolve({ failed: 'missing' }, pipelineWith({ onMissing }))).toMatchObject({
      onGap,
      gaps: { accounts: 'missing' },
    });
  });

  test('is what was not read at all', () => expect(resolve().gaps).toEqual({ accounts: 'unavailable' }));

  test('is filled by the default', () => {
    expect(resolve(item({ updatedAt: 'never' }), pipelineWith({ onMissing: { default: known } })).values).toMatchObject(
      known,
    );
  });

  test('that rejects outweighs one that asks for a review, in either order', () => {
    const other: Lookup = { key: 'input.applicant_id', fields: { since: { type: 'integer' } }, onMissing: 'reject' };
    for (const lookups of [
      { accounts, other },
      { other, accounts },
    ])
      expect(resolve(undefined, creditWith({ features: { ...creditRisk.features, lookups } })).onGap).toBe('reject');
  });
});

/** Other features than the example's baseline has. */
const UNWATCHED = { baseline: { rows: 1, features: {} } };

describe('a derived feature', () => {
  const derive = (derived: Record<string, string>, given = input) =>
    resolveFeatures(
      creditWith({
        drift: UNWATCHED,
        features: { ...creditRisk.features, derived },
        fallback: creditRisk.fallback.slice(1),
      }),
      given,
      { accounts: item() },
      START,
    ).values;

  test('may use looked-up features and those derived before it', () => {
    expect(derive({ many: 'features.existing_credits + 1', more: 'features.many * 2' })).toMatchObject({
      many: 2,
      more: 4,
    });
  });

  test('keeps its type: integers, numbers, text and truth', () => {
    const values = derive({
      a: 'input.age / 2',
      b: 'double(input.age) / 2.0',
      c: 'input.purpose + "!"',
      d: 'input.age > 18',
    });
    expect(values).toMatchObject({ a: 11, b: 11, c: 'radio/tv!', d: true });
  });

  test.each([
    ['names what was left out', 'input.foreign_worker + "!"'],
    ['divides by nought', 'input.age / 0'],
    ['has no finite value', 'double(input.age) / 0.0'],
    ['overflows', 'input.age * 9223372036854775807'],
    ['fails inside a function', 'bool(input.purpose)'],
  ])('that %s is missing, and so is what depends on it; others stay', (_, source) => {
    const { foreign_worker: __, ...silent } = input;
    const values = derive({ broken: source, depends: 'string(features.broken)', fine: 'input.age' }, silent);
    expect(values).toEqual({ ...known, fine: 22 });
  });
});

test('keys of lookups are those of the input; without one there is nothing to ask for', () => {
  const lookup = pipelineWith({ key: 'input.foreign_worker + "#" + string(input.age)' }).lookups[0]!;
  const { toCelInput } = credit;
  expect(lookup.key(toCelInput(input))).toBe('yes#22');
  expect(lookup.key(toCelInput({ age: 22 }))).toBeUndefined();
  expect(pipelineWith({ key: '""' }).lookups[0]!.key(toCelInput(input))).toBeUndefined();
});

describe('values that are too old, where they are still good for a while', () => {
  const definition = creditWith({
    features: {
      ...creditRisk.features,
      lookups: { accounts: { ...creditRisk.features!.lookups!.accounts!, lastGoodFor: '48h' } },
    },
  });
  const read = (hoursOld: number) =>
    resolveFeatures(definition, applications[0]!.input, { accounts: { item: accountItem(0, hoursOld) } }, START);

  test('are used, and said to be aged', () => {
    const { updatedAt: _, id: __, ...account } = accountItem(0);
    expect(read(25)).toMatchObject({ values: account, gaps: { accounts: 'aged' }, onGap: 'none', aged: true });
    expect(read(72)).toMatchObject({ aged: true });
    expect(read(24)).toMatchObject({ gaps: {}, aged: false });
  });

  test('are missing once that while is over', () => {
    expect(read(73)).toMatchObject({ gaps: { accounts: 'stale' }, onGap: 'review', aged: false });
  });
});
