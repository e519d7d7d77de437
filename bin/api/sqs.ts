import type { Address } from './address';
import { jsonService } from './aws-json';

/** A message as it is received; a handle is good for one receipt. */
export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
}

export interface SqsClient {
  /** Up to ten messages, hidden from others for so many seconds. */
  receive(queueUrl: string, hideSeconds: number): Promise<readonly ReceivedMessage[]>;
  /** Gives the message's id. */
  send(queueUrl: string, body: string, attributes: Readonly<Record<string, string>>): Promise<string>;
  remove(queueUrl: string, receipt: string): Promise<void>;
  /** Ends the hiding of a message. */
  show(queueUrl: string, receipt: string): Promise<void>;
}

export async function sqsClient(
  address: Pick<Address, 'region' | 'credentials'>,
  endpoint: string,
): Promise<SqsClient> {
  const { call } = await jsonService('sqs', address, endpoint);
  return {
    async receive(QueueUrl, VisibilityTimeout) {
      const found = await call('ReceiveMessage', {
        QueueUrl,
        VisibilityTimeout,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
      });
      return (found.Messages ?? []) as ReceivedMessage[];
    },
    async send(QueueUrl, MessageBody, attributes) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      );
      const { MessageId } = await call('SendMessage', { QueueUrl, MessageBody, MessageAttributes });
      return String(MessageId);
    },
    async show(QueueUrl, ReceiptHandle) {
      await call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    },
    async remove(QueueUrl, ReceiptHandle) {
      await call('DeleteMessage', { QueueUrl, ReceiptHandle });
    },
  };
}
