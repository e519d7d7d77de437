import type { Limits } from '../../../core/llm/budgets/limits';
import { checkLimits } from '../../../core/pipeline/check-limits';
import { Problems } from '../../../core/pipeline/check-problems';
import { formatProblems } from '../../../core/problem';

const GOOD: Limits = {
  perRequest: { inputTokens: 4_000, outputTokens: 500 },
  perCaller: { requestsPerMinute: 60, tokensPerMinute: 100_000 },
  perPipeline: { tokensPerMinute: 1_000_000, tokensPerDay: 50_000_000, moneyPerDay: 25.5 },
  prices: { inputPerMillion: 0.15, outputPerMillion: 0.6 },
  onLimit: 'fallback',
  onOutage: 'open',
};

/** What is said of limits that are these, otherwise as they should be. */
function said(over: object): string[] {
  const problems = new Problems();
  checkLimits({ ...GOOD, ...over } as Limits, 'model.limits', problems);
  return formatProblems(problems.all).split('\n').filter(Boolean);
}

test('limits that can be kept have no problem, nor has the least that one may say', () => {
  expect(said({})).toEqual([]);
  const problems = new Problems();
  checkLimits({ perRequest: GOOD.perRequest }, 'model.limits', problems);
  expect(problems.all).toEqual([]);
});

test.each<[object, string]>([
  [
    { perRequest: undefined },
    'MISSING_PART model.limits.perRequest: is required: how many tokens a request may have at most, of input and of output.',
  ],
  [
    { perRequest: { inputTokens: 4_000 } },
    'LIMITS model.limits.perRequest.outputTokens: must be a whole number of tokens from 1 to 1000000000, got nothing.',
  ],
  [
    { perCaller: { requestsPerMinute: 0.5 } },
    'LIMITS model.limits.perCaller.requestsPerMinute: must be a whole number of requests from 1 to 1000000000, got 0.5.',
  ],
  [
    { perCaller: { tokensPerMinute: '100k' } },
    'LIMITS model.limits.perCaller.tokensPerMinute: must be a whole number of tokens from 1 to 1000000000, got "100k".',
  ],
  [
    { perCaller: {} },
    'LIMITS model.limits.perCaller: limits nothing. Name at least one of requestsPerMinute, tokensPerMinute, tokensPerDay, moneyPerDay, or leave it out.',
  ],
  [
    { perPipeline: { moneyPerDay: -1 } },
    'LIMITS model.limits.perPipeline.moneyPerDay: must be an amount of money above 0 and up to 1000000000, got -1.',
  ],
  [
    { prices: undefined },
    'PRICES model.limits.perPipeline.moneyPerDay: needs prices: what a million tokens of input and of output cost.',
  ],
  [
    { prices: { inputPerMillion: 0, outputPerMillion: 0 } },
    'PRICES model.limits.perPipeline.moneyPerDay: is never reached: in prices, tokens cost nothing.',
  ],
  [
    { prices: { inputPerMillion: '1', outputPerMillion: 1 } },
    'PRICES model.limits.prices.inputPerMillion: must be what a million tokens cost, 0 or more; got "1".',
  ],
  [
    { perPipeline: { requestsPerMinutes: 7, tokensPerDay: 9_000 } },
    'UNKNOWN_MEMBER model.limits.perPipeline.requestsPerMinutes: is none of requestsPerMinute, tokensPerMinute, tokensPerDay, moneyPerDay. Did you mean "requestsPerMinute"?',
  ],
  [
    { onOutages: 'open' },
    'UNKNOWN_MEMBER model.limits.onOutages: is none of perRequest, perCaller, perPipeline, prices, onLimit, onOutage. Did you mean "onOutage"?',
  ],
  [{ onLimit: 'queue' }, 'LIMITS model.limits.onLimit: "queue" is none of refuse, fallback.'],
  [{ onOutage: 'shut' }, 'LIMITS model.limits.onOutage: "shut" is none of open, closed.'],
  [
    { perCaller: { tokensPerMinute: 4_499 } },
    'LIMITS_NEVER model.limits.perCaller.tokensPerMinute: is 4499, but perRequest allows a request of 4500, which could never be served: raise one or lower the other.',
  ],
  [
    { perPipeline: { moneyPerDay: 0.0008 } },
    'LIMITS_NEVER model.limits.perPipeline.moneyPerDay: is 0.0008, but perRequest allows a request of 0.0009, which could never be served: raise one or lower the other.',
  ],
  [
    { perCaller: { tokensPerMinute: 1_000_001 } },
    'LIMITS_NEVER model.limits.perCaller.tokensPerMinute: is 1000001, but all callers together have 1000000: it is never reached. Lower it, or leave it out.',
  ],
])('%j is a problem, and one', (over, message) => {
  expect(said(over)).toEqual([message]);
});

test('all problems come at once', () => {
  const perCaller = { tokensPerMinute: 10, requestPerMinute: 1 };
  expect(said({ perCaller, onOutage: 1, prices: {} }).map((line) => line.split(' ')[0])).toEqual([
    'LIMITS',
    'PRICES',
    'PRICES',
    'UNKNOWN_MEMBER',
    'LIMITS_NEVER',
  ]);
});
