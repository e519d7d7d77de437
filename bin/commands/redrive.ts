import { parseArgs } from 'node:util';
import type { DeadLetter } from '../../core/intake/dead-letter';
import { QueueWalk } from '../api/queue-walk';
import { findQueues } from '../api/queues';
import { type ReceivedMessage, type SqsClient, sqsClient } from '../api/sqs';
import { type RedriveResult, leftText, noSuchCode, redriveText } from '../report/redrive-text';
import { type StreamResult, redriveStream } from './redrive-stream';
import { type Command, UsageError } from './usage';

export const redriveCommand: Command = {
  summary: 'Bring back what lies in a dead-letter queue',
  help: `Usage: plumbline redrive [--pipeline <name> | --from <url> --to <url>] [--code <code>] [--dry-run] [--json]
       plumbline redrive --stream [--pipeline <name> | --from <url> --table … --dispatch … --observe …] [--dry-run]

Messages that the intake could not decide lie in its dead-letter queue, each with the reason. Once the cause is mended
(a wider schema, a feature that is there now), this puts them back, under the idempotency keys they had: what has been
decided after all is not decided again. Each is put back before it is removed, so none is lost if this is interrupted.
Those without a body stay: only their sender can send them again.

With --stream it is the other queue: records that a consumer of the decisions' stream could not read. Once they can be
read, the consumer is given them again, as they stand: it starts nothing twice and counts nothing twice.

  --code <code>        only those with this reason, such as INPUT_INVALID; the others stay. If none has it, the exit
                       code is 1
  --dry-run            tell how many there are by reason and which would be put back, and put none back
  --from <url>         the dead-letter queue (output IntakeDeadLetterQueueUrl), asked with the AWS credentials of the
                       environment; default: that of \`npm start\`, from .plumbline/local.json
  --to <url>           the intake queue (output IntakeQueueUrl)
  --stream             the dead-letter queue of the stream: --from is then the output DeadLetterQueueUrl
  --table <name>       with --stream: the decisions table (output DecisionsTable)
  --dispatch <name>    with --stream: the function (output DispatchFunction)
  --observe <name>     with --stream: the function (output ObserveFunction)
  --pipeline <name>    which of the pipelines in .plumbline/local.json; default: the only one
  --json               print { "found", "redriven", "codes", "keys", "left" }, or { "found", "redriven", "left" }
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        pipeline: { type: 'string' },
        code: { type: 'string' },
        stream: { type: 'boolean', default: false },
        table: { type: 'string' },
        dispatch: { type: 'string' },
        observe: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    if (positionals.length > 0) throw new UsageError(this.help);
    if (values.stream) {
      const { result, walk } = await redriveStream(values, values['dry-run']);
      process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : streamText(result, values['dry-run']));
      await walk.release();
      return Object.keys(result.left).length > 0 ? 1 : 0;
    }
    const queues = findQueues(values, process.env, process.cwd());
    const sqs = await sqsClient(queues, queues.endpoint);
    const walk = new QueueWalk(sqs, queues.from);
    const result = await redrive(sqs, walk, queues.to, { code: values.code, dryRun: values['dry-run'] });
    const refused = values.code === undefined ? undefined : noSuchCode(values.code, result);
    if (refused !== undefined) process.stderr.write(refused);
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else if (refused === undefined) process.stdout.write(redriveText(result, values['dry-run']));
    await walk.release();
    return refused === undefined ? 0 : 1;
  },
};

/** Puts messages back into the intake queue under the keys they had, and in the place of the decisions they were for. */
export async function redrive(
  sqs: SqsClient,
  walk: QueueWalk,
  to: string,
  { code, dryRun }: { readonly code: string | undefined; readonly dryRun: boolean },
): Promise<RedriveResult> {
  const putBack = new Set<string>();
  const codes: Record<string, number> = {};
  const keys: Record<string, string[]> = {};
  const left: Record<string, number> = {};
  const count = (counts: Record<string, number>, name: string) => (counts[name] = (counts[name] ?? 0) + 1);
  let found = 0;
  for await (const message of walk.messages()) {
    const letter = readLetter(message);
    // What was put back and is poison still comes again: it must not go round for ever.
    if (letter && putBack.has(letter.messageId)) continue;
    found++;
    count(codes, letter?.code ?? 'UNREADABLE');
    if (letter?.body === undefined) count(left, letter ? 'NO_BODY' : 'UNREADABLE');
    if (letter?.body === undefined || (code !== undefined && letter.code !== code)) continue;
    const { key, replayOf, body } = letter;
    (keys[letter.code] ??= []).push(key);
    if (dryRun) continue;
    const messageId = await sqs.send(to, body, {
      plumblineKey: key,
      ...(replayOf === undefined ? {} : { plumblineReplayOf: replayOf }),
    });
    await walk.remove(message);
    putBack.add(messageId);
  }
  return { found, redriven: putBack.size, codes, keys, left };
}

function readLetter({ Body }: ReceivedMessage): DeadLetter | undefined {
  try {
    const letter = JSON.parse(Body) as Partial<DeadLetter>;
    const { code, key, replayOf = '', body = '' } = letter;
    const texts = [code, key, replayOf, body];
    return texts.every((value) => typeof value === 'string') ? (letter as DeadLetter) : undefined;
  } catch {
    return undefined;
  }
}

function streamText({ found, redriven, left }: StreamResult, dryRun: boolean): string {
  const done = dryRun ? 'none given again: a dry run' : `${redriven} given again`;
  return [`${found} in the dead-letter queue, ${done}`, ...leftText(left), ''].join('\n');
}
