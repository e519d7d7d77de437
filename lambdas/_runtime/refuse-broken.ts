import { NotNow } from '../../core/intake/settle';

/**
 * Throws where every message of a batch failed, and none because it has to wait. They come again as they do when each
 * is named as failed; but Lambda counts it as an error, by which a canary sees that a version decides nothing.
 */
export function refuseBroken(messages: number, errors: readonly unknown[]): void {
  if (errors.length === 0 || errors.length < messages) return;
  // Their own messages may quote a value, and Lambda writes this one into the log.
  if (!errors.some((error) => error instanceof NotNow)) throw new Error('Every message of the batch failed.');
}
