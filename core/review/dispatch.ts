import {
  type Decision,
  type DecisionEventType,
  type DecisionRecord,
  type Truth,
  presentDecision,
  presentTruth,
} from '../decision/decision';
import type { DecisionStore } from '../ports';
import type { ReviewWorkflow } from './ports';

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
  readonly store: DecisionStore;
  /** Puts events on the bus; says of each, in order, why it was not taken, or undefined if it was. */
  readonly send: (events: readonly DecisionEvent[]) => Promise<readonly (string | undefined)[]>;
}

/** Told of each decision that could not be seen to; what it asks for stays in its outbox. */
export type Failed = (id: string, error: unknown) => void;

/**
 * Does what the records' outboxes ask for: starts reviews, sends events, then takes them off. Done again after a
 * crash, or with a record that has moved on, it starts no second review and repeats events under the same ids.
 * A decision whose review could not be started sends nothing yet: nobody hears of a review that does not exist.
 */
export async function dispatchRecords(
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

  const open = records.filter(({ toSend }) => toSend.length > 0);
  const started = await Promise.all(
    open.map(({ id, status, toSend }) =>
      attempt(id, async () => {
        if (status === 'pending_review' && toSend.includes('ReviewRequested')) await ports.workflow.start(id);
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
