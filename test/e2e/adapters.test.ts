import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreateStateMachineCommand,
  ListExecutionsCommand,
  SendTaskFailureCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readAlarms } from '../../adapters/cloudwatch-alarms';
import { dynamoBatchStore } from '../../adapters/dynamo-batch-store';
import { dynamoDecisionStore, OPEN_INDEX } from '../../adapters/dynamo-decision-store';
import { dynamoDriftStore } from '../../adapters/dynamo-drift-store';
import { dynamoFirstRead, MODE_KEY } from '../../adapters/dynamo-first-read';
import { dynamoLeaseStore } from '../../adapters/dynamo-lease-store';
import { FIRST_MODE, setMode } from '../../core/control/mode-state';
import { dynamoMode, writeBacklog } from '../../adapters/dynamo-mode';
import { offerEvents, putEvents } from '../../adapters/events';
import { sqsReviewQueue } from '../../adapters/review-queue';
import { sfnReviewWorkflow } from '../../adapters/review-workflow';
import { s3BatchFiles } from '../../adapters/s3-batch-files';
import { inHome } from '../../local/paths';
import { batchFilesContract, batchStoreContract } from '../adapters/contracts/batches';
import { decisionStoreContract } from '../adapters/contracts/decision-store';
import { baseline, driftStoreContract } from '../adapters/contracts/drift-store';
import { leaseStoreContract } from '../adapters/contracts/lease-store';
import { reviewWorkContract } from '../adapters/contracts/review-work';
import { decidedRecord, idOf, pendingRecord } from '../core/review/loans';
import { eventsOf } from './listeners';
import { aws, creditRisk, eventually } from './stack';

const { PlumblineTables: tables } = JSON.parse(readFileSync(inHome('outputs.json'), 'utf8')) as {
  PlumblineTables: Record<'decisionsTable' | 'stateTable' | 'featureTable', string>;
};
const dynamo = new DynamoDBClient(aws);
const sqs = new SQSClient(aws);
const sfn = new SFNClient(aws);
const decisions = dynamoDecisionStore(dynamo, tables.decisionsTable);
const driftStore = dynamoDriftStore(dynamo, tables.stateTable, { baseline, windowMs: 60_000 });

/** An endpoint where nothing listens, asked once. */
const nowhere = { ...aws, endpoint: 'http://127.0.0.1:1', maxAttempts: 1 };

const put = (TableName: string, Item: Record<string, AttributeValue>) =>
  dynamo.send(new PutItemCommand({ TableName, Item }));

let serial = 0;
const newId = () => idOf(Date.now() * 1000 + 500 + ++serial);

decisionStoreContract('DynamoDB', () => decisions);
batchStoreContract('DynamoDB', () => dynamoBatchStore(dynamo, tables.stateTable), newId);
const s3 = new S3Client(aws);
batchFilesContract(
  'S3',
  () => s3BatchFiles(s3, creditRisk.batchBucket),
  async (Key, Body) => void (await s3.send(new PutObjectCommand({ Bucket: creditRisk.batchBucket, Key, Body }))),
);
leaseStoreContract('DynamoDB', () => ({
  decisions,
  leases: dynamoLeaseStore(dynamo, tables.stateTable, tables.decisionsTable),
}));
driftStoreContract('DynamoDB', () => driftStore);

/** A queue, and a state machine that sends its tasks there, as the construct's does. */
async function makeReview() {
  const QueueName = `review-${randomUUID()}`;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
  const wait = {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Parameters: { QueueUrl, MessageBody: { 'id.$': '$.id', 'taskToken.$': '$$.Task.Token' } },
    TimeoutSeconds: 60,
    End: true,
  };
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: QueueName,
      roleArn: 'arn:aws:iam::000000000000:role/review',
      definition: JSON.stringify({ StartAt: 'Wait', States: { Wait: wait } }),
    }),
  );
  return {
    queueUrl: QueueUrl!,
    stateMachineArn: stateMachineArn!,
    queue: sqsReviewQueue(sqs, QueueUrl!),
    workflow: sfnReviewWorkflow(sfn, stateMachineArn!),
  };
}

reviewWorkContract('SQS and Step Functions', makeReview);

describe('decision store on DynamoDB', () => {
  test('the index holds what is open, and nothing that is finished', async () => {
    const [open, finished] = [pendingRecord(newId()), decidedRecord(newId())];
    await decisions.create(open);
    await decisions.create(finished);
    const indexed = async () => {
      const scan = new ScanCommand({ TableName: tables.decisionsTable, IndexName: OPEN_INDEX });
      const { Items = [] } = await dynamo.send(scan);
      return [open, finished].map(({ id }) => Items.some((item) => item.id?.S === id));
    };
    expect(await indexed()).toEqual([true, true]);
    await decisions.markSent(open.id, open.toSend);
    await decisions.markSent(finished.id, finished.toSend);
    expect(await indexed()).toEqual([true, false]);
    // A truth puts what is finished back, until it has been announced.
    const truth = { label: 'good', at: finished.at, by: finished.caller };
    for (const { id } of [open, finished]) await decisions.recordTruth(id, truth);
    expect(await indexed()).toEqual([true, true]);
    for (const { id } of [open, finished]) await decisions.markSent(id, ['OutcomeRecorded']);
    expect(await indexed()).toEqual([true, false]);
  });

  test('a write that is given up, or finds nobody, throws', async () => {
    await expect(decisions.create(pendingRecord(newId()), AbortSignal.abort())).rejects.toThrow();
    const lost = dynamoDecisionStore(new DynamoDBClient(nowhere), tables.decisionsTable);
    await expect(lost.create(pendingRecord(newId()))).rejects.toThrow();
    await expect(lost.get(newId())).rejects.toThrow();
    await expect(lost.pending(1)).rejects.toThrow();
  });
});

describe('drift store on DynamoDB', () => {
  test('what was counted against another baseline is not added', async () => {
    const other = dynamoDriftStore(dynamo, tables.stateTable, {
      baseline: { ...baseline, rows: 99 },
      windowMs: 60_000,
    });
    const window = Date.parse('2026-12-01T00:00:00.000Z');
    const one = { at: 0, values: {}, route: 'automated', outcome: 'pay', reasons: [], totalMs: 1, modelMs: 1 };
    await driftStore.add(window, 0, [{ ...one, id: newId() }]);
    await other.add(window, 0, [
      { ...one, id: newId() },
      { ...one, id: newId() },
    ]);
    expect((await driftStore.seal(window)).tally.rows).toBe(1);
    expect((await other.seal(window)).tally.rows).toBe(2);
    expect((await driftStore.closed([window])).map(({ tally }) => tally.rows)).toEqual([1]);
  });

  test('what was counted before is among the others until it is retired, and adds up without its baseline', async () => {
    const before = dynamoDriftStore(dynamo, tables.stateTable, {
      baseline: { ...baseline, rows: 7 },
      windowMs: 300_000,
    });
    const window = Date.parse('2026-12-02T00:00:00.000Z');
    await before.moveCursor(window - 300_000);
    const one = {
      at: 0,
      values: { amount: 5 },
      route: 'automated',
      outcome: 'pay',
      reasons: [],
      totalMs: 1,
      modelMs: 1,
    };
    await before.add(window, 1, [{ ...one, id: newId() }]);
    const find = async () => (await driftStore.others()).find(({ usedAt }) => usedAt === window - 300_000);
    const found = (await find())!;
    expect(found.windowMs).toBe(300_000);
    const { tally } = await found.store.seal(window);
    expect([tally.rows, tally.features.amount!.moments.mean]).toEqual([1, 5]);
    await found.store.moveCursor(window);
    expect([await before.cursor(), (await find())?.usedAt]).toEqual([window, window - 300_000]);
    await driftStore.retire(found.id);
    expect([await find(), await before.cursor()]).toEqual([undefined, undefined]);
  });
});

describe('mode', () => {
  const modes = dynamoMode(dynamo, tables.stateTable);
  const remove = () =>
    dynamo.send(new DeleteItemCommand({ TableName: tables.stateTable, Key: { pk: { S: MODE_KEY } } }));
  const modeItem = (item: Record<string, AttributeValue>) => put(tables.stateTable, { pk: { S: MODE_KEY }, ...item });
  const read = async () => {
    const { mode } = await firstRead.read({ lookups: [] }, AbortSignal.timeout(5_000));
    const { mode: told, pinned } = await modes.read();
    return { status: { mode: told, pinned }, request: mode };
  };

  afterAll(remove);

  test('is normal until it is set', async () => {
    expect(await read()).toEqual({ status: { mode: 'normal', pinned: false }, request: 'normal' });
  });

  test('is what was set', async () => {
    await modeItem({ mode: { S: 'halt' }, pinned: { BOOL: true } });
    expect(await read()).toEqual({ status: { mode: 'halt', pinned: true }, request: 'halt' });
    await modeItem({ mode: { S: 'review_all' } });
    expect(await read()).toEqual({ status: { mode: 'review_all', pinned: false }, request: 'review_all' });
  });

  test('is changed by whoever saw it as it is; its change is kept, and what else is in the item too', async () => {
    await remove();
    await writeBacklog(dynamo, tables.stateTable, 7);
    const seen = await modes.read();
    expect(seen).toEqual(FIRST_MODE);
    expect(await modes.position()).toEqual({ version: 0, announced: 0 });
    const wish = { pinned: true, reason: 'fire', by: 'ann', at: '2026-11-24T09:00:00.000Z' };
    const [first, second] = (['halt', 'cautious'] as const).map((mode) => setMode(seen, { mode, ...wish }));
    expect(await modes.write(seen, first!.state, first!.change)).toBe(true);
    expect(await modes.write(seen, second!.state, second!.change)).toBe(false);
    expect(await modes.read()).toEqual(first!.state);
    expect(await modes.change(1)).toEqual(first!.change);
    const watched = { ...first!.state, watch: { ...first!.state.watch, calm: 2 } };
    expect(await modes.write(first!.state, watched)).toBe(true);
    await modes.markAnnounced(1);
    await modes.markAnnounced(0);
    expect(await modes.read()).toEqual(watched);
    expect(await modes.position()).toEqual({ version: 1, announced: 1 });
    expect(await firstRead.read({ lookups: [] }, AbortSignal.timeout(5_000))).toMatchObject({
      mode: 'halt',
      backlog: 7,
    });
    await remove();
  });

  test('one that nobody knows is as good as unread, which makes requests cautious', async () => {
    for (const mode of [{ S: 'asleep' }, { N: '1' }]) {
      await modeItem({ mode });
      expect(await read()).toEqual({ status: { mode: 'cautious', pinned: false }, request: undefined });
    }
  });
});

const firstRead = dynamoFirstRead(dynamo, {
  decisions: tables.decisionsTable,
  state: tables.stateTable,
  // Two lookups that share a table, as they may.
  features: { accounts: tables.featureTable, employer: tables.featureTable },
});

describe('first read', () => {
  const accounts = (key: string) => ({ name: 'accounts', key, fields: ['balance', 'status'] });
  const item = { id: { S: 'ann' }, balance: { N: '0.1' }, status: { S: '' }, updatedAt: { S: '2026-11-23' } };
  const inTime = () => AbortSignal.timeout(5_000);

  beforeAll(() => put(tables.featureTable, { ...item, iban: { S: 'not asked for' } }));

  test('gives what is there, and names what is missing', async () => {
    const id = newId();
    const employer = { name: 'employer', key: 'nobody', fields: ['size'] };
    expect(await firstRead.read({ lookups: [accounts('ann'), employer], id }, inTime())).toEqual({
      lookups: {
        accounts: { item: { id: 'ann', balance: 0.1, status: '', updatedAt: '2026-11-23' } },
        employer: { failed: 'missing' },
      },
      mode: 'normal',
      earlier: undefined,
    });
  });

  test('gives an earlier decision as it now stands', async () => {
    const record = pendingRecord(newId(), { modelScore: 1e-200 });
    await decisions.create(record);
    expect((await firstRead.read({ lookups: [], id: record.id }, inTime())).earlier).toStrictEqual(record);
    expect((await firstRead.read({ lookups: [] }, inTime())).earlier).toBeUndefined();
  });

  test('two lookups may ask for the same item, and for its id and time', async () => {
    const both = [accounts('ann'), { name: 'employer', key: 'ann', fields: ['status', 'id', 'updatedAt'] }];
    const { lookups } = await firstRead.read({ lookups: both }, inTime());
    expect(lookups.accounts).toEqual({ item: { id: 'ann', balance: 0.1, status: '', updatedAt: '2026-11-23' } });
    expect(lookups.employer).toEqual(lookups.accounts);
  });

  test('a number beyond whole doubles is a number all the same', async () => {
    const big = { ...item, id: { S: 'rich' }, balance: { N: '12345678901234567890.5' } };
    await put(tables.featureTable, big);
    const { lookups } = await firstRead.read({ lookups: [accounts('rich')] }, inTime());
    expect(lookups.accounts).toMatchObject({ item: { balance: 12345678901234567890.5 } });
  });

  test('a key that no item can have is missing, and costs the rest nothing', async () => {
    await put(tables.featureTable, { ...item, id: { S: 'ä'.repeat(1024) } });
    for (const [key, answer] of [
      ['ä'.repeat(1024), expect.objectContaining({ item: expect.anything() })],
      ['ä'.repeat(1024) + 'b', { failed: 'missing' }],
    ] as const) {
      const employer = { name: 'employer', key: 'ann', fields: ['status'] };
      const read = await firstRead.read({ lookups: [accounts(key), employer] }, inTime());
      expect(read).toMatchObject({ lookups: { accounts: answer, employer: { item: { id: 'ann' } } }, mode: 'normal' });
    }
  });

  test('what cannot be read is named as such: a signal that aborts, an endpoint that is not there, a lost table', async () => {
    const request = { lookups: [accounts('ann')], id: newId() };
    const state = tables.stateTable;
    const lost = { decisions: 'lost', state, features: { accounts: tables.featureTable } };
    const reads = await Promise.all([
      firstRead.read(request, AbortSignal.abort()),
      dynamoFirstRead(new DynamoDBClient(nowhere), lost).read(request, inTime()),
      dynamoFirstRead(dynamo, lost).read(request, inTime()),
    ]);
    for (const read of reads) expect(read).toEqual({ lookups: {}, mode: undefined });
  });
});

describe('review queue on SQS', () => {
  test.each(['no JSON', '{"id":7,"taskToken":"t"}', '{"id":"x"}', 'null'])(
    'a message that no workflow wrote can be taken off: %s',
    async (MessageBody) => {
      const { queue, queueUrl } = await makeReview();
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
      const task = await queue.receive(5, 60);
      expect(task).toEqual({ id: '', taskToken: '', receipt: expect.any(String) });
      await queue.hide(task!.receipt, 0);
      await queue.remove((await queue.receive(5, 60))!.receipt);
      expect(await queue.receive(0, 60)).toBeUndefined();
    },
  );
});

describe('review workflow on Step Functions', () => {
  test('a review that failed is started again, under the next name', async () => {
    const { queue, workflow, stateMachineArn } = await makeReview();
    const id = newId();
    const executions = async () => {
      const { executions: all = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
      return Object.fromEntries(all.map(({ name, status }) => [name, status]));
    };
    await workflow.start(id);
    const { taskToken, receipt } = (await queue.receive(20, 60))!;
    await queue.remove(receipt);
    await sfn.send(new SendTaskFailureCommand({ taskToken, error: 'Broken' }));
    await eventually('the failure', async () => (await executions())[id] === 'FAILED');
    await workflow.start(id);
    expect(await queue.receive(20, 60)).toMatchObject({ id });
    await workflow.start(id);
    expect(await executions()).toEqual({ [id]: 'FAILED', [`${id}-1`]: 'RUNNING' });
  });
});

describe('events on EventBridge', () => {
  const events = Array.from({ length: 23 }, (_, i) => ({ type: 'DecisionMade', detail: { eventId: `e${i}`, n: i } }));

  test('all arrive, however many', async () => {
    const pipeline = `contract-${randomUUID()}`;
    const inbox = await eventsOf(pipeline, creditRisk);
    const client = new EventBridgeClient(aws);
    expect(await offerEvents(client, creditRisk.eventBusName, pipeline, events)).toEqual(events.map(() => undefined));
    const arrived = await eventually('23 events', async () => {
      const list = await inbox();
      return list.length >= events.length && list;
    });
    const sorted = arrived
      .map(({ detail }) => detail as unknown)
      .sort((a, b) => (a as { n: number }).n - (b as { n: number }).n);
    expect(sorted).toEqual(events.map(({ detail }) => detail));
    expect(arrived[0]).toMatchObject({ source: `plumbline.${pipeline}`, 'detail-type': 'DecisionMade' });
  });

  test('a bus that cannot be reached has refused them all', async () => {
    const client = new EventBridgeClient(nowhere);
    const answers = await offerEvents(client, creditRisk.eventBusName, 'contract', events);
    expect(answers).toEqual(events.map(() => expect.any(String)));
    await expect(putEvents(client, creditRisk.eventBusName, 'contract', events)).rejects.toThrow(
      'The event bus refused 23 events',
    );
  });
});

test('alarms are read as they stand', async () => {
  const client = new CloudWatchClient(aws);
  const [high, calm] = [`high-${randomUUID()}`, `calm-${randomUUID()}`];
  for (const AlarmName of [high, calm])
    await client.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'Contract',
        MetricName: AlarmName,
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );
  await client.send(new SetAlarmStateCommand({ AlarmName: high, StateValue: 'ALARM', StateReason: 'a test' }));
  const states = await readAlarms(client, [high, calm, 'absent']);
  expect(states).toHaveLength(2);
  expect(states).toContainEqual({ name: high, state: 'ALARM', since: expect.stringMatching(/^\d{4}-.*Z$/) });
  expect(states).toContainEqual(expect.objectContaining({ name: calm, state: 'INSUFFICIENT_DATA' }));
  expect(await readAlarms(client, [])).toEqual([]);
});
