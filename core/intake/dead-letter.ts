import { hashText } from '../decision/id';
import type { Poison } from './settle';

/** Bytes that a message of the dead-letter queue may have: SQS takes no more. */
export const MOST_LETTER = 1024 * 1024;

/** What stands in the dead-letter queue: enough to mend the cause, and to put the message back as it was. */
export interface DeadLetter extends Poison {
  readonly messageId: string;
  /** The sender's, where it can be read; else that under which the message would have been decided. */
  readonly key: string;
  /** The decision in whose place this one was to be. */
  readonly replayOf?: string | undefined;
  /** Missing where it may not be kept, or does not fit: then only its sender can send it again. */
  readonly body?: string | undefined;
  /** Of a body that does not fit: its bytes, and its SHA-256 in base64url, by which its sender can tell it. */
  readonly bodySize?: number;
  readonly bodyHash?: string;
}

/**
 * A letter as it is sent. Quotation marks take twice the room in it, so a message that fitted its queue may not fit
 * here: then it goes without its body and, where names of its members are what is long, without the problems.
 */
export function letterText({ problems = [], body, ...letter }: DeadLetter): string {
  const whole = write({ ...letter, problems, body });
  if (body === undefined || sizeOf(whole) <= MOST_LETTER) return whole;
  const told = { ...letter, bodySize: sizeOf(body), bodyHash: hashText(body) };
  const explained = write({ ...told, problems });
  return sizeOf(explained) <= MOST_LETTER ? explained : write(told);
}

/** JSON, with the two characters escaped that it may hold and a message of SQS may not: members have any name. */
const write = (letter: object): string =>
  JSON.stringify(letter).replace(/[\uFFFE\uFFFF]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);

const sizeOf = (text: string): number => new TextEncoder().encode(text).length;
