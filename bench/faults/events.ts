import { randomUUID } from 'node:crypto';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Heard } from './ledger';
import type { FaultStack } from './stack';

/** Listens to the pipeline's events from now on, until it is told to stop. */
export async function listen({ aws, pipeline }: FaultStack): Promise<{
  /** The events that have come so far, as often as they did. */
  heard(): Promise<readonly Heard[]>;
  stop(): Promise<void>;
}> {
  const sqs = new SQSClient(aws);
  const events = new EventBridgeClient(aws);
  const name = `faults-${randomUUID()}`;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const EventPattern = JSON.stringify({ source: ['plumbline.credit-risk'] });
  const EventBusName = pipeline.eventBusName;
  await events.send(new PutRuleCommand({ Name: name, EventBusName, EventPattern }));
  const Targets = [{ Id: 'queue', Arn: Attributes!.QueueArn! }];
  await events.send(new PutTargetsCommand({ Rule: name, EventBusName, Targets }));
  const all: Heard[] = [];
  const heard = async () => {
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return all;
      all.push(...Messages.flatMap(({ Body }) => readEvent(Body!)));
      const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  };
  const stop = async () => {
    await events.send(new RemoveTargetsCommand({ Rule: name, EventBusName, Ids: ['queue'] }));
    await events.send(new DeleteRuleCommand({ Name: name, EventBusName }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  };
  return { heard, stop };
}

/** Events that are about no decision, such as ModeChanged, are nobody's here. */
function readEvent(body: string): Heard[] {
  const { 'detail-type': type, detail } = JSON.parse(body) as {
    readonly 'detail-type': string;
    readonly detail: { readonly eventId: string; readonly decision?: { readonly id: string } };
  };
  return detail.decision ? [{ type, eventId: detail.eventId, decision: detail.decision.id }] : [];
}
