import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { inParallel } from '../../local/client';
import { functionProcesses } from './kill';
import { cutOff } from './stream';
import { applications, aws, call, callAsOther, creditRisk, eventually } from './stack';

const s3 = new S3Client(aws);
const Bucket = creditRisk.batchBucket;

async function upload(name: string, lines: readonly string[]): Promise<string> {
  const Key = `in/${name}.jsonl`;
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: lines.join('\n') }));
  return `s3://${Bucket}/${Key}`;
}

async function rowsOf(uri: string): Promise<Record<string, unknown>[]> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: uri.replace(`s3://${Bucket}/`, '') }));
  const text = await Body!.transformToString();
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const ended = (id: string) =>
  eventually(
    'the batch to end',
    async () => {
      const { body } = await call('GET', `/batches/${id}`);
      return body.status !== 'running' && body;
    },
    120_000,
  );

const outcome = ({ outcome: chosen, route, reasons, score }: Record<string, unknown>) => ({
  outcome: chosen,
  route,
  reasons,
  score,
});

test('the same inputs come out alike by file and by API, each line once, and bad lines are named', async () => {
  const some = applications.slice(420, 480);
  const byApi = await inParallel(some, 6, ({ input }) => call('POST', '/decisions', { input }));
  const lines = some.map(({ input }) => JSON.stringify({ input }));
  const input = await upload('alike', [
    ...lines.slice(0, 30),
    'nonsense',
    '',
    '{"input":{"age":5}}',
    ...lines.slice(30),
  ]);
  const started = await call('POST', '/batches', { input });
  expect([started.status, started.body.status]).toEqual([202, 'running']);
  const { id } = started.body as { id: string };
  const batch = await ended(id);
  expect(batch).toMatchObject({ status: 'succeeded', total: 62, done: 60, failed: 2 });

  const results = await rowsOf(batch.resultsUri as string);
  expect(results.map(({ line }) => line)).toEqual([...some.keys()].map((i) => (i < 30 ? i + 1 : i + 4)));
  expect(results.map(outcome)).toEqual(byApi.map(({ body }) => outcome(body)));
  const errors = await rowsOf(batch.errorsUri as string);
  expect(errors).toMatchObject([
    { line: 31, code: 'MALFORMED_JSON' },
    { line: 33, code: 'INPUT_INVALID', problems: expect.arrayContaining([expect.anything()]) },
  ]);
  // What was decided is the caller's, and in the records.
  const one = await call('GET', `/decisions/${String(results[0]!.id)}`);
  expect([one.status, one.body.input]).toEqual([200, some[0]!.input]);
  // The same file again is the same batch, done.
  const again = await call('POST', '/batches', { input });
  expect(again.body).toEqual(batch);
  expect((await callAsOther('GET', `/batches/${id}`)).status).toBe(404);
});

test('survives that its work is killed and its messages are lost, half-way: asked again, it goes on', async () => {
  const lines = applications.slice(0, 400).map(({ input }, i) => JSON.stringify({ key: `half-${i}`, input }));
  const input = await upload('half-way', lines);
  const { body } = await call('POST', '/batches', { input });
  const id = body.id as string;
  await eventually('some of it to be done', async () => Number((await call('GET', `/batches/${id}`)).body.done) > 0);
  const restore = await cutOff(creditRisk, 'Chunks');
  const sqs = new SQSClient(aws);
  try {
    const pids = functionProcesses(creditRisk, 'Chunks');
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    const QueueUrl = QueueUrls.find((url) => url.includes(creditRisk.stackName) && url.includes('Jobs'));
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  } finally {
    await restore();
  }
  const half = Number((await call('GET', `/batches/${id}`)).body.done);
  await call('POST', '/batches', { input });
  const batch = await ended(id);
  expect(batch).toMatchObject({ status: 'succeeded', total: 400, done: 400, failed: 0 });
  expect(half).toBeLessThanOrEqual(400);
  const results = await rowsOf(batch.resultsUri as string);
  expect(results.map(({ key }) => key)).toEqual(lines.map((_, i) => `half-${i}`));
  expect(new Set(results.map((row) => row.id)).size).toBe(400);
});

test.each([
  ['s3://somewhere-else/in/a.jsonl', 'LOCATION'],
  [`s3://${Bucket}/in/not-there.jsonl`, 'NO_SUCH_FILE'],
])('%s is refused', async (input, code) => {
  const { status, body } = await call('POST', '/batches', { input });
  expect([status, body.problems[0].code]).toEqual([422, code]);
});
