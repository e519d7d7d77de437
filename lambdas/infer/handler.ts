import { dynamoFirstRead } from '../../adapters/dynamo-first-read';
import { scoreRequest } from '../../core/decision/score-request';
import { apiHandler } from '../_runtime/api-handler';
import { loadValidator } from '../_runtime/artifact';
import { readCaller } from '../_runtime/caller';
import { armMaker } from '../_runtime/arm';
import { requestDynamo } from '../_runtime/clients';
import { problem } from '../_runtime/http';
import { loadPipeline } from '../_runtime/pipeline';
import { readEnv } from '../_runtime/read-env';
import { readInput } from '../_runtime/read-input';
import { systemClock } from '../_runtime/system-clock';
import { INFER_ENV } from './env';
import { present } from './present';

const env = readEnv(INFER_ENV);
const pipeline = loadPipeline();
const validator = await loadValidator();
const ports = {
  firstRead: dynamoFirstRead(requestDynamo(), {
    state: env.stateTable,
    prompts: pipeline.llm !== undefined,
    features: JSON.parse(env.featureTables) as Record<string, string>,
  }),
  model: armMaker(env.stateTable)(pipeline, env.endpointName).model,
  clock: systemClock,
  modeMemory: {},
};

/** POST /scores: features, score and confidence without a decision; nothing is recorded. */
export const handler = apiHandler(async (request) => {
  const startedAt = systemClock.now();
  const caller = readCaller(request);
  if (!caller) return problem(403, 'UNSIGNED', 'Sign the request with IAM credentials (SigV4).');
  const read = readInput(request, validator, { keyed: false });
  if ('refusal' in read) return read.refusal;
  return present(await scoreRequest(pipeline, ports, { input: read.body.input, caller, startedAt }));
});
