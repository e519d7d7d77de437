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
      return { ...readTask(message.Body), receipt: message.ReceiptHandle! };
    },
    async hide(receipt, seconds) {
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: seconds }),
      );
    },
    async remove(receipt) {
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
    },
  };
}

/** What the workflow wrote; empty texts where it is not readable, so that the message can be taken off. */
function readTask(body = ''): { readonly id: string; readonly taskToken: string } {
  try {
    const { id, taskToken } = JSON.parse(body) as Record<string, unknown>;
    if (typeof id === 'string' && typeof taskToken === 'string') return { id, taskToken };
  } catch {
    // Not JSON: nothing that a workflow wrote.
  }
  return { id: '', taskToken: '' };
}
