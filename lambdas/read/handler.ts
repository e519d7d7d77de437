import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDecisionStore } from '../../adapters/dynamo-decision-store';
import { isOpenTo } from '../../core/decision/access';
import { presentAsked, presentLabelled } from '../../core/decision/decision';
import { isDecisionId } from '../../core/decision/id';
import { type RouteMatch, matchRoute, routesOf } from '../../core/pipeline/routes';
import { apiHandler } from '../_runtime/api-handler';
import { loadArtifact, loadOpenApi } from '../_runtime/artifact';
import { type Asker, readAsker } from '../_runtime/asker';
import { lazyExplainer } from '../_runtime/explainer';
import { type ApiResponse, json, problem } from '../_runtime/http';
import { readEnv } from '../_runtime/read-env';
import { READ_ENV } from './env';
import { healthReader } from './health';
import { statusReader } from './status';

const env = readEnv(READ_ENV);
const { definition } = loadArtifact();
const routes = routesOf(definition.model);
const openApi = loadOpenApi();
const dynamo = new DynamoDBClient({});
const store = dynamoDecisionStore(dynamo, env.decisionsTable);
const status = statusReader(dynamo, env);
const health = healthReader(dynamo, env.stateTable);
const explain = lazyExplainer();

/** GET /decisions/{id}, GET /status, GET /openapi.json on both APIs, GET /health for people, and the answer to every unknown call. */
export const handler = apiHandler(async (request) => {
  const asker = readAsker(request, definition.name);
  if ('refusal' in asker) return asker.refusal;
  const match = matchRoute(asker.door, request.method, request.path, routes);
  if (!match) return notFound();
  if ('allow' in match) return notAllowed(match.allow);
  return answer(asker, match);
});

const notFound = () =>
  problem(404, 'NOT_FOUND', 'There is nothing at this path. GET /openapi.json lists what there is.');

const notAllowed = (allow: readonly string[]): ApiResponse =>
  problem(405, 'METHOD_NOT_ALLOWED', `This path takes ${allow.join(', ')}.`, { headers: { allow: allow.join(', ') } });

async function answer(asker: Asker, { route, id = '' }: Extract<RouteMatch, { route: unknown }>): Promise<ApiResponse> {
  switch (route.path) {
    case '/decisions/{id}':
      return readDecision(asker, id);
    case '/status':
      return json(200, await status());
    case '/health':
      return json(200, await health());
    case '/openapi.json':
      return json(200, openApi);
    default:
      // A call of another function whose path has a slash too many.
      return notFound();
  }
}

async function readDecision(asker: Asker, id: string): Promise<ApiResponse> {
  const record = isDecisionId(id) ? await store.get(id) : undefined;
  // Whether another caller's decision exists is not for this one to know.
  if (!record || (asker.door === 'machines' && !isOpenTo(definition, record, asker.caller)))
    return problem(404, 'NO_SUCH_DECISION', 'There is no decision with this id, or it is not yours.');
  const { input, features, history, forgotten } = record;
  if (forgotten) return json(200, { ...presentLabelled(record), history, forgotten: { at: forgotten.at } });
  const evidence = { input, features, history, ...presentAsked(record), explanation: await explain(record) };
  return json(200, { ...presentLabelled(record), ...evidence });
}
