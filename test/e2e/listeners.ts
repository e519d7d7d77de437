import { randomUUID } from 'node:crypto';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { PipelineInfo } from '../../local/local-info';
import { aws } from './stack';

/** What has arrived so far; ask again for more. */
export type Inbox = () => Promise<readonly string[]>;

const sqs = new SQSClient(aws);

async function makeQueue(): Promise<{ readonly arn: string; readonly inbox: Inbox }> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `listener-${randomUUID()}` }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const bodies: string[] = [];
  const inbox = async () => {
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return bodies;
      bodies.push(...Messages.map(({ Body }) => Body!));
      await sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl,
          Entries: Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
        }),
      );
    }
  };
  return { arn: Attributes!.QueueArn!, inbox };
}

/** A pipeline's event as EventBridge delivers it. */
export interface PipelineEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: {
    readonly eventId: string;
    readonly decision: Readonly<Record<string, unknown>> & { readonly id: string };
    readonly truth?: unknown;
  };
}

/** Listens to a pipeline's events from now on. */
export async function eventsOf(pipelineName: string, { eventBusName }: PipelineInfo) {
  const { arn, inbox } = await makeQueue();
  const events = new EventBridgeClient(aws);
  const Name = `listener-${randomUUID()}`;
  const EventPattern = JSON.stringify({ source: [`plumbline.${pipelineName}`] });
  await events.send(new PutRuleCommand({ Name, EventBusName: eventBusName, EventPattern }));
  await events.send(
    new PutTargetsCommand({ Rule: Name, EventBusName: eventBusName, Targets: [{ Id: 'queue', Arn: arn }] }),
  );
  return async (): Promise<PipelineEvent[]> => (await inbox()).map((body) => JSON.parse(body) as PipelineEvent);
}

/** Listens to what on-call is told from now on. */
export async function onCallMessages({ alarmTopicArn }: PipelineInfo) {
  const { arn, inbox } = await makeQueue();
  await new SNSClient(aws).send(
    new SubscribeCommand({ TopicArn: alarmTopicArn, Protocol: 'sqs', Endpoint: arn, ReturnSubscriptionArn: true }),
  );
  return async () =>
    (await inbox()).map((body) => JSON.parse(body) as { readonly Subject: string; readonly Message: string });
}
