import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

export interface PipelineEvent {
  readonly type: string;
  /** Holds an `eventId`: delivery is at least once, and consumers deduplicate by it. */
  readonly detail: { readonly eventId: string; readonly [name: string]: unknown };
}

/** PutEvents takes so many entries a call. */
const MOST_ENTRIES = 10;

/** Sends events of a pipeline to the bus. Throws when the bus refused any: all may then be sent again. */
export async function putEvents(
  client: EventBridgeClient,
  busName: string,
  pipeline: string,
  events: readonly PipelineEvent[],
): Promise<void> {
  const refused = (await offerEvents(client, busName, pipeline, events)).filter((code) => code !== undefined);
  if (refused.length > 0) throw new Error(`The event bus refused ${refused.length} events: ${refused[0]}`);
}

/**
 * Sends events of a pipeline to the bus. Says of each, in order, with which error code the bus refused it, or
 * undefined if it took it. A call that fails refuses all its events by the error's name; they may be sent again.
 */
export async function offerEvents(
  client: EventBridgeClient,
  busName: string,
  pipeline: string,
  events: readonly PipelineEvent[],
): Promise<(string | undefined)[]> {
  const calls = Array.from({ length: Math.ceil(events.length / MOST_ENTRIES) }, (_, i) =>
    putOnce(events.slice(i * MOST_ENTRIES, (i + 1) * MOST_ENTRIES)),
  );
  return (await Promise.all(calls)).flat();

  async function putOnce(some: readonly PipelineEvent[]): Promise<(string | undefined)[]> {
    const command = new PutEventsCommand({
      Entries: some.map(({ type, detail }) => ({
        EventBusName: busName,
        Source: `plumbline.${pipeline}`,
        DetailType: type,
        Detail: JSON.stringify(detail),
      })),
    });
    try {
      const { Entries = [] } = await client.send(command);
      return some.map((_, i) => (Entries[i]?.EventId ? undefined : (Entries[i]?.ErrorCode ?? 'NoAnswer')));
    } catch (error) {
      return some.map(() => (error as Error).name);
    }
  }
}
