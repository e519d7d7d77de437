import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { putEvents } from './events';
import type { Announced } from './versioned-item';

const OF = { mode: 'ModeChanged', prompts: 'PromptsChanged' } as const;

/**
 * Announces every change of the mode, or of the prompts in use, that has not been; one that fails is announced by the
 * next call, oldest first.
 */
export async function announceChanges(
  what: keyof typeof OF,
  changes: Announced<unknown>,
  events: EventBridgeClient,
  bus: string,
  pipeline: string,
): Promise<void> {
  const { announced, version } = await changes.position();
  for (let next = announced + 1; next <= version; next++) {
    const detail = { eventId: `${what}.${next}`, change: await changes.change(next) };
    await putEvents(events, bus, pipeline, [{ type: OF[what], detail }]);
    await changes.markAnnounced(next);
  }
}
