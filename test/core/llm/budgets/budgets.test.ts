import fc from 'fast-check';
import type { Limits } from '../../../../core/llm/budgets/limits';
import { type Bug, type Request, runBudgets } from './schedule';

const perRequest = { inputTokens: 60, outputTokens: 40 };
const LIMITS: Readonly<Record<string, Limits>> = {
  'one item a window': {
    perRequest,
    perCaller: { requestsPerMinute: 3, tokensPerDay: 220 },
    perPipeline: { tokensPerMinute: 240, moneyPerDay: 0.0003 },
    prices: { inputPerMillion: 0.5, outputPerMillion: 1.5 },
  },
  'a window in shards': { perRequest, perPipeline: { tokensPerMinute: 1_601, tokensPerDay: 1_702 } },
};

const request: fc.Arbitrary<Request> = fc.record({
  caller: fc.constantFrom('ann', 'bob'),
  startsAfterMs: fc.oneof(fc.nat(2_000), fc.nat(150_000)),
  inputTokens: fc.integer({ min: 1, max: 60 }),
  outputTokens: fc.integer({ min: 1, max: 40 }),
  used: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  takesMs: fc.oneof(
    { weight: 4, arbitrary: fc.nat(25_000) },
    { weight: 1, arbitrary: fc.integer({ min: 59_000, max: 120_000 }) },
  ),
  fate: fc.constantFrom('settles', 'settles', 'releases', 'dies', 'crashes in reserve', 'crashes in settle'),
  times: fc.integer({ min: 1, max: 3 }),
});

/** Runs many schedules, and says what was broken and what came about. */
async function run(limits: Limits, numRuns: number, bug?: Bug) {
  const reached = new Set<string>();
  const size = limits.perPipeline!.tokensPerMinute! > 1_000 ? 60 : 14;
  const outcome = await fc.check(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: size, size: 'max' }), fc.nat(), async (all, seed) => {
      const result = await runBudgets(limits, all, seed, bug);
      for (const what of result.reached) reached.add(what);
      expect(result.violations).toEqual([]);
    }),
    { seed: 20, numRuns, endOnFailure: true },
  );
  return { outcome, reached };
}

describe.each(Object.entries(LIMITS))('%s', (name, limits) => {
  test('used and held never exceed a limit, and in the end exactly what was used is charged', async () => {
    const { outcome, reached } = await run(limits, 400);
    if (outcome.failed) throw new Error(fc.defaultReportMessage(outcome));
    // A schedule that reaches nothing proves nothing.
    const fates = ['settles', 'releases', 'dies', 'crashes in reserve', 'crashes in settle', 'late'];
    const refusals = {
      'one item a window': [
        'caller.requestsPerMinute',
        'caller.tokensPerDay',
        'pipeline.tokensPerMinute',
        'pipeline.moneyPerDay',
      ],
      'a window in shards': ['pipeline.tokensPerMinute', 'pipeline.tokensPerDay'],
    }[name]!;
    expect([...reached].sort()).toEqual([...fates, ...refusals].sort());
  });

  test.each<Bug>(['limits are not checked', 'entries are not checked', 'expiry is forgotten'])(
    'a planted bug is found: %s',
    async (bug) => {
      expect((await run(limits, 250, bug)).outcome.failed).toBe(true);
    },
  );
});
