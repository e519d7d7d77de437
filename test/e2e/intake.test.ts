import { randomUUID } from 'node:crypto';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { fromItem } from '../../adapters/dynamo-decision-store';
import type { DecisionRecord } from '../../core/decision/decision';
import { inParallel } from '../../local/client';
import { plumbline } from '../bin/plumbline';
import { applications, aws, call, creditRisk, eventually, info } from './stack';

const sqs = new SQSClient(aws);
const dynamo = new DynamoDBClient(aws);
const send = (body: unknown) =>
  sqs.send(new SendMessageCommand({ QueueUrl: creditRisk.intakeQueueUrl, MessageBody: JSON.stringify(body) }));

/** What the intake has decided of these applicants. */
async function decidedBy(ids: readonly string[]): Promise<DecisionRecord[]> {
  const found: DecisionRecord[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: creditRisk.decisionsTable }))
    found.push(...Items.map(fromItem));
  return found.filter(
    ({ caller, input }) => caller === 'intake:credit-risk' && ids.includes(String(input.applicant_id)),
  );
}

async function deadLetters(): Promise<
  { code: string; body: string; receipt: string; problems: { pointer: string }[] }[]
> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: creditRisk.intakeDeadLetterQueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
    }),
  );
  return Messages.map(({ Body, ReceiptHandle }) => ({
    ...(JSON.parse(Body!) as { code: string; body: string; problems: { pointer: string }[] }),
    receipt: ReceiptHandle!,
  }));
}

const run = randomUUID();
/** What the model did not answer in time comes again after half a minute: so may what a function that starts is asked. */
const TRIED_AGAIN_MS = 90_000;

test('the same inputs come out alike by queue and by API, each once however often they are sent', async () => {
  const some = applications.slice(100, 140);
  const byApi = await inParallel(some, 6, ({ input }, i) => call('POST', '/decisions', { key: `${run}-${i}`, input }));
  await inParallel(some, 6, ({ input }, i) => send({ key: `${run}-${i}`, input }));
  await inParallel(some.slice(0, 10), 6, ({ input }, i) => send({ key: `${run}-${i}`, input }));
  const ids = some.map(({ account }) => String(account.id));
  const records = await eventually(
    'all of them',
    async () => {
      const found = await decidedBy(ids);
      return found.length >= some.length && found;
    },
    TRIED_AGAIN_MS,
  );
  expect(records).toHaveLength(some.length);
  const outcomes = (list: readonly { outcome: unknown; route: unknown; reasons: unknown; score: unknown }[]) =>
    list.map(({ outcome, route, reasons, score }) => ({ outcome, route, reasons, score }));
  const byApplicant = ids.map((id) => records.find(({ input }) => input.applicant_id === id)!);
  expect(outcomes(byApplicant)).toEqual(outcomes(byApi.map(({ body }) => body as never)));
});

test('an event reaches it by a rule, and is decided once by its id', async () => {
  const { input } = applications[141]!;
  await new EventBridgeClient(aws).send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: creditRisk.eventBusName,
          Source: 'test.web',
          DetailType: 'Application',
          Detail: JSON.stringify({ input }),
        },
      ],
    }),
  );
  const [record] = await eventually(
    'the event',
    async () => {
      const found = await decidedBy([String(input.applicant_id)]);
      return found.length > 0 && found;
    },
    TRIED_AGAIN_MS,
  );
  expect(record).toMatchObject({ caller: 'intake:credit-risk', input });
});

test('what can never be decided is put aside with the reason, until its cause is mended', async () => {
  const { input } = applications[142]!;
  await send({ key: `${run}-bad`, input: { ...input, age: 'old' } });
  await sqs.send(new SendMessageCommand({ QueueUrl: creditRisk.intakeQueueUrl, MessageBody: 'not json' }));
  const letters = await eventually(
    'both dead letters',
    async () => {
      const found = await deadLetters();
      return found.length === 2 && found;
    },
    TRIED_AGAIN_MS,
  );
  const [invalid] = letters.filter(({ code }) => code === 'INPUT_INVALID');
  expect(invalid!.problems.map(({ pointer }) => pointer)).toEqual(['/input/age']);
  expect(letters.map(({ code }) => code).sort()).toEqual(['INPUT_INVALID', 'MALFORMED_JSON']);

  const environment = {
    AWS_ACCESS_KEY_ID: info.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: info.credentials.secretAccessKey,
    AWS_REGION: info.region,
  };
  const queues = ['--from', creditRisk.intakeDeadLetterQueueUrl, '--to', creditRisk.intakeQueueUrl];
  const { code, stdout } = await plumbline(
    ['redrive', ...queues, '--code', 'INPUT_INVALID', '--json'],
    [],
    environment,
  );
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    {
      found: 2,
      redriven: 1,
      codes: { INPUT_INVALID: 1, MALFORMED_JSON: 1 },
      keys: { INPUT_INVALID: [`${run}-bad`] },
      left: {},
    },
  ]);
  // Nothing was mended, so it comes back: under the same key, and once.
  for (const { receipt } of await eventually(
    'its return',
    async () => {
      const found = await deadLetters();
      return found.some((letter) => letter.code === 'INPUT_INVALID') && found;
    },
    TRIED_AGAIN_MS,
  ))
    await sqs.send(new DeleteMessageCommand({ QueueUrl: creditRisk.intakeDeadLetterQueueUrl, ReceiptHandle: receipt }));
});
