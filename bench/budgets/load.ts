import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoBudgets } from '../../adapters/dynamo-budgets';
import { budgetsOf } from '../../core/llm/budgets/budgets';
import { windowsOf } from '../../core/llm/budgets/counters';
import type { Limits, TokenUsage } from '../../core/llm/budgets/limits';
import type { BudgetStore, Budgets, Reservation } from '../../core/llm/budgets/ports';

export const PIPELINE = 'bench';
export const KINDS = ['reserve, then settle', 'look, then charge'] as const;

/** What a process of callers is told: one JSON text as its argument. */
export interface Load {
  readonly name: string;
  readonly kind: (typeof KINDS)[number];
  readonly endpoint: string;
  readonly table: string;
  readonly limits: Limits;
  readonly callers: number;
  readonly seed: number;
  /** Epoch milliseconds of the real clock. */
  readonly startedAt: number;
  readonly endsAt: number;
  /** How many times as fast time goes for budgets: what the dead held comes back after 60 s of it. */
  readonly speed: number;
  /** Of the requests, those at which the process is killed. */
  readonly killed: number;
}

/** What such a process tells, a line each. */
export type Told =
  | { readonly is: 'reserved'; readonly id: string; readonly tokens: number }
  | { readonly is: 'refused' }
  | { readonly is: 'settling'; readonly reservation: Reservation; readonly usage: TokenUsage }
  | { readonly is: 'settled'; readonly id: string }
  /** Calls of the store since it was last told. */
  | { readonly is: 'calls'; readonly calls: number };

/** Early in a day, so that it does not end. */
const DAY = Date.parse('2026-11-23T00:00:00.000Z');
export const timeOf = ({ startedAt, speed }: Pick<Load, 'startedAt' | 'speed'>): number =>
  DAY + speed * (Date.now() - startedAt);

export const clientOf = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

/** Where all shards of the day's budget are. */
export const keysOf = (limits: Limits): string[] =>
  windowsOf(limits, 'pipeline')[0]!.shares.map((_, i) => `budget#${PIPELINE}#all#2026-11-23#${i}`);

export function budgetsUnderTest({ kind, endpoint, table, limits }: Load): {
  readonly budgets: Budgets;
  readonly store: BudgetStore;
  readonly calls: () => number;
} {
  const plain = dynamoBudgets(clientOf(endpoint), table);
  let calls = 0;
  const store: BudgetStore = {
    change: (...args) => (calls++, plain.change(...args)),
    read: (...args) => (calls++, plain.read(...args)),
  };
  const budgets = kind === 'look, then charge' ? lookThenCharge(store, limits) : budgetsOf(store, PIPELINE, limits);
  return { budgets, store, calls: () => calls };
}

/** What gateways do that charge a request once its usage is known: the budget is looked at first, and charged afterwards. */
function lookThenCharge(store: BudgetStore, limits: Limits): Budgets {
  const [key] = keysOf(limits);
  const most = limits.perPipeline!.tokensPerDay!;
  return {
    async reserve({ id }) {
      const [item] = await store.read([key!]);
      const left = most - item!.taken.tokens;
      if (left > 0) return { reservation: { id, held: [] } };
      return { limited: { scope: 'pipeline', limit: 'tokensPerDay', most, left } };
    },
    async settle(_, { inputTokens, outputTokens }) {
      await store.change(key!, { entries: [], add: { requests: 1, tokens: inputTokens + outputTokens, money: 0 } });
    },
    async release() {},
  };
}
