import type { SQSClient } from '@aws-sdk/client-sqs';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { type Item, fromItem } from '../../adapters/dynamo-decision-store';
import type { DecisionRecord } from '../../core/decision/decision';
import { logError } from './log';

/** A change of a decision, as a stream delivers it. */
export interface Change {
  readonly sequenceNumber: string;
  readonly inserted: boolean;
  readonly record: DecisionRecord;
}

/**
 * Reads a batch. A record that cannot be read is poison: it goes to the dead-letter queue by its id and with the
 * reason, and the stream goes on.
 */
export async function readChanges(
  sqs: SQSClient,
  queueUrl: string,
  consumer: string,
  records: readonly DynamoDBRecord[],
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const { dynamodb, eventName } of records) {
    if (!dynamodb?.NewImage || eventName === 'REMOVE') continue;
    try {
      const record = fromItem(dynamodb.NewImage as Item);
      changes.push({ sequenceNumber: dynamodb.SequenceNumber ?? '', inserted: eventName === 'INSERT', record });
    } catch (error) {
      await buryRecord(sqs, queueUrl, consumer, dynamodb.Keys?.id?.S ?? '', error);
    }
  }
  return changes;
}

export async function buryRecord(
  sqs: SQSClient,
  queueUrl: string,
  consumer: string,
  id: string,
  error: unknown,
): Promise<void> {
  logError('poison record', error, { id, consumer });
  // The error's message may quote a value of the record; its name is enough to find the cause.
  const reason = error instanceof Error ? error.name : 'Error';
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ id, consumer, reason }) }));
}

/** The stream delivers again from the first of these on. */
export const failedFrom = (sequenceNumbers: readonly string[]): DynamoDBBatchResponse => ({
  batchItemFailures: sequenceNumbers.map((itemIdentifier) => ({ itemIdentifier })),
});
