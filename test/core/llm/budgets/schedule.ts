import { memoryBudgets } from '../../../../adapters/memory-budgets';
import { budgetsOf } from '../../../../core/llm/budgets/budgets';
import { takenOf } from '../../../../core/llm/budgets/entries';
import { AMOUNTS, type Amounts, type Limits, NOTHING, amountsOf, plus } from '../../../../core/llm/budgets/limits';
import type { BudgetChange, BudgetItem, BudgetStore, Budgets } from '../../../../core/llm/budgets/ports';
import { randomOf } from '../../../../core/random';
import { Scheduler } from '../../../schedules/scheduler';

/** Minutes and days end while a schedule runs. */
export const START = Date.parse('2026-11-23T23:58:30.000Z');
const HELD_MS = 60_000;

export interface Request {
  readonly caller: string;
  readonly startsAfterMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** How much of what it reserved it uses. */
  readonly used: number;
  readonly takesMs: number;
  /** `dies` never comes back from the model; the crashes are in the middle of a call to the store, and are tried again. */
  readonly fate: 'settles' | 'releases' | 'dies' | 'crashes in reserve' | 'crashes in settle';
  /** How often it settles or releases, all at once. */
  readonly times: number;
}

export type Bug = 'limits are not checked' | 'entries are not checked' | 'expiry is forgotten';

export interface Result {
  readonly violations: readonly string[];
  readonly reached: ReadonlySet<string>;
}

interface Life {
  readonly asked: Amounts;
  readonly reservedAt: number;
  /** Set when it is settled or released. */
  used?: Amounts;
  late?: boolean;
}

const windowOf = (ms: number, time: number) => Math.floor(time / ms);
const WINDOWS = [
  { ms: 60_000, stamp: 16 },
  { ms: 86_400_000, stamp: 10 },
] as const;

/** Lets requests live side by side in virtual time, over a store that is slow and loses answers. */
export async function runBudgets(
  limits: Limits,
  requests: readonly Request[],
  seed: number,
  bug?: Bug,
): Promise<Result> {
  const random = randomOf(seed);
  const scheduler = new Scheduler(START, random);
  const memory = memoryBudgets();
  const violations: string[] = [];
  const reached = new Set<string>();
  const lives: (Life & { readonly caller: string })[] = [];
  const failures: unknown[] = [];

  /** What is used and held by those who know of it, in the window that a moment is in; `caller` alone, or all. */
  const truth = (ms: number, at: number, caller?: string): Amounts =>
    lives
      .filter((life) => windowOf(ms, life.reservedAt) === windowOf(ms, at) && (caller ?? life.caller) === life.caller)
      // What comes late is charged beyond what others may have been given meanwhile.
      .map((life) => (life.late ? NOTHING : (life.used ?? (holds(life, scheduler.now()) ? life.asked : NOTHING))))
      .reduce(plus, NOTHING);

  const check = (at: number, caller: string): void => {
    for (const [name, quota, whose] of [
      ['caller', limits.perCaller ?? {}, caller],
      ['pipeline', limits.perPipeline ?? {}, undefined],
    ] as const) {
      const [minute, day] = WINDOWS.map(({ ms }) => truth(ms, at, whose));
      const over =
        minute!.requests > (quota.requestsPerMinute ?? Infinity) ||
        minute!.tokens > (quota.tokensPerMinute ?? Infinity) ||
        day!.tokens > (quota.tokensPerDay ?? Infinity) ||
        day!.money > Math.floor((quota.moneyPerDay ?? Infinity) * 1_000_000);
      if (over) violations.push(`more than the ${name}'s limit: ${JSON.stringify([minute, day])}`);
    }
  };

  const live = async (request: Request, n: number): Promise<void> => {
    const { caller, inputTokens, outputTokens, fate, times } = request;
    await scheduler.sleep(request.startsAfterMs);
    const budgets = (crash?: number): Budgets => budgetsOf(network(memory, scheduler, random, bug, crash), 'p', limits);
    const ask = () => ({ id: `r${n}`, caller, inputTokens, outputTokens, now: scheduler.now() });
    if (fate === 'crashes in reserve') {
      void budgets(1 + Math.floor(random() * 4)).reserve(ask());
      await scheduler.sleep(random() * 2_000);
    }
    const now = scheduler.now();
    const answer = await budgets().reserve({ ...ask(), now });
    if ('limited' in answer) return void reached.add(`${answer.limited.scope}.${answer.limited.limit}`);
    const life: Life & { caller: string } = { asked: amountsOf(request, limits.prices), reservedAt: now, caller };
    lives.push(life);
    check(now, caller);
    reached.add(fate);
    if (fate === 'dies') return;
    await scheduler.sleep(request.takesMs);
    life.late = !holds(life, scheduler.now());
    if (life.late) reached.add('late');
    const usage = {
      inputTokens: Math.floor(inputTokens * request.used),
      outputTokens: Math.floor(outputTokens * request.used),
    };
    life.used = fate === 'releases' ? NOTHING : amountsOf(usage, limits.prices);
    const end = (by: Budgets) =>
      fate === 'releases' ? by.release(answer.reservation) : by.settle(answer.reservation, usage);
    if (fate === 'crashes in settle') {
      void end(budgets(Math.floor(random() * 4)));
      await scheduler.sleep(random() * 2_000);
    }
    await Promise.all(Array.from({ length: times }, () => end(budgets())));
  };

  for (const [n, request] of requests.entries()) live(request, n).catch((error: unknown) => failures.push(error));
  await scheduler.run(START + 600_000);
  if (failures.length > 0) throw failures[0] as Error;

  // In the end, what is taken is what was used, in each window of the pipeline.
  for (const { ms, stamp } of WINDOWS) {
    const counted = new Map<string, Amounts>();
    for (const [key, item] of memory.items) {
      const [, , scope, at] = key.split('#');
      if (scope === 'all' && at!.length === stamp)
        counted.set(at!, plus(counted.get(at!) ?? NOTHING, takenOf(item, scheduler.now())));
    }
    for (const [at, amounts] of counted) {
      const inWindow = lives.filter(({ reservedAt }) => new Date(reservedAt).toISOString().startsWith(at));
      const used = inWindow.map((life) => life.used ?? NOTHING).reduce(plus, NOTHING);
      if (AMOUNTS.some((name) => used[name] !== amounts[name]))
        violations.push(`${at}, in windows of ${ms} ms: ${JSON.stringify(amounts)} instead of ${JSON.stringify(used)}`);
    }
  }
  return { violations, reached };
}

const holds = ({ reservedAt }: Life, now: number): boolean => now < reservedAt + HELD_MS;

/** A store behind a network: slow, its answers lost and asked for again. Whoever crashes never hears of its n-th change. */
function network(
  store: BudgetStore,
  scheduler: Scheduler,
  random: () => number,
  bug: Bug | undefined,
  crash = Infinity,
): BudgetStore {
  let changes = 0;
  const delay = () => scheduler.sleep(random() < 0.05 ? 1_000 * random() : 20 * random());
  return {
    async change(key, change) {
      await delay();
      const n = changes++;
      if (n === crash && random() < 0.5) return new Promise(() => undefined);
      const [item] = await store.read([key]);
      const sent = bug ? planted(bug, change, item!) : change;
      let answer = await store.change(key, sent);
      if (random() < 0.1) answer = await store.change(key, sent);
      await delay();
      return n >= crash ? new Promise(() => undefined) : answer;
    },
    async read(keys) {
      await delay();
      const items = await store.read(keys);
      await delay();
      return items;
    },
  };
}

function planted(bug: Bug, change: BudgetChange, { entries }: BudgetItem): BudgetChange {
  if (bug === 'limits are not checked') return { ...change, within: undefined };
  const anyway = change.entries.map((entry) =>
    bug === 'entries are not checked'
      ? { ...entry, seen: entries.get(entry.id) }
      : { ...entry, next: entry.next?.endsWith(',0,0,0') ? undefined : entry.next },
  );
  return { ...change, entries: anyway };
}
