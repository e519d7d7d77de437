import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  RestoreTableToPointInTimeCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { fromItem } from '../../adapters/dynamo-decision-store';
import type { DecisionRecord } from '../../core/decision/decision';
import { inParallel } from '../../local/client';
import { CREDIT } from '../bin/plumbline';
import { run, runAlone } from './commands';
import { applications, aws, call, creditRisk, eventually, withFault } from './stack';

const dynamo = new DynamoDBClient(aws);
const reason = ['--reason', 'request 4711'];

async function records(table = creditRisk.decisionsTable): Promise<DecisionRecord[]> {
  const found: DecisionRecord[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: table }))
    found.push(...Items.map(fromItem));
  return found;
}

const read = async (id: string) => (await call('GET', `/decisions/${id}`)).body;
/** What the stream has to do with a decision is done. */
const settled = (id: string) =>
  eventually('its events to be sent', async () =>
    (await records()).some((record) => record.id === id && record.toSend.length === 0),
  );

test('a person is forgotten: what their decisions said is gone, that they were made is not', async () => {
  const { input } = applications[490]!;
  const body = { key: 'forget-me', input };
  const made = await call('POST', '/decisions', body);
  const pending = await call('POST', '/decisions', { input: { ...input, credit_amount: 15_500 } });
  const other = await call('POST', '/decisions', { input: applications[491]!.input });
  expect([made.body.status, pending.body.status]).toEqual([expect.any(String), 'pending_review']);
  await settled(pending.body.id as string);

  const who = `input.applicant_id == '${String(input.applicant_id)}'`;
  const args = [who, ...reason, '--definition', CREDIT];
  expect((await run('forget', ...args, '--dry-run')).body).toMatchObject({ forgotten: 0 });
  const { matched, forgotten } = (await run('forget', ...args)).body;
  expect([forgotten, Number(matched) >= 2]).toEqual([matched, true]);
  expect((await run('forget', ...args)).body).toMatchObject({ matched: 0 });

  const now = await read(made.body.id as string);
  expect(now).toMatchObject({ outcome: made.body.outcome, score: null, forgotten: { at: expect.any(String) } });
  for (const gone of ['input', 'features', 'explanation']) expect(now).not.toHaveProperty(gone);
  expect(JSON.stringify((await records()).filter(({ id }) => id === made.body.id))).not.toContain(input.applicant_id);
  expect(await read(pending.body.id as string)).toMatchObject({ status: 'resolved', route: 'safe_default' });
  expect((await read(other.body.id as string)).input).toEqual(applications[491]!.input);
  // The key still names it.
  const again = await call('POST', '/decisions', body);
  expect([again.status, again.body.id]).toEqual([200, made.body.id]);
});

test('what is missing comes back from a restored table, and who was forgotten does not', async () => {
  const [lost, erased, kept] = await inParallel(applications.slice(492, 495), 3, async ({ input }) => {
    const { body } = await call('POST', '/decisions', { input });
    await settled(body.id as string);
    return body.id as string;
  });
  const restored = `restored-${Date.now()}`;
  const SourceTableName = creditRisk.decisionsTable;
  await dynamo.send(
    new UpdateContinuousBackupsCommand({
      TableName: SourceTableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
  await dynamo.send(
    new RestoreTableToPointInTimeCommand({
      SourceTableName,
      TargetTableName: restored,
      UseLatestRestorableTime: true,
    }),
  );
  const copied = (await records(restored)).length;
  const before = await read(lost!);
  expect((await run('forget', erased!, ...reason, '--definition', CREDIT)).body).toMatchObject({ forgotten: 1 });
  for (const id of [lost!, erased!])
    await dynamo.send(new DeleteItemCommand({ TableName: creditRisk.decisionsTable, Key: { id: { S: id } } }));
  expect((await call('GET', `/decisions/${lost}`)).status).toBe(404);

  const dry = await run('restore', restored, '--definition', CREDIT, '--dry-run');
  expect(dry.body).toMatchObject({ read: copied, restored: 1, forgotten: 1 });
  const { code, body } = await run('restore', restored, '--definition', CREDIT);
  expect([code, body]).toEqual([0, { read: copied, restored: 1, there: copied - 2, forgotten: 1, unreadable: 0 }]);
  expect(await read(lost!)).toEqual(before);
  expect(await read(erased!)).toMatchObject({ forgotten: { at: expect.any(String) } });
  expect((await read(kept!)).forgotten).toBeUndefined();
});

test('a record that the stream’s consumers cannot read is put aside, and brought back once it can be read', async () => {
  const { body } = await call('POST', '/decisions', { input: applications[496]!.input });
  const id = body.id as string;
  await settled(id);
  // Somebody breaks it: what it was is told from its image.
  const Key = { id: { S: id } };
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: creditRisk.decisionsTable, Key }));
  await dynamo.send(
    new UpdateItemCommand({
      TableName: creditRisk.decisionsTable,
      Key,
      UpdateExpression: 'SET #mode = :broken, openShard = :shard, toSend = :events',
      ExpressionAttributeNames: { '#mode': 'mode' },
      ExpressionAttributeValues: {
        ':broken': { S: 'broken' },
        ':shard': { S: '0' },
        ':events': { L: [{ S: 'DecisionMade' }] },
      },
    }),
  );
  const stream = [
    ...['--from', creditRisk.deadLetterQueueUrl, '--table', creditRisk.decisionsTable],
    ...['--dispatch', creditRisk.dispatchFunction, '--observe', creditRisk.observeFunction],
  ];
  const redrive = (...args: string[]) => runAlone('redrive', '--stream', ...stream, ...args);
  await eventually('the dead letter', async () => (await redrive('--dry-run')).body.found === 1);
  // It still cannot be read: it goes round once, and stays.
  expect((await redrive()).body).toMatchObject({ redriven: 1 });
  await dynamo.send(new PutItemCommand({ TableName: creditRisk.decisionsTable, Item }));
  const { code, body: done } = await redrive();
  expect([code, done]).toEqual([0, { found: 1, redriven: 1, left: {} }]);
  expect((await redrive('--dry-run')).body).toMatchObject({ found: 0 });
});

test('what had to do without the model is decided again, once, for those who asked', async () => {
  // The heuristic declines them; by the model, some are fine.
  const heavy = applications
    .filter(
      ({ input }) => Number(input.credit_amount) / Number(input.duration) > 600 && Number(input.credit_amount) < 8_000,
    )
    .slice(0, 16);
  // Among many others, as on any day: alone in their minute they would be drift.
  const others = (from: number) =>
    inParallel(applications.slice(from, from + 80), 6, ({ input }) => call('POST', '/decisions', { input }));
  await others(530);
  const since = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const made = await withFault({ kind: 'fail' }, () =>
    inParallel(heavy, 4, ({ input }) => call('POST', '/decisions', { input })),
  );
  const stopgaps = made.filter(({ body }) => body.route === 'heuristic').map(({ body }) => body.id as string);
  const args = [CREDIT, '--since', since];
  const dry = (await run('replay', ...args)).body as { matrix: { from: string; to: string }[]; sent: number };
  expect(dry.sent).toBe(0);
  const list = (await run('replay', ...args)).body as { first: { id: string; to: string }[] };
  const changing = list.first.filter(({ id }) => stopgaps.includes(id));
  expect(changing.length).toBeGreaterThan(0);

  const to = ['--to', creditRisk.intakeQueueUrl];
  await run('replay', ...args, ...to, '--apply');
  const replays = await eventually('the replays', async () => {
    const found = (await records()).filter(({ replayOf }) => changing.some(({ id }) => id === replayOf));
    return found.length === changing.length && found;
  });
  for (const { id, to: expected } of changing) {
    const replay = replays.find(({ replayOf }) => replayOf === id)!;
    expect(replay.route === 'review' ? 'review' : replay.outcome).toBe(expected);
    expect(await read(replay.id)).toMatchObject({ replayOf: id });
  }
  const again = (await run('replay', ...args, ...to, '--apply')).body as { sent: number; left: object };
  expect(again.sent).toBe(0);
  expect(again.left).toMatchObject({ REPLAYED: changing.length });
  await others(610);
  // Circuits that opened are closed again for the tests that follow.
  await eventually('the circuits to close', async () => {
    const some = await inParallel(applications.slice(512, 524), 6, ({ input }) =>
      call('POST', '/decisions', { input }),
    );
    return some.every(({ body }) => body.score !== null);
  });
});
