import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { dynamoBatchStore } from '../../adapters/dynamo-batch-store';
import { s3BatchFiles } from '../../adapters/s3-batch-files';
import { sqsBatchJobs } from '../../adapters/sqs-batch-jobs';
import type { BatchJob } from '../../core/batch/batch';
import { AT_ONCE } from '../../core/batch/decide-lines';
import { type WorkPorts, work } from '../../core/batch/work';
import { decideRequest } from '../../core/decision/decide-request';
import { loadArms } from '../_runtime/arm';
import { loadValidator } from '../_runtime/artifact';
import { decidePorts } from '../_runtime/decide-ports';
import { logReturn } from '../_runtime/log-return';
import { loadPipeline } from '../_runtime/pipeline';
import { requestReader } from '../_runtime/queued-request';
import { readEnv } from '../_runtime/read-env';
import { refuseBroken } from '../_runtime/refuse-broken';
import { systemClock } from '../_runtime/system-clock';
import { CHUNKS_ENV } from './env';

const env = readEnv(CHUNKS_ENV);
const pipeline = loadPipeline();
const [validator, decide] = await Promise.all([loadValidator(), decidePorts(pipeline, env)]);
/** The rows of lines that are decided together share a call. */
const arms = loadArms(pipeline, env, { waitMs: 20, most: AT_ONCE });

/** So often a chunk waits for the model, or what else is missing, to be there again; then the fallback chain decides. */
const PATIENCE = 20;

const ports: Omit<WorkPorts, 'decide'> = {
  batches: dynamoBatchStore(new DynamoDBClient({}), env.stateTable),
  files: s3BatchFiles(new S3Client({}), env.bucket),
  jobs: sqsBatchJobs(new SQSClient({}), env.jobsQueue),
  clock: systemClock,
  read: requestReader(pipeline.definition.name, validator),
  pause: sleep,
};

/** Each line has the deadline to itself. */
const decideFor =
  (patient: boolean): WorkPorts['decide'] =>
  (request) =>
    decideRequest(arms, decide, { ...request, patient, startedAt: systemClock.now() });

/** Jobs of batches. What it names comes again; the rest is done. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const again: string[] = [];
  const errors: unknown[] = [];
  for (const { messageId, body, attributes } of event.Records) {
    const job = JSON.parse(body) as BatchJob;
    try {
      const patient = Number(attributes.ApproximateReceiveCount) <= PATIENCE;
      await work({ ...ports, decide: decideFor(patient) }, job);
    } catch (error) {
      logReturn('job comes again', error, { batch: job.batch, job: job.job });
      again.push(messageId);
      errors.push(error);
    }
  }
  refuseBroken(event.Records.length, errors);
  return { batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) };
}
