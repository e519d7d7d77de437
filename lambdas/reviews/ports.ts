import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoDecisionStore } from '../../adapters/dynamo-decision-store';
import { dynamoLeaseStore } from '../../adapters/dynamo-lease-store';
import { sqsReviewQueue } from '../../adapters/review-queue';
import { sfnReviewWorkflow } from '../../adapters/review-workflow';
import type { DecisionStore } from '../../core/ports';
import type { LeaseStore, ReviewQueue, ReviewWorkflow } from '../../core/review/ports';
import type { REVIEWS_ENV } from './env';

export interface ReviewPorts {
  readonly store: DecisionStore;
  readonly leases: LeaseStore;
  readonly queue: ReviewQueue;
  readonly workflow: ReviewWorkflow;
}

export function reviewPorts(env: Record<keyof typeof REVIEWS_ENV, string>): ReviewPorts {
  const dynamo = new DynamoDBClient({});
  return {
    store: dynamoDecisionStore(dynamo, env.decisionsTable),
    leases: dynamoLeaseStore(dynamo, env.stateTable, env.decisionsTable),
    queue: sqsReviewQueue(new SQSClient({}), env.reviewQueue),
    workflow: sfnReviewWorkflow(new SFNClient({}), env.stateMachine),
  };
}
