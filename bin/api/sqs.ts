import type { Address } from './address';

/** A message as it is received; a handle is good for one receipt. */
export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
}

export interface SqsClient {
  /** Up to ten messages, hidden from others for so many seconds. */
  receive(queueUrl: string, hideSeconds: number): Promise<readonly ReceivedMessage[]>;
  send(queueUrl: string, body: string, attributes: Readonly<Record<string, string>>): Promise<void>;
  remove(queueUrl: string, receipt: string): Promise<void>;
  /** Ends the hiding of a message. */
  show(queueUrl: string, receipt: string): Promise<void>;
}

/** SQS by its JSON protocol: three calls need no SDK. Throws an Error that names the call and what SQS said. */
export async function sqsClient(
  { region, credentials }: Pick<Address, 'region' | 'credentials'>,
  endpoint: string,
): Promise<SqsClient> {
  const { AwsClient } = await import('aws4fetch');
  const aws = new AwsClient({ ...credentials, region, service: 'sqs', retries: 3 });
  async function call(action: string, body: object): Promise<Record<string, unknown>> {
    const response = await aws.fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`SQS answered ${action} with ${response.status}: ${text.slice(0, 300)}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  }
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
      await call('SendMessage', { QueueUrl, MessageBody, MessageAttributes });
    },
    async show(QueueUrl, ReceiptHandle) {
      await call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    },
    async remove(QueueUrl, ReceiptHandle) {
      await call('DeleteMessage', { QueueUrl, ReceiptHandle });
    },
  };
}
