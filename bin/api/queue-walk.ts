import type { ReceivedMessage, SqsClient } from './sqs';

/** Long enough to look at all of most queues, and soon over if this is interrupted. */
const HIDE_SECONDS = 120;
/** SQS hides no longer. */
const MOST_HIDE_SECONDS = 12 * 60 * 60;

/** One look at all messages of a queue. Those that are not removed are hidden from others until they are released. */
export class QueueWalk {
  /** Receipts by message, of those that were not removed. */
  private readonly staying = new Map<string, string>();

  constructor(
    private readonly sqs: SqsClient,
    private readonly queueUrl: string,
  ) {}

  /** Each message once, however often the queue gives it out. */
  async *messages(): AsyncGenerator<ReceivedMessage, void, undefined> {
    const seen = new Set<string>();
    let hideSeconds = HIDE_SECONDS;
    for (;;) {
      const page = await this.sqs.receive(this.queueUrl, hideSeconds);
      if (page.length === 0) return;
      for (const { MessageId, ReceiptHandle } of page) this.staying.set(MessageId, ReceiptHandle);
      const fresh = page.filter(({ MessageId }) => !seen.has(MessageId));
      // The queue is so large that what was hidden first is there again, and may stand before what was never seen.
      if (fresh.length === 0) hideSeconds = Math.min(2 * hideSeconds, MOST_HIDE_SECONDS);
      for (const message of fresh) {
        seen.add(message.MessageId);
        yield message;
      }
    }
  }

  async remove({ MessageId, ReceiptHandle }: ReceivedMessage): Promise<void> {
    await this.sqs.remove(this.queueUrl, ReceiptHandle);
    this.staying.delete(MessageId);
  }

  /** Shows what stays to the next who looks. */
  async release(): Promise<void> {
    // A receipt that is out of date is of a message that can be seen; any other can be soon.
    for (const receipt of this.staying.values()) await this.sqs.show(this.queueUrl, receipt).catch(() => undefined);
  }
}
