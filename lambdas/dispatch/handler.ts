import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { dispatchRecord } from '../../core/review/dispatch';
import { loadArtifact } from '../_runtime/artifact';
import { dispatchPorts } from '../_runtime/dispatch-ports';
import { logError } from '../_runtime/log';
import { readEnv } from '../_runtime/read-env';
import { failedFrom, readChanges } from '../_runtime/stream';
import { DISPATCH_ENV } from './env';

const env = readEnv(DISPATCH_ENV);
const ports = dispatchPorts(new DynamoDBClient({}), loadArtifact().definition.name, env);
const sqs = new SQSClient({});

/** Stream of decisions → reviews and events. What fails is an outage: it is delivered again, then left to the sweeper. */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const changes = await readChanges(sqs, env.deadLetterQueue, 'dispatch', event.Records);
  const failed: string[] = [];
  await Promise.all(
    changes.map(async ({ record, sequenceNumber }) => {
      try {
        await dispatchRecord(ports, record);
      } catch (error) {
        logError('dispatch failed', error, { id: record.id });
        failed.push(sequenceNumber);
      }
    }),
  );
  return failedFrom(failed);
}
