import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

export interface PipelineEvent {
  readonly type: string;
  /** Holds an `eventId`: delivery is at least once, and consumers deduplicate by it. */
  readonly detail: { readonly eventId: string; readonly [name: string]: unknown };
}

/** PutEvents takes so many entries a call. */
const MOST_ENTRIES = 10;

/** Sends events of a pipeline to the bus. Throws when the bus refused any: all may then be sent again. */
export async function putEvents(client: EventBridgeClient, busName: string, pipeline: string, events: readonly PipelineEvent[]): Promise<void> {
  for (let i = 0; i < events.length; i += MOST_ENTRIES) {
    const { FailedEntryCount = 0, Entries = [] } = await client.send(
      new PutEventsCommand({
        Entries: events.slice(i, i + MOST_ENTRIES).map(({ type, detail }) => ({
          EventBusName: busName,
          Source: `plumbline.${pipeline}`,
          DetailType: type,
          Detail: JSON.stringify(detail),
        })),
      }),
    );
    if (FailedEntryCount > 0) throw new Error(`The event bus refused ${FailedEntryCount} events: ${Entries.find((e) => e.ErrorCode)?.ErrorCode}`);
  }
}
