import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoBatchStore } from '../../adapters/dynamo-batch-store';
import { s3BatchFiles } from '../../adapters/s3-batch-files';
import { sqsBatchJobs } from '../../adapters/sqs-batch-jobs';
import { batchId, firstCut, presentBatch, readBatchRequest } from '../../core/batch/batch';
import { isOpenTo } from '../../core/decision/access';
import { isDecisionId } from '../../core/decision/id';
import { matchRoute } from '../../core/pipeline/routes';
import { apiHandler } from '../_runtime/api-handler';
import { loadArtifact } from '../_runtime/artifact';
import { readCaller } from '../_runtime/caller';
import { type ApiRequest, type ApiResponse, json, problem } from '../_runtime/http';
import { readEnv } from '../_runtime/read-env';
import { readBody } from '../_runtime/read-input';
import { systemClock } from '../_runtime/system-clock';
import { BATCHES_ENV } from './env';

const env = readEnv(BATCHES_ENV);
const { definition } = loadArtifact();
const batches = dynamoBatchStore(new DynamoDBClient({}), env.stateTable);
const files = s3BatchFiles(new S3Client({}), env.bucket);
const jobs = sqsBatchJobs(new SQSClient({}), env.jobsQueue);

/** POST /batches, GET /batches/{id} */
export const handler = apiHandler(async (request) => {
  const caller = readCaller(request);
  if (!caller) return problem(403, 'UNSIGNED', 'Sign the request with IAM credentials (SigV4).');
  const match = matchRoute('machines', request.method, request.path);
  if (!match || 'allow' in match) return problem(404, 'NOT_FOUND', 'There is nothing at this path.');
  return match.id === undefined ? start(request, caller) : read(match.id, caller);
});

async function start(request: ApiRequest, caller: string): Promise<ApiResponse> {
  const body = readBody(request);
  if ('refusal' in body) return body.refusal;
  const read = readBatchRequest(body.body, env.bucket);
  const refuse = (problems: Extract<typeof read, { problems: unknown }>['problems']) =>
    problem(422, 'BODY_INVALID', 'The body does not say what this call needs.', { problems });
  if ('problems' in read) return refuse(read.problems);
  const { key, toleratedFailures } = read.request;
  const file = await files.find(key);
  if (!file) return refuse([{ pointer: '/input', code: 'NO_SUCH_FILE', detail: 'is not there' }]);

  const id = batchId(definition.name, caller, file);
  const at = new Date(systemClock.now()).toISOString();
  const counts = { chunksDone: 0, done: 0, failed: 0 };
  await batches.create({ id, caller, file, at, status: 'running', toleratedFailures, ...counts });
  // Asked again, it goes on with what is left: messages may be lost, tolerance be set anew.
  const batch = await batches.resume(id, toleratedFailures);
  if (batch.status === 'running') await jobs.send([firstCut(id)]);
  return json(202, presentBatch(batch, env.bucket));
}

async function read(id: string, caller: string): Promise<ApiResponse> {
  const batch = isDecisionId(id) ? await batches.get(id) : undefined;
  if (!batch || !isOpenTo(definition, batch, caller))
    return problem(404, 'NO_SUCH_BATCH', 'There is no batch with this id, or it is not yours.');
  return json(200, presentBatch(batch, env.bucket));
}
