import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDecisionStore } from '../../adapters/dynamo-decision-store';
import { expireReview } from '../../core/review/sweep';
import { loadArtifact } from '../_runtime/artifact';
import { readEnv } from '../_runtime/read-env';
import { systemClock } from '../_runtime/system-clock';
import { EXPIRE_ENV } from './env';

const { definition } = loadArtifact();
const store = dynamoDecisionStore(new DynamoDBClient({}), readEnv(EXPIRE_ENV).decisionsTable);

/** Called by the review workflow when its time is up. */
export const handler = async ({ id }: { readonly id: string }): Promise<{ readonly expired: boolean }> => ({
  expired: await expireReview(definition, store, id, systemClock.now()),
});
