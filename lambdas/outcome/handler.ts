import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDecisionStore } from '../../adapters/dynamo-decision-store';
import { isOpenTo } from '../../core/decision/access';
import { presentLabelled } from '../../core/decision/decision';
import { isDecisionId } from '../../core/decision/id';
import { readTruth } from '../../core/decision/truth';
import { matchRoute } from '../../core/pipeline/routes';
import { apiHandler } from '../_runtime/api-handler';
import { loadArtifact } from '../_runtime/artifact';
import { readCaller } from '../_runtime/caller';
import { json, problem } from '../_runtime/http';
import { readEnv } from '../_runtime/read-env';
import { readBody } from '../_runtime/read-input';
import { systemClock } from '../_runtime/system-clock';
import { OUTCOME_ENV } from './env';

const { definition } = loadArtifact();
const store = dynamoDecisionStore(new DynamoDBClient({}), readEnv(OUTCOME_ENV).decisionsTable);

/** POST /decisions/{id}/outcome: what turned out to be true, once. */
export const handler = apiHandler(async (request) => {
  const caller = readCaller(request);
  if (!caller) return problem(403, 'UNSIGNED', 'Sign the request with IAM credentials (SigV4).');
  const match = matchRoute('machines', request.method, request.path);
  if (!match || 'allow' in match) return problem(404, 'NOT_FOUND', 'There is nothing at this path.');
  const body = readBody(request);
  if ('refusal' in body) return body.refusal;

  const { id = '' } = match;
  const record = isDecisionId(id) ? await store.get(id) : undefined;
  if (!record || !isOpenTo(definition, record, caller)) return noSuchDecision();
  const now = systemClock.now();
  const read = readTruth(definition, body.body, { decidedAt: record.at, by: caller, now });
  if ('problems' in read)
    return problem(422, 'BODY_INVALID', 'The body does not say what this call needs.', { problems: read.problems });

  const standing = await store.recordTruth(id, read.truth);
  if (!standing) return noSuchDecision();
  if (standing.truth?.label !== read.truth.label)
    return problem(409, 'TRUTH_RECORDED', 'Another truth of this decision has already been recorded.');
  return json(200, presentLabelled(standing));
});

// Whether another caller's decision exists is not for this one to know.
const noSuchDecision = () => problem(404, 'NO_SUCH_DECISION', 'There is no decision with this id, or it is not yours.');
