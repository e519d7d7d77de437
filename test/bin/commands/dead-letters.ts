import type { SqsClient } from '../../../bin/api/sqs';

/** A queue in memory by the command's client: what was sent to any other is in `sent`. */
export function deadLetters(...bodies: unknown[]) {
  const waiting = new Map(bodies.map((body, i) => [`m${i}`, { body: JSON.stringify(body), hidden: false }]));
  const sent: { readonly body: string; readonly attributes: Readonly<Record<string, string>> }[] = [];
  const client: SqsClient = {
    async receive() {
      const page = [...waiting].filter(([, { hidden }]) => !hidden).slice(0, 10);
      for (const [, message] of page) message.hidden = true;
      return page.map(([MessageId, { body }]) => ({ MessageId, ReceiptHandle: MessageId, Body: body }));
    },
    async send(_queue, body, attributes) {
      sent.push({ body, attributes });
    },
    async remove(_queue, receipt) {
      waiting.delete(receipt);
    },
    async show(_queue, receipt) {
      waiting.get(receipt)!.hidden = false;
    },
  };
  return { client, sent, waiting };
}
