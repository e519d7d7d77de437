import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { announceChanges } from '../../adapters/change-events';
import { dynamoMode } from '../../adapters/dynamo-mode';
import { dynamoPrompts } from '../../adapters/dynamo-prompts';
import { type ModeRequest, readModeRequest, wanted } from '../../core/control/mode-request';
import { setMode } from '../../core/control/mode-state';
import { apiHandler } from '../_runtime/api-handler';
import { loadArtifact } from '../_runtime/artifact';
import { readAsker } from '../_runtime/asker';
import { type ApiResponse, json, problem } from '../_runtime/http';
import { logError, logInfo } from '../_runtime/log';
import { readEnv } from '../_runtime/read-env';
import { readBody } from '../_runtime/read-input';
import { systemClock } from '../_runtime/system-clock';
import { MODE_ENV } from './env';
import { putPrompts } from './prompts';

const env = readEnv(MODE_ENV);
const { definition } = loadArtifact();
const { model, name } = definition;
const dynamo = new DynamoDBClient({});
const modes = dynamoMode(dynamo, env.stateTable);
const prompts = dynamoPrompts(dynamo, env.stateTable);
const events = new EventBridgeClient({});

/** PUT /mode and PUT /prompts: an operator, or a caller whom IAM lets in here, sets how the pipeline works. */
export const handler = apiHandler(async (request) => {
  const asker = readAsker(request, name);
  if ('refusal' in asker) return asker.refusal;
  if (asker.door === 'people' && !asker.person.roles.has('operator'))
    return problem(403, 'NOT_AN_OPERATOR', `Only members of the group ${name}.operator may do this.`);
  const body = readBody(request);
  if ('refusal' in body) return body.refusal;
  const by = asker.door === 'people' ? asker.person.sub : asker.caller;
  const ofPrompts = request.path === '/prompts';
  const answer =
    ofPrompts && model.kind === 'llm'
      ? await putPrompts(prompts, model.prompts, body.body, by)
      : await putMode(body.body, by);
  // The change stands, and is announced by the evaluation if not now.
  const announced = ofPrompts
    ? announceChanges('prompts', prompts, events, env.eventBus, name)
    : announceChanges('mode', modes, events, env.eventBus, name);
  await announced.catch((error: unknown) => logError('not announced', error));
  return answer;
});

async function putMode(body: Readonly<Record<string, unknown>>, by: string): Promise<ApiResponse> {
  const read = readModeRequest(body);
  if ('problems' in read)
    return problem(422, 'BODY_INVALID', 'The body does not say what this call needs.', { problems: read.problems });
  const { mode, pinned, since, reason } = await set(read.request, by);
  return json(200, { mode, pinned, since, reason });
}

async function set(request: ModeRequest, by: string) {
  for (;;) {
    const seen = await modes.read();
    const at = new Date(systemClock.now()).toISOString();
    const next = wanted(request, seen);
    if (!next) return seen;
    const { state, change } = setMode(seen, { ...next, reason: request.reason, by, at });
    // The evaluation, or another operator, may have been quicker: then what they did is what is changed.
    if (!(await modes.write(seen, state, change))) continue;
    logInfo('mode set', { from: change.from, to: change.to, pinned: String(change.pinned) });
    return state;
  }
}
