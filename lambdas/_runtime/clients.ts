import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';

// The request path bounds its calls by the deadline's signal; these bounds only keep a dead connection from lingering.
export const handler = { connectionTimeout: 1_000, requestTimeout: 25_000 };

/** DynamoDB on the request path: one quick retry, since a throttled or reset call is usually over at once. */
export const requestDynamo = (): DynamoDBClient => new DynamoDBClient({ maxAttempts: 2, requestHandler: handler });

/** The model's endpoint: no retry, for the deadline and the fallback chain decide what comes next. */
export const requestSageMaker = (): SageMakerRuntimeClient =>
  new SageMakerRuntimeClient({ maxAttempts: 1, requestHandler: handler });
