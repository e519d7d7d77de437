import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { dynamoDecisionStore } from '../../adapters/dynamo-decision-store';
import { offerEvents } from '../../adapters/events';
import { sfnReviewWorkflow } from '../../adapters/review-workflow';
import type { DispatchPorts } from '../../core/review/dispatch';

/** What dispatch and the sweeper work with. */
export function dispatchPorts(
  dynamo: DynamoDBClient,
  pipeline: string,
  env: { readonly decisionsTable: string; readonly stateMachine: string; readonly eventBus: string },
): DispatchPorts {
  const events = new EventBridgeClient({});
  return {
    workflow: sfnReviewWorkflow(new SFNClient({}), env.stateMachine),
    store: dynamoDecisionStore(dynamo, env.decisionsTable),
    send: (entries) => offerEvents(events, env.eventBus, pipeline, entries),
  };
}
