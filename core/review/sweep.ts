import type { DecisionRecord } from '../decision/decision';
import { safeDefaultOutcome } from '../decision/safe-default';
import type { PipelineDefinition } from '../pipeline/definition';
import type { DecisionStore, OpenDecision } from '../ports';
import { type DispatchPorts, type Failed, dispatchRecords } from './dispatch';

/** Ends a review that nobody decided in time with the safe default; false if somebody was first. `now`: epoch ms. */
export const expireReview = (
  definition: PipelineDefinition,
  store: DecisionStore,
  id: string,
  now: number,
): Promise<boolean> =>
  store.resolve({
    id,
    outcome: safeDefaultOutcome(definition),
    route: 'safe_default',
    entry: { at: new Date(now).toISOString(), type: 'ReviewExpired', by: 'plumbline' },
  });

/** What the stream and the workflow should long have seen to. */
const OVERDUE_MS = 60_000;
const MOST_A_SWEEP = 2_000;
const AT_ONCE = 25;

/**
 * Finds decisions that the stream never delivered and reviews whose workflow was lost, and sees to them.
 * One that fails does not hold up the others; it is tried again by the next sweep. `now`: epoch ms.
 */
export async function sweep(
  definition: PipelineDefinition,
  ports: DispatchPorts,
  now: number,
  failed: Failed,
): Promise<{ readonly dispatched: number; readonly expired: number }> {
  const due = new Date(now - OVERDUE_MS).toISOString();
  const overdue = await ports.store.openBefore(due, MOST_A_SWEEP);
  let dispatched = 0;
  let expired = 0;
  for (let from = 0; from < overdue.length; from += AT_ONCE) {
    const seenTo = await Promise.all(overdue.slice(from, from + AT_ONCE).map(seeTo));
    const records = seenTo.filter((record) => record !== undefined);
    const missed = new Set<string>();
    await dispatchRecords(definition, ports, records, (id, error) => {
      missed.add(id);
      failed(id, error);
    });
    dispatched += records.length - missed.size;
  }
  return { dispatched, expired };

  /** Ends an overdue review, whatever else is wrong with it; gives the record if it has events to send. */
  async function seeTo({ id, toSend, pending, reviewBy }: OpenDecision): Promise<DecisionRecord | undefined> {
    try {
      if (pending && reviewBy !== undefined && reviewBy < due)
        expired += Number(await expireReview(definition, ports.store, id, now));
      // The event of a review that ended just now comes by the stream.
      return toSend.length > 0 ? await ports.store.get(id) : undefined;
    } catch (error) {
      failed(id, error);
      return undefined;
    }
  }
}
