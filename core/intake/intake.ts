import type { DecideRequest, DecideResult } from '../decision/decide-request';
import type { DecisionRecord } from '../decision/decision';
import { inputHash, isDecisionId } from '../decision/id';
import type { DeadLetter } from './dead-letter';
import { type Poison, type ReadRequest, settle } from './settle';

/** A message of the intake queue. */
export interface IntakeMessage {
  readonly messageId: string;
  readonly body: string;
  /** How often the queue has given it out, this time with it. */
  readonly receiveCount: number;
  /** The idempotency key that the message had before it was put back from the dead-letter queue. */
  readonly formerKey?: string | undefined;
  /** The decision in whose place this one is to be. */
  readonly replayOf?: string | undefined;
}

/**
 * So often a message would rather come again than be decided without the model or the feature store: a hiccup has
 * passed by then, and an outage is what the fallback chain is for.
 */
const PATIENCE = 1;

/** Characters of a key, as of one that is sent: ids of events are shorter, but anybody may write what looks like one. */
const MOST_KEY = 256;
/** A key that may be sent, and put back: SQS takes it as an attribute. */
const KEY = /^[\x21-\x7e]{1,256}$/;

export interface IntakePorts {
  read: ReadRequest;
  /** A decision by its id. */
  original(id: string): Promise<DecisionRecord | undefined>;
  decide(request: Omit<DecideRequest, 'startedAt'>): Promise<DecideResult>;
  /** Puts a message into the dead-letter queue. */
  bury(letter: DeadLetter): Promise<void>;
  /** Told of messages that stay in the queue for now. */
  later(messageId: string, error: unknown): void;
}

/**
 * Decides each message; gives the ids of those that must come again. A message that can never be decided is put into
 * the dead-letter queue with the reason, and only then let go. Delivered twice it is decided once: its key is the
 * sender's, or else the id of the event that EventBridge put around it, or else the message's own.
 */
export async function takeMessages(
  ports: IntakePorts,
  pipeline: string,
  messages: readonly IntakeMessage[],
): Promise<string[]> {
  const done = await Promise.all(
    messages.map(async (message) => {
      try {
        return await takeMessage(ports, pipeline, message);
      } catch (error) {
        ports.later(message.messageId, error);
        return false;
      }
    }),
  );
  return messages.filter((_, i) => !done[i]).map(({ messageId }) => messageId);
}

/** Whether the queue may let go of the message. */
async function takeMessage(ports: IntakePorts, pipeline: string, message: IntakeMessage): Promise<boolean> {
  const { messageId, body, receiveCount, formerKey, replayOf } = message;
  const { text, sentKey, eventId } = unwrap(body);
  const ownKey = [formerKey, eventId].find((key) => key !== undefined && key.length <= MOST_KEY) ?? messageId;
  const bury = async (poison: Poison, letter: Partial<DeadLetter> = {}) => {
    const replay = replayOf === undefined ? {} : { replayOf };
    // Its sender sends it again under the key that it chose, whatever else is wrong with it.
    await ports.bury({ ...poison, messageId, key: sentKey ?? ownKey, ...replay, body, ...letter });
    return true;
  };
  if (replayOf !== undefined && !isDecisionId(replayOf))
    return bury({ code: 'NO_SUCH_ORIGINAL' }, { replayOf: undefined, body: undefined });
  const read = ports.read(text);
  if ('poison' in read) return bury(read.poison);
  const { input, key = ownKey } = read;
  const patient = receiveCount <= PATIENCE;
  let request: Omit<DecideRequest, 'startedAt'> = { input, key, caller: `intake:${pipeline}`, patient };
  if (replayOf !== undefined) {
    const original = await ports.original(replayOf);
    // Whoever may send could name any decision: it stands in the place of one of the same request only.
    // The original may have been forgotten: then the dead letter must not remember the person.
    if (original?.inputHash !== inputHash(input)) return bury({ code: 'NO_SUCH_ORIGINAL' }, { body: undefined });
    request = { ...request, caller: original.caller, replayOf, patient: true };
  }
  const settled = settle(await ports.decide(request));
  return 'poison' in settled ? bury(settled.poison) : true;
}

/** The text of the request: that of the message, or of the event that EventBridge delivered in it. */
function unwrap(body: string): {
  readonly text: string;
  readonly sentKey?: string | undefined;
  readonly eventId?: string;
} {
  try {
    const outer = JSON.parse(body) as Record<string, unknown> | null;
    if (
      outer &&
      typeof outer === 'object' &&
      'detail-type' in outer &&
      'detail' in outer &&
      typeof outer.id === 'string'
    )
      return { text: JSON.stringify(outer.detail), sentKey: keyOf(outer.detail), eventId: outer.id };
    return { text: body, sentKey: keyOf(outer) };
  } catch {
    // What is no JSON is refused by who reads it, with the reason.
    return { text: body };
  }
}

function keyOf(request: unknown): string | undefined {
  const { key } = (request ?? {}) as { key?: unknown };
  return typeof key === 'string' && KEY.test(key) ? key : undefined;
}
