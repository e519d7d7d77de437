import { randomBytes } from 'node:crypto';
import { dynamoDecisionStore } from '../../adapters/dynamo-decision-store';
import { dynamoFirstRead } from '../../adapters/dynamo-first-read';
import type { Arms } from '../../core/decision/arms';
import { type DecidePorts, decideRequest } from '../../core/decision/decide-request';
import { guardFirstRead } from '../../core/resilience/guard';
import { LoadShedder } from '../../core/resilience/load-shedder';
import { shed } from '../../core/resilience/shed';
import { apiHandler } from '../_runtime/api-handler';
import { armMaker } from '../_runtime/arm';
import { loadValidator } from '../_runtime/artifact';
import { readCaller } from '../_runtime/caller';
import { requestDynamo } from '../_runtime/clients';
import { type ApiRequest, type ApiResponse, problem } from '../_runtime/http';
import { readIdSecret } from '../_runtime/id-secret';
import { loadCandidate, loadPipeline } from '../_runtime/pipeline';
import { readEnv } from '../_runtime/read-env';
import { readInput } from '../_runtime/read-input';
import { countRejected } from '../_runtime/rejected';
import { systemClock } from '../_runtime/system-clock';
import { DECIDE_ENV } from './env';
import { present } from './present';

const env = readEnv(DECIDE_ENV);
const pipeline = loadPipeline();
const candidate = loadCandidate();
const dynamo = requestDynamo();
const armOf = armMaker();
const shedder = new LoadShedder();
const [validator, idSecret] = await Promise.all([loadValidator(), readIdSecret(env.idSecret)]);
const arms: Arms = {
  live: armOf(pipeline, env.endpointName),
  candidate: candidate && { ...armOf(candidate.pipeline, env.candidateEndpoint), share: candidate.share },
};
const ports: DecidePorts = {
  firstRead: guardFirstRead(
    dynamoFirstRead(dynamo, {
      decisions: env.decisionsTable,
      state: env.stateTable,
      features: JSON.parse(env.featureTables) as Record<string, string>,
    }),
    pipeline.budget,
    systemClock,
  ),
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
  const asked = { ...read.body, caller, startedAt };
  return present(await shed(shedder, systemClock, pipeline.budget, startedAt, () => decideRequest(arms, ports, asked)));
}
