import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionConflictException } from '@aws-sdk/client-dynamodb';

/**
 * Tries a write again while a transaction holds its item, after 2 ms at first and twice as long each time: a lease and
 * its review end in one, a chunk and its batch, and are over at once. DynamoDB refuses such a write, and the SDK does
 * not try it again.
 */
export async function pastTransactions<T>(
  write: () => Promise<T>,
  isConflict: (error: unknown) => boolean = (error) => error instanceof TransactionConflictException,
  mostTries = 5,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await write();
    } catch (error) {
      if (!isConflict(error) || tries === mostTries) throw error;
    }
    // Two that wait for each other must not come back at the same time.
    await sleep(2 ** tries * (0.5 + Math.random()));
  }
}
