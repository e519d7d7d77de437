import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { dynamoDecisionStore } from '../../adapters/dynamo-decision-store';
import { sfnActionWorkflows } from '../../adapters/action-workflows';
import { offerEvents } from '../../adapters/events';
import { sfnReviewWorkflow } from '../../adapters/review-workflow';
import type { DispatchPorts } from '../../core/review/dispatch';

/** What dispatch and the sweeper work with. */
export function dispatchPorts(
  dynamo: DynamoDBClient,
  pipeline: string,
  env: Readonly<Record<'decisionsTable' | 'stateMachine' | 'actions' | 'eventBus', string>>,
): DispatchPorts {
  const events = new EventBridgeClient({});
  const workflows = new SFNClient({});
  return {
    workflow: sfnReviewWorkflow(workflows, env.stateMachine),
    actions: sfnActionWorkflows(workflows, JSON.parse(env.actions) as Record<string, string>),
    store: dynamoDecisionStore(dynamo, env.decisionsTable),
    send: (entries) => offerEvents(events, env.eventBus, pipeline, entries),
  };
}
