import { memoryDecisionStore } from '../../../adapters/memory-decision-store';
import type { ModelAnswer } from '../../../core/decision/model-answer';
import { type DecidePorts, decideRequest, type DecideRequest } from '../../../core/decision/decide-request';
import { askedByRow } from '../../../core/model/encoding';
import type { Pipeline } from '../../../core/pipeline/compile';
import type { DecisionStore, FirstReadRequest, FirstReadResult } from '../../../core/ports';
import { accountItem, applications, credit, START } from '../credit';
import { virtualClock } from './virtual-clock';

/** How a port behaves: its answer, after so many milliseconds (never, when infinite). */
export interface Behaviour {
  readonly read?: Partial<FirstReadResult>;
  readonly readMs?: number;
  readonly answer?: ModelAnswer;
  readonly modelMs?: number;
  readonly writeMs?: number;
  /** Whether a port gives up when its signal says so; one that does not must not matter either. */
  readonly heedsSignals?: boolean;
}

export interface Asked {
  readonly reads: FirstReadRequest[];
  readonly rows: string[];
  writes: number;
}

/** Ports of the request path over a store in memory, in virtual time. All is well unless told otherwise. */
export function requestPorts(behaviour: Behaviour = {}) {
  const clock = virtualClock();
  const memory = memoryDecisionStore();
  const asked: Asked = { reads: [], rows: [], writes: 0 };
  const { readMs = 5, modelMs = 20, writeMs = 5, heedsSignals = true } = behaviour;

  async function takes<T>(
    ms: number,
    signal: AbortSignal | undefined,
    value: () => T | Promise<T>,
    late: () => T,
  ): Promise<T> {
    const over = new Promise<'late'>((resolve) => {
      if (heedsSignals) signal?.addEventListener('abort', () => resolve('late'));
    });
    const done = ms === Infinity ? new Promise<never>(() => undefined) : clock.sleep(ms);
    return (await Promise.race([done, over])) === 'late' ? late() : value();
  }

  const store: DecisionStore = {
    ...memory,
    create(record, signal) {
      asked.writes++;
      const aborted = () => {
        throw new Error('aborted');
      };
      return takes(writeMs, signal, () => memory.create(record), aborted);
    },
  };
  const model = askedByRow(credit.columns, {
    predict(row, signal) {
      asked.rows.push(row);
      const answer: ModelAnswer = behaviour.answer ?? { score: 0.02 };
      return takes<ModelAnswer>(
        modelMs,
        signal,
        () => answer,
        () => ({ failed: 'MODEL_TIMEOUT' }),
      );
    },
  });
  const ports: DecidePorts = {
    clock,
    store,
    firstRead: {
      async read(request, signal) {
        asked.reads.push(request);
        const earlier = request.id === undefined ? undefined : memory.records.get(request.id);
        const accounts = { item: accountItem(0) };
        return takes<FirstReadResult>(
          readMs,
          signal,
          () => ({ lookups: { accounts }, mode: 'normal' as const, earlier, ...behaviour.read }),
          () => ({ lookups: {}, mode: undefined }),
        );
      },
    },
    modeMemory: {},
    random: () => new Uint8Array(10).fill(asked.writes + 1),
    idSecret: 'secret',
  };
  return { ports, model, clock, asked, records: memory.records };
}

export const CALLER = '000000000000:role/app';

export const request = (over: Partial<DecideRequest> = {}): DecideRequest => ({
  input: applications[0]!.input,
  caller: CALLER,
  startedAt: START,
  ...over,
});

/** Decides in virtual time; the clock starts when the request does. */
export const decideWith = (
  { ports, model, clock }: Pick<ReturnType<typeof requestPorts>, 'ports' | 'model' | 'clock'>,
  over: Partial<DecideRequest> = {},
  pipeline: Pipeline = credit,
) => clock.run(decideRequest({ live: { pipeline, model } }, ports, request({ startedAt: clock.now(), ...over })));
