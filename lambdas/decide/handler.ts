import { randomBytes } from 'node:crypto';
import { dynamoDecisionStore } from '../../adapters/dynamo-decision-store';
import { dynamoFirstRead } from '../../adapters/dynamo-first-read';
import { sagemakerModel } from '../../adapters/sagemaker-model';
import type { Arms } from '../../core/decision/arms';
import { type DecidePorts, type DecideResult, decideRequest } from '../../core/decision/decide-request';
import { presentDecision } from '../../core/decision/decision';
import { apiHandler } from '../_runtime/api-handler';
import { loadValidator } from '../_runtime/artifact';
import { readCaller } from '../_runtime/caller';
import { requestDynamo, requestSageMaker } from '../_runtime/clients';
import { type ApiRequest, type ApiResponse, json, problem } from '../_runtime/http';
import { readIdSecret } from '../_runtime/id-secret';
import { loadCandidate, loadPipeline } from '../_runtime/pipeline';
import { readEnv } from '../_runtime/read-env';
import { readInput } from '../_runtime/read-input';
import { refuseGaps } from '../_runtime/refuse-gaps';
import { countRejected } from '../_runtime/rejected';
import { systemClock } from '../_runtime/system-clock';
import { DECIDE_ENV } from './env';

const env = readEnv(DECIDE_ENV);
const pipeline = loadPipeline();
const candidate = loadCandidate();
const dynamo = requestDynamo();
const sagemaker = requestSageMaker();
const [validator, idSecret] = await Promise.all([loadValidator(), readIdSecret(env.idSecret)]);
const arms: Arms = {
  live: { pipeline, model: sagemakerModel(sagemaker, env.endpointName) },
  candidate: candidate && { ...candidate, model: sagemakerModel(sagemaker, env.candidateEndpoint) },
};
const ports: DecidePorts = {
  firstRead: dynamoFirstRead(dynamo, {
    decisions: env.decisionsTable,
    state: env.stateTable,
    features: JSON.parse(env.featureTables) as Record<string, string>,
  }),
  store: dynamoDecisionStore(dynamo, env.decisionsTable),
  clock: systemClock,
  modeMemory: {},
  random: () => randomBytes(10),
  idSecret,
};

/** POST /decisions */
export const handler = apiHandler(async (request) => {
  const startedAt = systemClock.now();
  return countRejected(pipeline.definition.name, await answer(request, startedAt), startedAt);
});

async function answer(request: ApiRequest, startedAt: number): Promise<ApiResponse> {
  const caller = readCaller(request);
  if (!caller) return problem(403, 'UNSIGNED', 'Sign the request with IAM credentials (SigV4).');
  const read = readInput(request, validator, { keyed: true });
  if ('refusal' in read) return read.refusal;
  return present(await decideRequest(arms, ports, { ...read.body, caller, startedAt }));
}

function present(result: DecideResult): ApiResponse {
  switch (result.kind) {
    case 'decided':
    case 'replayed': {
      const headers: Record<string, string> = result.kind === 'replayed' ? { 'idempotent-replayed': 'true' } : {};
      return json(result.record.status === 'pending_review' ? 202 : 200, presentDecision(result.record), headers);
    }
    case 'too_large':
      return problem(413, 'INPUT_TOO_LARGE', 'The input, or what is worked out from it, is too large to be recorded.');
    case 'conflict':
      return problem(409, 'KEY_REUSED', 'This key was already used with another input.');
    case 'rejected':
      return refuseGaps(result.gaps);
    case 'halted':
      return problem(503, 'HALTED', 'This pipeline has been halted by an operator.', {
        headers: { 'retry-after': '60' },
      });
  }
}
