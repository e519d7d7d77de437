/** Of what a request takes a part. Money is in millionths of the currency, so that every amount is a whole number. */
export const AMOUNTS = ['requests', 'tokens', 'money'] as const;
export type AmountName = (typeof AMOUNTS)[number];
export type Amounts = Readonly<Record<AmountName, number>>;
export const NOTHING: Amounts = { requests: 0, tokens: 0, money: 0 };
export const MICRO = 1_000_000;

/** What may be used in a UTC minute or a UTC day. Tokens are those of input and output together. */
export interface Quota {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly tokensPerDay?: number;
  /** In the currency of `prices`. */
  readonly moneyPerDay?: number;
}

/** What a million tokens cost, in a currency of your own choice. */
export interface Prices {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
}

export interface RequestLimits {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What a pipeline may ask of a language model: a part of its definition. */
export interface Limits {
  readonly perRequest: RequestLimits;
  /** For each caller alone. @default - a caller may use all that the pipeline may */
  readonly perCaller?: Quota;
  /** For all callers together. @default - no limit */
  readonly perPipeline?: Quota;
  /** Needed where a quota has `moneyPerDay`. */
  readonly prices?: Prices;
  /** What a request gets that a limit stops: 429, or a decision by the fallback chain. @default 'refuse' */
  readonly onLimit?: 'refuse' | 'fallback';
  /** What becomes of requests while budgets cannot be read: asked all the same, or not. @default 'closed' */
  readonly onOutage?: 'open' | 'closed';
}

/** What a request used, or may use at most. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What one request with so many tokens takes. Parts of a millionth of money are rounded up. */
export function amountsOf({ inputTokens, outputTokens }: TokenUsage, prices: Prices | undefined): Amounts {
  // In millionths of millionths: products of whole numbers are exact.
  const micro = (price = 0) => Math.round(price * MICRO);
  const money = inputTokens * micro(prices?.inputPerMillion) + outputTokens * micro(prices?.outputPerMillion);
  return { requests: 1, tokens: inputTokens + outputTokens, money: Math.ceil(money / MICRO) };
}

export const plus = (a: Amounts, b: Amounts): Amounts => ({
  requests: a.requests + b.requests,
  tokens: a.tokens + b.tokens,
  money: a.money + b.money,
});

export const minus = (a: Amounts, b: Amounts): Amounts => ({
  requests: a.requests - b.requests,
  tokens: a.tokens - b.tokens,
  money: a.money - b.money,
});
