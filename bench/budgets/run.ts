import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { windowsOf } from '../../core/llm/budgets/counters';
import { takenOf } from '../../core/llm/budgets/entries';
import type { Limits, TokenUsage } from '../../core/llm/budgets/limits';
import type { BudgetItem, Reservation } from '../../core/llm/budgets/ports';
import { type Load, type Told, budgetsUnderTest, clientOf, keysOf, timeOf } from './load';

const ROOT = join(__dirname, '..', '..');
const SAMPLE_MS = 100;
/** Nobody need read of the SDK's plans once a process. */
const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

export interface Trial {
  readonly kind: Load['kind'];
  readonly limits: Limits;
  readonly processes: number;
  readonly callersEach: number;
  /** At most. */
  readonly seconds: number;
  readonly killed: number;
  readonly speed: number;
  /** Ends the trial, by killing everybody, as soon as so much has happened. @default - it takes all of its time */
  readonly enough?: { readonly refused: number; readonly kills: number };
}

export interface Outcome {
  readonly kind: Load['kind'];
  readonly limit: number;
  readonly shards: number;
  readonly requests: number;
  readonly refused: number;
  /** Tokens that were reserved, in all. */
  readonly reserved: number;
  /** Tokens that were used, by those who used them. */
  readonly used: number;
  /** Tokens that the items say were used, in the end. */
  readonly charged: number;
  /** By how much used and held together ever exceeded the limit. */
  readonly exceededBy: number;
  readonly kills: number;
  /** Reservations of the killed, none of which was settled. */
  readonly expired: number;
  readonly expiredTokens: number;
  /** Settlements that a kill interrupted; another process made them again. */
  readonly again: number;
  readonly perSecond: number;
  readonly callsPerRequest: number;
}

/** Lets callers in several processes use up a budget on DynamoDB, kills processes, and judges by the items what came of it. */
export async function measure(endpoint: string, trial: Trial): Promise<Outcome> {
  const table = `budgets-${process.pid}-${Date.now()}`;
  await clientOf(endpoint).send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  const startedAt = Date.now();
  const { kind, limits, killed, speed } = trial;
  const load: Load = {
    ...{ kind, endpoint, table, limits, killed, speed, startedAt },
    ...{ name: '', callers: trial.callersEach, seed: 0, endsAt: startedAt + trial.seconds * 1000 },
  };
  const { budgets, store } = budgetsUnderTest(load);
  const open = new Map<string, number>();
  const settling = new Map<string, { reservation: Reservation; usage: TokenUsage }>();
  let [requests, refused, reserved, used, kills, again, calls] = [0, 0, 0, 0, 0, 0, 0];

  const hear = (told: Told): void => {
    if (told.is === 'calls') calls += told.calls;
    else if (told.is === 'refused') refused++;
    else if (told.is === 'reserved') {
      requests++;
      reserved += told.tokens;
      open.set(told.id, told.tokens);
    } else if (told.is === 'settling') {
      const { reservation, usage } = told;
      settling.set(reservation.id, { reservation, usage });
      open.delete(reservation.id);
      used += usage.inputTokens + usage.outputTokens;
    } else settling.delete(told.id);
  };

  const isEnough = () =>
    trial.enough !== undefined && refused >= trial.enough.refused && kills >= trial.enough.kills && open.size > 0;

  /** A process of callers, and another one in its place whenever it is killed. */
  const keepUp = async (n: number): Promise<void> => {
    for (let life = 0; Date.now() < load.endsAt && !isEnough(); life++) {
      const own = { ...load, name: `p${n}.${life}`, seed: 1_000 * n + life };
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', join(ROOT, 'bench', 'budgets', 'callers.ts'), JSON.stringify(own)],
        { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...QUIET } },
      );
      const exit = once(child, 'exit');
      for await (const line of createInterface({ input: child.stdout })) {
        hear(JSON.parse(line) as Told);
        if (isEnough()) child.kill('SIGKILL');
      }
      const [code, signal] = (await exit) as [number | null, string | null];
      if (code !== null && code !== 0) throw new Error(`A process of callers failed with code ${code}.`);
      if (signal === 'SIGKILL') kills++;
      // Whether these settlements were made nobody knows: they are made again.
      for (const [id, { reservation, usage }] of settling)
        if (id.startsWith(`${own.name}-`)) {
          settling.delete(id);
          // Who charges without a reservation cannot tell whether it has been done.
          if (kind === 'look, then charge') continue;
          await budgets.settle(reservation, usage);
          again++;
        }
    }
  };

  const [{ shares }] = windowsOf(limits, 'pipeline') as [ReturnType<typeof windowsOf>[number]];
  const limit = limits.perPipeline!.tokensPerDay!;
  let exceededBy = 0;
  const look = async (): Promise<BudgetItem[]> => {
    const items = await store.read(keysOf(limits));
    const over = items.reduce((sum, { taken }, i) => sum + Math.max(0, taken.tokens - shares[i]!.tokens!), 0);
    exceededBy = Math.max(exceededBy, over);
    return items;
  };
  const processes = Promise.all(Array.from({ length: trial.processes }, (_, n) => keepUp(n)));
  let ended = false;
  const watch = (async () => {
    for (; !ended; await sleep(SAMPLE_MS)) await look();
  })();
  await processes.finally(() => (ended = true));
  await watch;

  const items = await look();
  // A minute later at the most, everything has expired that nobody settled.
  const later = timeOf(load) + 60_000;
  return {
    ...{ kind, limit, shards: shares.length, requests, refused, reserved, used, kills, again },
    charged: items.reduce((sum, item) => sum + takenOf(item, later).tokens, 0),
    exceededBy: Math.max(exceededBy, used - limit),
    expired: open.size,
    expiredTokens: [...open.values()].reduce((sum, tokens) => sum + tokens, 0),
    perSecond: (requests + refused) / trial.seconds,
    callsPerRequest: calls / (requests + refused),
  };
}
