import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { ModeStore } from './dynamo-mode';
import { putEvents } from './events';

/** Announces every change of the mode that has not been; one that fails is announced by the next call, oldest first. */
export async function announceModes(
  modes: ModeStore,
  events: EventBridgeClient,
  bus: string,
  pipeline: string,
): Promise<void> {
  const { announced, version } = await modes.read();
  for (let next = announced + 1; next <= version; next++) {
    const detail = { eventId: `mode.${next}`, change: await modes.change(next) };
    await putEvents(events, bus, pipeline, [{ type: 'ModeChanged', detail }]);
    await modes.markAnnounced(next);
  }
}
