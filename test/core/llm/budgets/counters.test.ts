import fc from 'fast-check';
import { callerKey, counterOf, windowsOf } from '../../../../core/llm/budgets/counters';
import { type Limits, amountsOf } from '../../../../core/llm/budgets/limits';
import { rateLimitFields } from '../../../../core/llm/budgets/refusal';

const whole = fc.integer({ min: 1, max: 1_000_000 });
const quota = fc.record(
  {
    requestsPerMinute: whole,
    tokensPerMinute: whole,
    tokensPerDay: whole,
    moneyPerDay: fc.integer({ min: 1, max: 500 }),
  },
  { requiredKeys: [] },
);
const limits: fc.Arbitrary<Limits> = fc.record({
  perRequest: fc.record({
    inputTokens: fc.integer({ min: 1, max: 4_000 }),
    outputTokens: fc.integer({ min: 1, max: 500 }),
  }),
  perCaller: quota,
  perPipeline: quota,
  prices: fc.record({ inputPerMillion: fc.double({ min: 0, max: 10, noNaN: true }), outputPerMillion: fc.constant(3) }),
});

test('the shares of a limit add up to it, and one shard or every shard has room for eight of the largest requests', () => {
  fc.assert(
    fc.property(limits, fc.constantFrom('caller', 'pipeline'), (some, scope) => {
      const largest = amountsOf(some.perRequest, some.prices);
      for (const { limits: limited, shares } of windowsOf(some, scope)) {
        expect(shares.length).toBeLessThanOrEqual(scope === 'caller' ? 4 : 16);
        for (const { amount, limit, most } of limited) {
          const sum = shares.reduce((total, share) => total + share[amount]!, 0);
          expect(sum).toBe(
            limit === 'moneyPerDay' ? some[scope === 'caller' ? 'perCaller' : 'perPipeline']!.moneyPerDay! * 1e6 : most,
          );
          if (shares.length > 1)
            for (const share of shares) expect(share[amount]).toBeGreaterThanOrEqual(8 * largest[amount]);
        }
      }
    }),
    { seed: 3, numRuns: 500 },
  );
});

const [minute, day] = windowsOf(
  { perRequest: { inputTokens: 6, outputTokens: 4 }, perPipeline: { tokensPerMinute: 1_000, tokensPerDay: 1_000 } },
  'pipeline',
);
const NOW = Date.parse('2026-11-23T23:59:59.999Z');

test('a window is a UTC minute or a UTC day, and its items are asked in an order of their own by each request', () => {
  const at = (id: string) => counterOf('pipeline', 'loans#all', minute!, id, NOW);
  const keys = at('a').shards.map(({ key }) => key);
  expect(keys.toSorted()).toEqual(
    Array.from({ length: 12 }, (_, i) => `budget#loans#all#2026-11-23T23:59#${i}`).toSorted(),
  );
  expect(new Date(at('a').endsAt).toISOString()).toBe('2026-11-24T00:00:00.000Z');
  expect(counterOf('pipeline', 'loans#all', day!, 'a', NOW + 1).shards[0]!.key).toMatch(
    /^budget#loans#all#2026-11-24#/,
  );
  const firsts = Array.from({ length: 1_200 }, (_, i) => at(`id-${i}`).shards[0]!.key);
  for (const key of keys) expect(firsts.filter((first) => first === key).length).toBeGreaterThan(60);
});

test('callers have items of their own in each pipeline, which do not name them', () => {
  const keys = ['ann', 'bob'].flatMap((caller) => ['loans', 'cards'].map((pipeline) => callerKey(pipeline, caller)));
  expect(new Set(keys).size).toBe(4);
  expect(keys.join()).not.toMatch(/ann|bob/);
});

test('money is counted in whole millionths, rounded up', () => {
  const prices = { inputPerMillion: 0.1, outputPerMillion: 0.7 };
  const money = (inputTokens: number, outputTokens: number) => amountsOf({ inputTokens, outputTokens }, prices).money;
  // As floating-point numbers, 3 · 0.1 and 0.7 · 10 are not what they should be.
  expect([money(10, 0), money(3, 0), money(30, 10), money(0, 0)]).toEqual([1, 1, 10, 0]);
});

test('a refusal says in the head of its response what the limit is, what is left and when to come back', () => {
  const limited = {
    scope: 'caller',
    limit: 'tokensPerMinute',
    most: 1_000,
    left: 120,
    resetsAt: '2026-11-23T12:01:00.000Z',
  } as const;
  expect(rateLimitFields(limited, Date.parse('2026-11-23T12:00:30.500Z'))).toEqual({
    'Retry-After': '30',
    'RateLimit-Policy': '"caller.tokensPerMinute";q=1000;w=60',
    RateLimit: '"caller.tokensPerMinute";r=120;t=30',
  });
  const late = rateLimitFields({ ...limited, limit: 'moneyPerDay', left: 0.5 }, Date.parse('2026-11-23T12:01:00.001Z'));
  expect(late).toMatchObject({ 'Retry-After': '1', RateLimit: '"caller.moneyPerDay";r=0;t=1' });
  expect(rateLimitFields({ scope: 'request', limit: 'inputTokens', most: 9, left: 9 }, NOW)).toEqual({});
});
