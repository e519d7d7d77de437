import { randomBytes } from 'node:crypto';
import { isDecisionId } from '../../core/decision/id';
import { durationMs } from '../../core/pipeline/duration';
import { matchRoute } from '../../core/pipeline/routes';
import { MOST_COUNTED, backlogOf } from '../../core/review/backlog';
import { claimTask } from '../../core/review/lease';
import { apiHandler } from '../_runtime/api-handler';
import { loadArtifact } from '../_runtime/artifact';
import { readAsker } from '../_runtime/asker';
import { lazyExplainer } from '../_runtime/explainer';
import { type ApiResponse, json, noContent, problem } from '../_runtime/http';
import { readEnv } from '../_runtime/read-env';
import { systemClock } from '../_runtime/system-clock';
import { REVIEWS_ENV } from './env';
import { leaseCalls } from './lease-calls';
import { reviewPorts } from './ports';
import { presentTask } from './present-task';

const { definition } = loadArtifact();
const leaseMs = durationMs(definition.review.lease ?? '15m')!;
const ports = reviewPorts(readEnv(REVIEWS_ENV));
const lease = leaseCalls(definition, ports, leaseMs);
const explain = lazyExplainer();
const { now } = systemClock;
/** A claim waits so long for a task. */
const WAIT_SECONDS = 2;

/** The review calls of the people API: backlog, claims, and what the holder of a lease does. */
export const handler = apiHandler(async (request) => {
  const asker = readAsker(request, definition.name);
  if ('refusal' in asker) return asker.refusal;
  if (asker.door !== 'people' || !asker.person.roles.has('reviewer'))
    return problem(403, 'NOT_A_REVIEWER', `Only members of the group ${definition.name}.reviewer may do this.`);
  const { sub } = asker.person;
  const match = matchRoute('people', request.method, request.path);
  if (!match || 'allow' in match) return problem(404, 'NOT_FOUND', 'There is nothing at this path.');
  const { route, id = '' } = match;

  if (route.path === '/reviews') return json(200, backlogOf(await ports.store.pending(MOST_COUNTED), now()));
  if (route.path === '/reviews/claims') return claim(sub);
  if (!isDecisionId(id)) return problem(404, 'NO_SUCH_TASK', 'There is no task with this id.');
  const action = route.path.slice(route.path.lastIndexOf('/') + 1);
  return lease(action, { request, id, sub, now: now() });
});

async function claim(sub: string): Promise<ApiResponse> {
  const secret = randomBytes(32).toString('base64url');
  const claimed = await claimTask(ports, { sub, secret, leaseMs, waitSeconds: WAIT_SECONDS, now });
  if (!claimed) return noContent();
  const { record, lease, expiresAt } = claimed;
  return json(200, {
    id: record.id,
    lease,
    expiresAt: new Date(expiresAt).toISOString(),
    task: presentTask(definition, record, await explain(record)),
  });
}
