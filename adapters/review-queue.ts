import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { ReviewQueue } from '../core/review/ports';

/** The review queue on SQS; its messages are written by the review workflow. */
export function sqsReviewQueue(client: SQSClient, queueUrl: string): ReviewQueue {
  return {
    async receive(waitSeconds, hideSeconds) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 1,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: hideSeconds,
        }),
      );
      const message = Messages[0];
      if (!message) return undefined;
      const { id, taskToken } = JSON.parse(message.Body ?? '{}') as { id: string; taskToken: string };
      return { id, taskToken, receipt: message.ReceiptHandle! };
    },
    async hide(receipt, seconds) {
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: seconds }));
    },
    async remove(receipt) {
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
    },
  };
}
