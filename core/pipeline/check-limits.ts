import { type LimitName } from '../llm/budgets/counters';
import { type Limits, type Prices, type Quota, type RequestLimits, MICRO, amountsOf } from '../llm/budgets/limits';
import type { Problems } from './check-problems';

const MEMBERS = Object.keys({
  perRequest: true,
  perCaller: true,
  perPipeline: true,
  prices: true,
  onLimit: true,
  onOutage: true,
} satisfies Record<keyof Limits, true>);
const TOKENS = Object.keys({ inputTokens: true, outputTokens: true } satisfies Record<keyof RequestLimits, true>);
const PRICES = Object.keys({ inputPerMillion: true, outputPerMillion: true } satisfies Record<keyof Prices, true>);
const QUOTA = Object.keys({
  requestsPerMinute: true,
  tokensPerMinute: true,
  tokensPerDay: true,
  moneyPerDay: true,
} satisfies Record<LimitName, true>) as LimitName[];

/** Larger ones could not be counted exactly in millionths. */
const MOST = 1_000_000_000;

/**
 * Checks what a pipeline may ask of a language model. `path` is where the limits stand in the definition. Throws a TypeError at a
 * part that is no object, as `Problems.guard` expects.
 */
export function checkLimits(limits: Limits, path: string, problems: Problems): void {
  problems.known(limits, path, MEMBERS);
  const { perRequest, perCaller, perPipeline, prices, onLimit, onOutage } = limits;
  if (onLimit !== undefined) problems.oneOf('LIMITS', `${path}.onLimit`, onLimit, ['refuse', 'fallback']);
  if (onOutage !== undefined) problems.oneOf('LIMITS', `${path}.onOutage`, onOutage, ['open', 'closed']);
  if (prices !== undefined) checkPrices(prices, `${path}.prices`, problems);
  const quotas = Object.entries({ perCaller, perPipeline });
  for (const [scope, quota] of quotas) if (quota !== undefined) checkQuota(quota, `${path}.${scope}`, prices, problems);
  if (perRequest === undefined) {
    const what = 'is required: how many tokens a request may have at most, of input and of output.';
    return problems.add('MISSING_PART', `${path}.perRequest`, what);
  }
  problems.known(perRequest, `${path}.perRequest`, TOKENS);
  const counted = TOKENS.map((name) =>
    whole((perRequest as unknown as Record<string, unknown>)[name], `${path}.perRequest.${name}`, 'tokens', problems),
  );
  if (!counted.every(Boolean)) return;
  for (const [scope, quota] of quotas) checkServable(limits, quota ?? {}, `${path}.${scope}`, problems);
  checkReachable(limits, path, problems);
}

function whole(given: unknown, path: string, what: string, problems: Problems): boolean {
  if (Number.isInteger(given) && Number(given) >= 1 && Number(given) <= MOST) return true;
  const got = JSON.stringify(given) ?? 'nothing';
  problems.add('LIMITS', path, `must be a whole number of ${what} from 1 to ${MOST}, got ${got}.`);
  return false;
}

function checkPrices(prices: Prices, path: string, problems: Problems): void {
  problems.known(prices, path, PRICES);
  for (const name of PRICES as (keyof Prices)[]) {
    const price: unknown = prices[name];
    if (!(typeof price === 'number' && price >= 0 && price <= MOST / 1_000))
      problems.add(
        'PRICES',
        `${path}.${name}`,
        `must be what a million tokens cost, 0 or more; got ${JSON.stringify(price) ?? 'nothing'}.`,
      );
  }
}

function checkQuota(quota: Quota, path: string, prices: Prices | undefined, problems: Problems): void {
  problems.known(quota, path, QUOTA);
  if (QUOTA.every((name) => quota[name] === undefined))
    problems.add('LIMITS', path, `limits nothing. Name at least one of ${QUOTA.join(', ')}, or leave it out.`);
  const { moneyPerDay, ...counts } = quota;
  for (const name of QUOTA)
    if (name !== 'moneyPerDay' && counts[name] !== undefined)
      whole(counts[name], `${path}.${name}`, name === 'requestsPerMinute' ? 'requests' : 'tokens', problems);
  if (moneyPerDay === undefined) return;
  if (!(typeof moneyPerDay === 'number' && moneyPerDay * MICRO >= 1 && moneyPerDay <= MOST))
    problems.add(
      'LIMITS',
      `${path}.moneyPerDay`,
      `must be an amount of money above 0 and up to ${MOST}, got ${JSON.stringify(moneyPerDay)}.`,
    );
  if (prices === undefined)
    problems.add('PRICES', `${path}.moneyPerDay`, 'needs prices: what a million tokens of input and of output cost.');
  else if (prices.inputPerMillion === 0 && prices.outputPerMillion === 0)
    problems.add('PRICES', `${path}.moneyPerDay`, 'is never reached: in prices, tokens cost nothing.');
}

/** The largest request that is allowed must fit into what a window allows, or it waits for ever. */
function checkServable({ perRequest, prices }: Limits, quota: Quota, path: string, problems: Problems): void {
  const { tokens, money } = amountsOf(perRequest, prices);
  const needs = { tokensPerMinute: tokens, tokensPerDay: tokens, moneyPerDay: money / MICRO };
  for (const [name, need] of Object.entries(needs)) {
    const most = quota[name as keyof typeof needs];
    if (typeof most === 'number' && most > 0 && need > most)
      problems.add(
        'LIMITS_NEVER',
        `${path}.${name}`,
        `is ${most}, but perRequest allows a request of ${need}, which could never be served: raise one or lower the other.`,
      );
  }
}

/** A limit that another one keeps from being reached says something that is not so. */
function checkReachable({ perCaller = {}, perPipeline = {} }: Limits, path: string, problems: Problems): void {
  for (const name of QUOTA) {
    const [own, all] = [perCaller[name], perPipeline[name]];
    if (own !== undefined && all !== undefined && own > all)
      problems.add(
        'LIMITS_NEVER',
        `${path}.perCaller.${name}`,
        `is ${own}, but all callers together have ${all}: it is never reached. Lower it, or leave it out.`,
      );
  }
}
