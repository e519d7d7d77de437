import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { decideRequest } from '../../core/decision/decide-request';
import { letterText } from '../../core/intake/dead-letter';
import { type IntakePorts, takeMessages } from '../../core/intake/intake';
import { loadArms } from '../_runtime/arm';
import { loadValidator } from '../_runtime/artifact';
import { decidePorts } from '../_runtime/decide-ports';
import { logInfo } from '../_runtime/log';
import { logReturn } from '../_runtime/log-return';
import { loadPipeline } from '../_runtime/pipeline';
import { requestReader } from '../_runtime/queued-request';
import { readEnv } from '../_runtime/read-env';
import { refuseBroken } from '../_runtime/refuse-broken';
import { systemClock } from '../_runtime/system-clock';
import { INTAKE_ENV } from './env';

const env = readEnv(INTAKE_ENV);
const pipeline = loadPipeline();
const { name } = pipeline.definition;
const [validator, decide] = await Promise.all([loadValidator(), decidePorts(pipeline, env)]);
const sqs = new SQSClient({});
/** A batch has ten messages; their rows share a call. */
const arms = loadArms(pipeline, env, { waitMs: 20, most: 10 });

/** Messages of the intake queue → decisions. What it names comes again; the rest is done. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const startedAt = systemClock.now();
  const errors: unknown[] = [];
  const ports: IntakePorts = {
    read: requestReader(name, validator),
    original: (id) => decide.store.get(id),
    decide: (request) => decideRequest(arms, decide, { ...request, startedAt }),
    async bury(letter) {
      logInfo('poison message', { messageId: letter.messageId, code: letter.code });
      const MessageBody = letterText(letter);
      await sqs.send(new SendMessageCommand({ QueueUrl: env.deadLetterQueue, MessageBody }));
    },
    later(messageId, error) {
      logReturn('message comes again', error, { messageId });
      errors.push(error);
    },
  };
  const messages = event.Records.map(({ messageId, body, attributes, messageAttributes }) => ({
    messageId,
    body,
    receiveCount: Number(attributes.ApproximateReceiveCount),
    formerKey: messageAttributes?.plumblineKey?.stringValue,
    replayOf: messageAttributes?.plumblineReplayOf?.stringValue,
  }));
  const again = await takeMessages(ports, name, messages);
  refuseBroken(messages.length, errors);
  return { batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) };
}
