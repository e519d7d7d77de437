import { type DecideResult, decideRequest, recallRequest } from '../../core/decision/decide-request';
import { type ModelAnswer } from '../../core/decision/model-answer';
import type { ModeMemory } from '../../core/decision/request';
import { compileObservation } from '../../core/drift/observation';
import { shardOf, windowOf } from '../../core/drift/partial';
import { SHARDS } from '../../core/drift/settings';
import type { FirstReadResult, ModelClient } from '../../core/ports';
import { CircuitBreaker } from '../../core/resilience/circuit-breaker';
import { BREAKER, guardFirstRead, guardModel } from '../../core/resilience/guard';
import { LoadShedder } from '../../core/resilience/load-shedder';
import { shed } from '../../core/resilience/shed';
import { dispatchRecords } from '../../core/review/dispatch';
import { claimTask, hashLease } from '../../core/review/lease';
import { expireReview, sweep } from '../../core/review/sweep';
import { type Process, run } from './network';
import { END_MS, FAULTS_MS, START, type World, definition, pipeline } from './world';

const WINDOW_MS = 60_000;

/** What a function keeps between requests; a crash takes it away. */
interface Environment {
  readonly breakers: Readonly<Record<'first' | 'second' | 'read', CircuitBreaker>>;
  readonly shedder: LoadShedder;
  readonly modeMemory: ModeMemory;
}

const freshEnvironment = (): Environment => ({
  breakers: {
    first: new CircuitBreaker(BREAKER),
    second: new CircuitBreaker(BREAKER),
    read: new CircuitBreaker(BREAKER),
  },
  shedder: new LoadShedder(),
  modeMemory: {},
});

/** The function behind POST /decisions, in a few environments. */
export class DecideFunction {
  private readonly environments = [freshEnvironment(), freshEnvironment()];

  constructor(private readonly world: World) {}

  /** Answers a request; undefined where the caller hears nothing but that it went wrong. */
  async answer(request: { client: number; amount: number; key?: string }): Promise<DecideResult | undefined> {
    const { world } = this;
    const { scheduler } = world;
    const i = Math.floor(world.draw(this.environments.length));
    const environment = this.environments[i]!;
    const process = world.process();
    const startedAt = scheduler.now();
    const { client, amount, key } = request;
    const arm = {
      pipeline,
      model: this.model(process, environment, 'first'),
      others: { second: this.model(process, environment, 'second') },
    };
    const ports = {
      firstRead: guardFirstRead(
        { read: (asked) => this.read(process, asked) },
        pipeline.budget,
        scheduler,
        environment.breakers.read,
      ),
      store: world.store(process),
      clock: scheduler,
      modeMemory: environment.modeMemory,
      random: () => new Uint8Array(10).map(() => Math.floor(world.draw(256))),
      idSecret: 'secret',
    };
    const asked = { input: { client, amount }, key, caller: `000000000000:role/${client}`, startedAt };
    const result = await run(process, () =>
      shed(environment.shedder, scheduler, pipeline.budget, startedAt, {
        decide: () => decideRequest({ live: arm }, ports, asked),
        recall: () => recallRequest({ live: arm }, ports, asked),
      }),
    );
    if (result === 'crashed') {
      this.environments[i] = freshEnvironment();
      world.count('crash of a request');
      return undefined;
    }
    const took = scheduler.now() - startedAt;
    if (took > pipeline.budget.total) world.violations.push(`a request took ${took} ms`);
    if ('value' in result) {
      world.count(result.value.kind);
      return result.value;
    }
    world.count('answered 503');
    // An outage is answered 503; what is wrong with the code is not.
    if (!/could not be written in time|nothing was done|nobody heard/.test(String(result.error)))
      throw result.error as Error;
    return undefined;
  }

  private model(process: Process, { breakers }: Environment, name: 'first' | 'second'): ModelClient {
    const { world } = this;
    return guardModel(
      {
        async predict({ input }): Promise<ModelAnswer> {
          try {
            const amount = Number(input.amount);
            const garbage = world.elapsed < FAULTS_MS && world.draw(1) < world.weather.lostBefore / 4;
            return await process.call(() => ({ score: garbage ? NaN : amount / 100 }));
          } catch {
            return { failed: 'MODEL_ERROR' };
          }
        },
      },
      pipeline.budget,
      world.scheduler,
      breakers[name],
    );
  }

  private async read(
    process: Process,
    { lookups, id }: { readonly lookups: readonly { readonly name: string }[]; readonly id?: string | undefined },
  ): Promise<FirstReadResult> {
    try {
      return await process.call(() => ({
        lookups: Object.fromEntries(lookups.map(({ name }) => [name, { item: { balance: 1 } }])),
        mode: 'normal' as const,
        earlier: id === undefined ? undefined : this.world.stored.records.get(id),
      }));
    } catch {
      return { lookups: {}, mode: undefined };
    }
  }
}

/** What a client was told, and what it has a right to. */
export interface Client {
  readonly number: number;
  readonly keyed: boolean;
  readonly told: { readonly id: string; readonly status: string; readonly outcome: string | null }[];
}

/** Asks until it is answered, with the same key each time; without one, once. Then it may say what was true. */
export async function client(world: World, decide: DecideFunction, self: Client): Promise<void> {
  const { scheduler, bug } = world;
  const amount = world.draw(100);
  await scheduler.sleep(world.draw(FAULTS_MS / 2));
  const ask = async (key: string | undefined) => {
    const result = await decide.answer({ client: self.number, amount, ...(key === undefined ? {} : { key }) });
    if (!result || !('record' in result)) {
      if (result && result.kind !== 'overloaded') world.violations.push(`client ${self.number} got ${result.kind}`);
      return false;
    }
    const { id, status, outcome } = result.record;
    self.told.push({ id, status, outcome });
    return true;
  };
  if (!self.keyed) {
    await ask(undefined);
    return;
  }
  const twice = world.draw(1) < 0.3;
  for (let tries = 0; ; tries++) {
    const key = tries > 0 && bug === 'retry-without-key' ? undefined : `key-${self.number}`;
    const answered = await Promise.all(twice ? [ask(key), ask(key)] : [ask(key)]);
    if (answered.some(Boolean)) break;
    await scheduler.sleep(50 + world.draw(5_000));
  }
  if (world.draw(1) < 0.5) return;
  await scheduler.sleep(world.draw(60_000));
  for (;;) {
    const process = world.process();
    const truth = {
      label: 'good',
      at: new Date(scheduler.now()).toISOString(),
      by: `000000000000:role/${self.number}`,
    };
    const result = await run(process, () => world.store(process).recordTruth(self.told[0]!.id, truth));
    if (result !== 'crashed' && 'value' in result) return;
    await scheduler.sleep(1_000);
  }
}

/** Reads the stream from where it left off; a batch that was not done comes again, cut elsewhere, and some come twice. */
async function consume(
  world: World,
  { forgets }: { readonly forgets: number },
  work: (process: Process, batch: World['stream']) => Promise<boolean>,
): Promise<void> {
  const { scheduler, stream, bug } = world;
  let position = 0;
  while (world.elapsed < END_MS) {
    await scheduler.sleep(200 + world.draw(4_000));
    if (position === stream.length) continue;
    const from = world.draw(1) < 0.2 ? Math.max(0, position - Math.ceil(world.draw(4))) : position;
    const to = Math.min(stream.length, position + 1 + Math.floor(world.draw(6)));
    if (world.elapsed < FAULTS_MS && world.draw(1) < forgets) {
      position = to;
      world.count('batch forgotten');
      continue;
    }
    const batch = stream.slice(from, to);
    if (bug === 'ack-before-processing') position = to;
    const process = world.process();
    const result = await run(process, () => work(process, batch));
    if (result !== 'crashed' && 'value' in result && result.value) position = to;
    else world.count('batch delivered again');
  }
}

export const dispatcher = (world: World): Promise<void> =>
  consume(world, { forgets: 0.05 }, async (process, batch) => {
    let failures = 0;
    await dispatchRecords(
      definition,
      world.dispatchPorts(process),
      batch.map(({ record }) => record),
      () => failures++,
    );
    return failures === 0;
  });

const observe = compileObservation(pipeline);

/** Nothing makes up for what the windows never heard of, so here the stream forgets nothing. */
export const observer = (world: World): Promise<void> =>
  consume(world, { forgets: 0 }, async (process, batch) => {
    for (const { record } of batch.filter(({ inserted }) => inserted)) {
      const observation = observe(record);
      const window = windowOf(observation.at, WINDOW_MS);
      await process.call(() => world.drift.add(window, shardOf(record.id, SHARDS), [observation]));
    }
    return true;
  });

/** How many decisions all windows have counted. */
export async function counted(world: World): Promise<number> {
  let rows = 0;
  for (let window = START; window < START + END_MS; window += WINDOW_MS)
    rows += (await world.drift.seal(window)).tally.rows;
  return rows;
}

export async function sweeper(world: World): Promise<void> {
  while (world.elapsed < END_MS) {
    await world.scheduler.sleep(60_000);
    const process = world.process();
    await run(process, () => sweep(definition, world.dispatchPorts(process), world.scheduler.now(), () => undefined));
  }
}

/** Step Functions: what waits too long for a person is ended by the function `expire`, tried until it answers. */
export async function workflowService(world: World): Promise<void> {
  while (world.elapsed < END_MS) {
    await world.scheduler.sleep(5_000);
    await world.review
      .timeOut(async (id) => {
        const process = world.process();
        const result = await run(process, () =>
          expireReview(definition, world.store(process), id, world.scheduler.now()),
        );
        if (result === 'crashed' || 'error' in result) throw new Error('to be tried again');
      })
      .catch(() => undefined);
    const [id] = world.review.executions.keys();
    if (id !== undefined && world.elapsed < FAULTS_MS && world.draw(1) < 0.1) world.review.duplicate(id);
  }
}

/** Claims tasks and decides them, sometimes too late, and is told whether it counted. */
export async function reviewer(world: World, name: string, decided: Map<string, string[]>): Promise<void> {
  const { scheduler } = world;
  while (world.elapsed < END_MS) {
    await scheduler.sleep(2_000 + world.draw(30_000));
    const process = world.process();
    await run(process, async () => {
      const ports = { queue: world.queue(process), leases: world.leaseStore(process), store: world.store(process) };
      const secret = `${name}-${randomText(world)}`;
      const claimed = await claimTask(ports, {
        sub: name,
        secret,
        leaseMs: 60_000,
        waitSeconds: 1,
        now: () => scheduler.now(),
      });
      if (!claimed) return;
      await scheduler.sleep(world.draw(90_000));
      const { id } = claimed.record;
      const now = scheduler.now();
      const outcome = world.draw(1) < 0.5 ? 'approve' : 'decline';
      const entry = { at: new Date(now).toISOString(), type: 'ReviewResolved', by: name, reason: 'OTHER' };
      const claim = { id, hash: hashLease(secret), sub: name, now };
      const result = await ports.leases.resolve(claim, { id, outcome, route: 'review', entry });
      if ('lease' in result) {
        decided.set(id, [...(decided.get(id) ?? []), outcome]);
        await Promise.allSettled([
          process.call(() => world.review.workflow.finish(result.lease.taskToken, outcome)),
          ports.queue.remove(result.lease.receipt),
        ]);
      }
    });
  }
}

const randomText = (world: World): string => String(Math.floor(world.draw(1e15)));
