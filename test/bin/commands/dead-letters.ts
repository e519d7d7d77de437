import type { SqsClient } from '../../../bin/api/sqs';

/** A queue in memory by the command's client: a page takes so many seconds. What is sent to any other is in `sent`. */
export function deadLetters(bodies: readonly unknown[], pageSeconds = 0) {
  let now = 0;
  let receipts = 0;
  const waiting = new Map(bodies.map((body, i) => [`m${i}`, { body: JSON.stringify(body), receipt: '', hiddenTo: 0 }]));
  const sent: { readonly body: string; readonly attributes: Readonly<Record<string, string>> }[] = [];
  const visible = () => [...waiting].filter(([, { hiddenTo }]) => hiddenTo <= now);
  const client: SqsClient = {
    async receive(_queue, hideSeconds) {
      now += pageSeconds;
      return visible()
        .slice(0, 10)
        .map(([MessageId, message]) => {
          message.receipt = `r${++receipts}`;
          message.hiddenTo = now + hideSeconds;
          return { MessageId, ReceiptHandle: message.receipt, Body: message.body };
        });
    },
    async send(_queue, body, attributes) {
      sent.push({ body, attributes });
      return `sent${sent.length}`;
    },
    async remove(_queue, receipt) {
      for (const [id, message] of waiting) if (message.receipt === receipt) waiting.delete(id);
    },
    async show(_queue, receipt) {
      const message = [...waiting.values()].find((one) => one.receipt === receipt);
      if (!message || message.hiddenTo <= now) throw new Error('MessageNotInflight');
      message.hiddenTo = now;
    },
  };
  return { client, sent, waiting, visible, pass: (seconds: number) => (now += seconds) };
}
