import { memoryDecisionStore } from '../../adapters/memory-decision-store';
import { memoryDriftStore } from '../../adapters/memory-drift-store';
import { memoryLeaseStore } from '../../adapters/memory-lease-store';
import { memoryReview } from '../../adapters/memory-review';
import type { DecisionRecord } from '../../core/decision/decision';
import {
  definePipeline,
  expectedCost,
  heuristic,
  review,
  safeDefault,
  sagemaker,
  secondEndpoint,
} from '../../core/pipeline/define';
import { compilePipeline } from '../../core/pipeline/compile';
import { makeArtifact } from '../../core/pipeline/make-artifact';
import type { DecisionStore, Resolution } from '../../core/ports';
import type { DecisionEvent, DispatchPorts } from '../../core/review/dispatch';
import type { Lease, LeaseClaim } from '../../core/review/ports';
import { CALM, Lost, Process, type Weather } from './network';
import { randomOf } from '../../core/random';
import { Scheduler } from './scheduler';

/** Mistakes that are planted to see whether the schedules find them. */
export type Bug = 'unconditional-write' | 'retry-without-key' | 'ack-before-processing';
export const BUGS: readonly Bug[] = ['unconditional-write', 'retry-without-key', 'ack-before-processing'];

export const START = Date.parse('2026-11-24T09:00:00.000Z');
/** While there are faults, and until everything must have come to its end. */
export const FAULTS_MS = 90_000;
export const END_MS = 6.5 * 60_000;
const SLA_MS = 120_000;

export const definition = definePipeline({
  name: 'simulated',
  input: {
    type: 'object',
    properties: { client: { type: 'integer' }, amount: { type: 'number', minimum: 0 } },
    required: ['client', 'amount'],
  },
  features: {
    lookups: {
      accounts: {
        key: "'a' + string(input.client)",
        fields: { balance: { type: 'number' } },
        onMissing: { default: { balance: 0 } },
      },
    },
  },
  model: sagemaker({ endpoint: 'first', columns: ['input.amount', 'features.balance'], probabilityOf: 'bad' }),
  decide: {
    outcomes: ['approve', 'decline'],
    labels: ['good', 'bad'],
    costs: { approve: { good: 0, bad: 5 }, decline: { good: 1, bad: 0 }, review: 0.5 },
    policy: expectedCost(),
  },
  deadline: '800ms',
  fallback: [
    secondEndpoint({ endpoint: 'second', budget: '150ms' }),
    heuristic({ when: 'input.amount > 80.0', outcome: 'decline' }),
    review(),
    safeDefault('decline'),
  ],
  review: { sla: '120s', lease: '60s' },
  actions: { pay: { on: ['approve'] } },
});
export const pipeline = compilePipeline(makeArtifact(definition));

/** Everything that outlives a process: tables, queues, the bus, the stream; and who keeps count of what is done to them. */
export class World {
  readonly scheduler: Scheduler;
  readonly stored = memoryDecisionStore();
  readonly drift = memoryDriftStore({ baseline: { rows: 0, features: {} }, windowMs: 60_000 });
  readonly stream: { readonly inserted: boolean; readonly record: DecisionRecord }[] = [];
  readonly bus: DecisionEvent[] = [];
  readonly violations: string[] = [];
  /** What happened, by name. */
  readonly counts = new Map<string, number>();
  readonly weather: Weather;
  readonly review;
  private readonly leases;

  constructor(
    seed: number,
    readonly bug?: Bug,
  ) {
    const random = randomOf(seed);
    this.scheduler = new Scheduler(START, random);
    const upTo = (most: number) => (random() < 0.3 ? 0 : random() * most);
    this.weather = { crash: upTo(0.05), lostBefore: upTo(0.2), lostAfter: upTo(0.2), slow: upTo(0.3) };
    this.review = memoryReview(() => this.scheduler.now(), SLA_MS);
    this.leases = memoryLeaseStore(this.tables());
  }

  get elapsed(): number {
    return this.scheduler.now() - START;
  }

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** From 0 to below `n`. */
  draw(n: number): number {
    return this.scheduler.random() * n;
  }

  process(): Process {
    return new Process(this.scheduler, () => (this.elapsed < FAULTS_MS ? this.weather : CALM));
  }

  /** The decisions table as it is: every change of it goes down the stream. */
  private tables(): DecisionStore {
    const { stored, stream, bug } = this;
    const changed = (id: string, inserted = false) => stream.push({ inserted, record: stored.records.get(id)! });
    return {
      ...stored,
      create: async (record) => {
        if (bug === 'unconditional-write') stored.records.delete(record.id);
        const result = await stored.create(record);
        if ('created' in result) changed(record.id, true);
        return result;
      },
      resolve: async (resolution) => {
        const done = await stored.resolve(resolution);
        if (done) changed(resolution.id);
        return done;
      },
      recordTruth: async (id, truth) => {
        const before = stored.records.get(id)?.truth;
        const after = await stored.recordTruth(id, truth);
        if (!before && after) changed(id);
        return after;
      },
      markSent: async (id, sent) => {
        await stored.markSent(id, sent);
        if (stored.records.has(id)) changed(id);
      },
    };
  }

  /** The decisions table, as a process sees it. */
  store(process: Process): DecisionStore {
    const table = this.tables();
    return {
      create: (record) => process.call(() => table.create(record)),
      get: (id) => process.call(() => table.get(id)),
      resolve: (resolution) => process.call(() => table.resolve(resolution)),
      recordTruth: (id, truth) => process.call(() => table.recordTruth(id, truth)),
      markSent: (id, sent) => process.call(() => table.markSent(id, sent)),
      pending: (limit) => process.call(() => table.pending(limit)),
      openBefore: (before, limit) => process.call(() => table.openBefore(before, limit)),
    };
  }

  leaseStore(process: Process) {
    const { leases } = this;
    return {
      take: (lease: Lease, now: number) => process.call(() => leases.take(lease, now)),
      extend: (claim: LeaseClaim, expiresAt: number) => process.call(() => leases.extend(claim, expiresAt)),
      release: (claim: LeaseClaim) => process.call(() => leases.release(claim)),
      resolve: (claim: LeaseClaim, resolution: Resolution) => process.call(() => leases.resolve(claim, resolution)),
    };
  }

  queue(process: Process) {
    const { queue } = this.review;
    return {
      receive: (wait: number, hide: number) => process.call(() => queue.receive(wait, hide)),
      hide: (receipt: string, seconds: number) => process.call(() => queue.hide(receipt, seconds)),
      remove: (receipt: string) => process.call(() => queue.remove(receipt)),
    };
  }

  dispatchPorts(process: Process): DispatchPorts {
    const { workflow, actions } = this.review;
    return {
      store: this.store(process),
      workflow: {
        start: (id) => process.call(() => workflow.start(id)),
        finish: (token, outcome) => process.call(() => workflow.finish(token, outcome)),
      },
      actions: { start: (action, decision) => process.call(() => actions.start(action, decision)) },
      send: async (events) => {
        try {
          return await process.call(() =>
            events.map((event) => {
              // The bus takes some of a call's events, and refuses others.
              if (this.elapsed < FAULTS_MS && this.draw(1) < this.weather.lostBefore) return 'ThrottlingException';
              this.bus.push(event);
              return undefined;
            }),
          );
        } catch (error) {
          if (!(error instanceof Lost)) throw error;
          return events.map(() => error.constructor.name);
        }
      },
    };
  }
}
