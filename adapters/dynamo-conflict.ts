import { TransactionConflictException } from '@aws-sdk/client-dynamodb';

const MOST_TRIES = 5;

/**
 * Tries a write again while a transaction holds its item: a lease and its review end in one, and are over at once.
 * DynamoDB refuses such a write, and the SDK does not try it again.
 */
export async function pastTransactions<T>(
  write: () => Promise<T>,
  isConflict: (error: unknown) => boolean = (error) => error instanceof TransactionConflictException,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await write();
    } catch (error) {
      if (!isConflict(error) || tries === MOST_TRIES) throw error;
    }
  }
}
