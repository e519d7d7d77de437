import type { Counter, LimitName, Scope } from './counters';
import { fits, takenOf } from './entries';
import { type Amounts, MICRO, NOTHING, type RequestLimits } from './limits';
import type { BudgetItem } from './ports';

/** Why a request was refused. Money is in the currency of the definition's prices. */
export interface Limited {
  readonly scope: 'request' | Scope;
  readonly limit: keyof RequestLimits | LimitName;
  readonly most: number;
  /**
   * What nobody has used or holds just now, of all shards together. It may be more than was asked, where no single shard
   * has as much.
   */
  readonly left: number;
  /** When the window ends; undefined where waiting does not help, as the request itself is too large. */
  readonly resetsAt?: string;
}

/** Says which of a counter's limits refused: the one of which least is left for what was asked. */
export function limitedBy(
  { scope, window, shards, endsAt }: Counter,
  items: readonly BudgetItem[],
  asked: Amounts,
  now: number,
): Limited {
  const taken = items.map((item) => takenOf(item, now));
  const refused = window.limits
    .map(({ limit, amount, most }) => {
      const one = { ...NOTHING, [amount]: asked[amount] };
      const somewhere = shards.some(({ share }, i) => fits(taken[i]!, one, { [amount]: share[amount] }));
      const left = Math.max(0, most - taken.reduce((sum, amounts) => sum + amounts[amount], 0));
      const unit = amount === 'money' ? MICRO : 1;
      return { limit, somewhere, requests: left / asked[amount], most: most / unit, left: left / unit };
    })
    .toSorted((a, b) => Number(a.somewhere) - Number(b.somewhere) || a.requests - b.requests)[0]!;
  const { limit, most, left } = refused;
  return { scope, limit, most, left, resetsAt: new Date(endsAt).toISOString() };
}

const SECONDS: Readonly<Record<LimitName, number>> = {
  requestsPerMinute: 60,
  tokensPerMinute: 60,
  tokensPerDay: 86_400,
  moneyPerDay: 86_400,
};

/**
 * What a response of status 429 says in its head: Retry-After (RFC 9110), and the fields of draft-ietf-httpapi-ratelimit-headers,
 * which know whole numbers only. Nothing for a request that is too large.
 */
export function rateLimitFields({ scope, limit, most, left, resetsAt }: Limited, now: number): Record<string, string> {
  if (resetsAt === undefined) return {};
  const seconds = Math.max(1, Math.ceil((Date.parse(resetsAt) - now) / 1000));
  const name = `"${scope}.${limit}"`;
  return {
    'Retry-After': String(seconds),
    'RateLimit-Policy': `${name};q=${Math.floor(most)};w=${SECONDS[limit as LimitName]}`,
    RateLimit: `${name};r=${Math.floor(left)};t=${seconds}`,
  };
}
