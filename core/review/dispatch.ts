import {
  type Decision,
  type DecisionEventType,
  type DecisionRecord,
  type Truth,
  presentDecision,
  presentTruth,
} from '../decision/decision';
import type { PipelineDefinition } from '../pipeline/definition';
import type { DecisionStore } from '../ports';
import type { ActionWorkflows, ReviewWorkflow } from './ports';

/** An event about a decision. The input is never in it. */
export interface DecisionEvent {
  readonly type: DecisionEventType;
  readonly detail: {
    /** The same event has the same `eventId` however often it is sent. */
    readonly eventId: string;
    readonly decision: Decision;
    /** Of OutcomeRecorded. */
    readonly truth?: Truth;
  };
}

export interface DispatchPorts {
  readonly workflow: ReviewWorkflow;
  readonly actions: ActionWorkflows;
  readonly store: DecisionStore;
  /** Puts events on the bus; says of each, in order, why it was not taken, or undefined if it was. */
  readonly send: (events: readonly DecisionEvent[]) => Promise<readonly (string | undefined)[]>;
}

/** Told of each decision that could not be seen to; what it asks for stays in its outbox. */
export type Failed = (id: string, error: unknown) => void;

/** The actions that follow a decision; none before it is final. */
export const actionsOf = (
  { actions = {} }: Pick<PipelineDefinition, 'actions'>,
  { status, outcome }: Decision,
): string[] =>
  status === 'pending_review' || outcome === null
    ? []
    : Object.keys(actions).filter((name) => actions[name]!.on.includes(outcome));

/** What makes a decision final: with it, its actions begin. */
const FINAL: readonly DecisionEventType[] = ['DecisionMade', 'DecisionResolved'];

/**
 * Does what the records' outboxes ask for: starts reviews and actions, sends events, then takes them off. Done again
 * after a crash, or with a record that has moved on, it starts nothing a second time and repeats events under the same
 * ids. A decision whose review or action could not be started sends nothing yet: nobody hears of what does not exist.
 */
export async function dispatchRecords(
  definition: Pick<PipelineDefinition, 'actions'>,
  ports: DispatchPorts,
  records: readonly DecisionRecord[],
  failed: Failed,
): Promise<void> {
  const attempt = async (id: string, action: () => Promise<void>): Promise<boolean> => {
    try {
      await action();
      return true;
    } catch (error) {
      failed(id, error);
      return false;
    }
  };

  /** What was started for the decisions in whose place a replay is: nothing is done twice for one request. */
  async function doneBefore({ replayOf }: DecisionRecord): Promise<ReadonlySet<string>> {
    const done = new Set<string>();
    for (let id = replayOf; id !== undefined;) {
      const earlier = await ports.store.get(id);
      if (earlier) for (const name of actionsOf(definition, earlier)) done.add(name);
      id = earlier?.replayOf;
    }
    return done;
  }

  const open = records.filter(({ toSend }) => toSend.length > 0);
  const started = await Promise.all(
    open.map((record) =>
      attempt(record.id, async () => {
        const { id, status, toSend } = record;
        if (status === 'pending_review' && toSend.includes('ReviewRequested')) await ports.workflow.start(id);
        if (!toSend.some((event) => FINAL.includes(event))) return;
        const done = await doneBefore(record);
        for (const name of actionsOf(definition, record))
          if (!done.has(name)) await ports.actions.start(name, presentDecision(record));
      }),
    ),
  );
  const ready = open.filter((_, i) => started[i]);
  const refusals = await ports.send(ready.flatMap(eventsOf));

  let next = 0;
  await Promise.all(
    ready.map(({ id, toSend }) => {
      const refused = refusals.slice(next, (next += toSend.length)).find((code) => code !== undefined);
      return attempt(id, async () => {
        if (refused !== undefined) throw new EventRefused(refused);
        await ports.store.markSent(id, toSend);
      });
    }),
  );
}

/** The bus did not take an event; its error code is in the name, which logs show. */
class EventRefused extends Error {
  constructor(code: string) {
    super(`The event bus refused an event: ${code}`);
    this.name = `EventRefused:${code}`;
  }
}

const eventsOf = (record: DecisionRecord): DecisionEvent[] =>
  record.toSend.map((type) => ({
    type,
    detail: {
      eventId: `${record.id}.${type}`,
      decision: presentDecision(record),
      ...(type === 'OutcomeRecorded' && record.truth ? { truth: presentTruth(record.truth) } : {}),
    },
  }));
