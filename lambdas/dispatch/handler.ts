import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { dispatchRecords } from '../../core/review/dispatch';
import { loadArtifact } from '../_runtime/artifact';
import { dispatchPorts } from '../_runtime/dispatch-ports';
import { logError } from '../_runtime/log';
import { readEnv } from '../_runtime/read-env';
import { failedFrom, readChanges } from '../_runtime/stream';
import { DISPATCH_ENV } from './env';

const env = readEnv(DISPATCH_ENV);
const { definition } = loadArtifact();
const ports = dispatchPorts(new DynamoDBClient({}), definition.name, env);
const sqs = new SQSClient({});

/**
 * Stream of decisions → reviews and events. A record that cannot be read is poison and goes to the dead-letter queue;
 * whatever else fails is an outage: the stream delivers it again for a while, then it is left to the sweeper.
 */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const changes = await readChanges(sqs, env.deadLetterQueue, 'dispatch', event.Records);
  const failed = new Set<string>();
  const records = changes.map(({ record }) => record);
  await dispatchRecords(definition, ports, records, (id, error) => {
    logError('dispatch failed', error, { id });
    failed.add(id);
  });
  return failedFrom(changes.filter(({ record }) => failed.has(record.id)).map(({ sequenceNumber }) => sequenceNumber));
}
