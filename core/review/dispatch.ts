import { type DecisionEventType, type DecisionRecord, presentDecision } from '../decision/decision';
import { safeDefaultOutcome } from '../decision/safe-default';
import type { PipelineDefinition } from '../pipeline/definition';
import type { DecisionStore } from '../ports';
import type { ReviewWorkflow } from './ports';

export interface DispatchPorts {
  readonly workflow: ReviewWorkflow;
  readonly store: DecisionStore;
  /** Puts events on the bus; `eventId` lets consumers see a repeated one. */
  readonly send: (events: readonly { readonly type: DecisionEventType; readonly detail: { eventId: string; decision: unknown } }[]) => Promise<void>;
}

/**
 * Does what a record's outbox asks for: starts the review, sends the events, then takes them off. Done again after a
 * crash, it starts no second review, and repeats events under the same ids.
 */
export async function dispatchRecord({ workflow, store, send }: DispatchPorts, record: DecisionRecord): Promise<void> {
  const { id, toSend, status } = record;
  if (toSend.length === 0) return;
  if (status === 'pending_review' && toSend.includes('ReviewRequested')) await workflow.start(id);
  await send(toSend.map((type) => ({ type, detail: { eventId: `${id}.${type}`, decision: presentDecision(record) } })));
  await store.markSent(id, toSend);
}

/** Ends a review that nobody decided in time with the safe default; false if somebody was first. */
export const expireReview = (definition: PipelineDefinition, store: DecisionStore, id: string, now: number): Promise<boolean> =>
  store.resolve({
    id,
    outcome: safeDefaultOutcome(definition),
    route: 'safe_default',
    entry: { at: new Date(now).toISOString(), type: 'ReviewExpired', by: 'plumbline' },
  });

/** What the stream and the workflow should long have seen to. */
const OVERDUE_MS = 60_000;
const MOST_A_SWEEP = 500;

/**
 * Finds decisions that the stream never delivered and reviews whose workflow was lost, and sees to them.
 * One that fails does not hold up the others; it is tried again by the next sweep.
 */
export async function sweep(
  definition: PipelineDefinition,
  ports: DispatchPorts,
  now: number,
  failed: (id: string, error: unknown) => void,
): Promise<{ readonly dispatched: number; readonly expired: number }> {
  let dispatched = 0;
  let expired = 0;
  for (const { id, toSend } of await ports.store.openBefore(new Date(now - OVERDUE_MS).toISOString(), MOST_A_SWEEP)) {
    try {
      if (toSend.length === 0) {
        expired += Number(await expireReview(definition, ports.store, id, now));
        continue;
      }
      const record = await ports.store.get(id);
      if (record) await dispatchRecord(ports, record);
      dispatched += 1;
    } catch (error) {
      failed(id, error);
    }
  }
  return { dispatched, expired };
}
