import { createHash } from 'node:crypto';
import { type AmountName, type Limits, MICRO, type Quota, amountsOf } from './limits';

/** Whose budget it is. */
export type Scope = 'caller' | 'pipeline';

/** A limit of a definition, by its name there. */
export type LimitName = keyof Quota;

/** The largest that an amount may become in one item; what is absent has no limit. */
export type Share = Readonly<Partial<Record<AmountName, number>>>;

/** The budget of one scope in one window, in one item or in several. */
export interface Counter {
  readonly scope: Scope;
  readonly window: Window;
  /** The items' keys, that of the shard to ask first at the front. */
  readonly shards: readonly { readonly key: string; readonly share: Share }[];
  /** Epoch milliseconds. */
  readonly endsAt: number;
}

export interface Window {
  readonly ms: number;
  readonly limits: readonly { readonly amount: AmountName; readonly limit: LimitName; readonly most: number }[];
  /** What each shard may give out; the sum is exactly the limit. */
  readonly shares: readonly Share[];
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * An item takes 1,000 writes a second, a request is two. So many shards bear 8,000 requests a second of a pipeline and
 * 2,000 of one caller.
 */
const MOST_SHARDS: Readonly<Record<Scope, number>> = { pipeline: 16, caller: 4 };
/** A share holds at least so many of the largest request: what is left over in each shard must not add up to much. */
const REQUESTS_PER_SHARE = 8;

/** The windows in which a scope is counted, worked out once from the definition. */
export function windowsOf(limits: Limits, scope: Scope): Window[] {
  const quota = scope === 'caller' ? limits.perCaller : limits.perPipeline;
  const { requestsPerMinute, tokensPerMinute, tokensPerDay, moneyPerDay } = quota ?? {};
  const largest = amountsOf(limits.perRequest, limits.prices);
  const windowOf = (ms: number, limited: readonly (readonly [LimitName, AmountName, number | undefined])[]): Window => {
    const all = limited.flatMap(([limit, amount, most]) => (most === undefined ? [] : [{ limit, amount, most }]));
    const fitting = all.map(({ amount, most }) => Math.floor(most / (REQUESTS_PER_SHARE * largest[amount])));
    const shards = Math.max(1, Math.min(MOST_SHARDS[scope], ...fitting));
    const share = (i: number): Share =>
      Object.fromEntries(
        all.map(({ amount, most }) => [amount, Math.floor(most / shards) + (i < most % shards ? 1 : 0)]),
      );
    return { ms, limits: all, shares: Array.from({ length: shards }, (_, i) => share(i)) };
  };
  return [
    windowOf(MINUTE, [
      ['requestsPerMinute', 'requests', requestsPerMinute],
      ['tokensPerMinute', 'tokens', tokensPerMinute],
    ]),
    windowOf(DAY, [
      ['tokensPerDay', 'tokens', tokensPerDay],
      ['moneyPerDay', 'money', moneyPerDay === undefined ? undefined : Math.floor(moneyPerDay * MICRO)],
    ]),
  ].filter((window) => window.limits.length > 0);
}

/** Where a request is counted that comes at `now`. `scopeKey` tells one caller's items from another's. */
export function counterOf(scope: Scope, scopeKey: string, window: Window, id: string, now: number): Counter {
  const start = now - (now % window.ms);
  const stamp = new Date(start).toISOString().slice(0, window.ms === DAY ? 10 : 16);
  const count = window.shares.length;
  const first = count === 1 ? 0 : createHash('sha256').update(id).digest().readUInt32BE(0) % count;
  return {
    scope,
    window,
    shards: window.shares.map((_, i) => {
      const shard = (first + i) % count;
      return { key: `budget#${scopeKey}#${stamp}#${shard}`, share: window.shares[shard]! };
    }),
    endsAt: start + window.ms,
  };
}

/** A caller's name is personal data, and of any length: its items are named by a hash. */
export const callerKey = (pipeline: string, caller: string): string =>
  `${pipeline}#${createHash('sha256').update(caller).digest('base64url').slice(0, 22)}`;
