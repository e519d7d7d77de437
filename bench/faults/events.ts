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
import type { FaultStack } from './stack';

/** Listens to the pipeline's events from now on, until it is told to stop. */
export async function listen({ aws, pipeline }: FaultStack): Promise<{
  /** The ids of the events that have come so far, as often as they did. */
  heard(): Promise<readonly string[]>;
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
  const ids: string[] = [];
  const heard = async () => {
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return ids;
      for (const { Body } of Messages) ids.push((JSON.parse(Body!) as { detail: { eventId: string } }).detail.eventId);
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
