import { decideRequest, recallRequest } from '../../core/decision/decide-request';
import { LoadShedder } from '../../core/resilience/load-shedder';
import { shed } from '../../core/resilience/shed';
import { apiHandler } from '../_runtime/api-handler';
import { loadArms } from '../_runtime/arm';
import { loadValidator } from '../_runtime/artifact';
import { readCaller } from '../_runtime/caller';
import { decidePorts } from '../_runtime/decide-ports';
import { type ApiRequest, type ApiResponse, problem } from '../_runtime/http';
import { loadPipeline } from '../_runtime/pipeline';
import { readEnv } from '../_runtime/read-env';
import { readInput } from '../_runtime/read-input';
import { countRejected } from '../_runtime/rejected';
import { systemClock } from '../_runtime/system-clock';
import { DECIDE_ENV } from './env';
import { present } from './present';

const env = readEnv(DECIDE_ENV);
const pipeline = loadPipeline();
const [validator, ports] = await Promise.all([loadValidator(), decidePorts(pipeline, env)]);
const arms = loadArms(pipeline, env);
const shedder = new LoadShedder();

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
  const work = {
    decide: () => decideRequest(arms, ports, asked),
    recall: () => recallRequest(arms, ports, asked),
  };
  return present(await shed(shedder, systemClock, pipeline.budget, startedAt, work));
}
