import { memoryBatchFiles, memoryBatchJobs, memoryBatchStore } from '../../../adapters/memory-batches';
import {
  type Batch,
  type BatchJob,
  batchId,
  firstCut,
  outputKey,
  presentBatch,
  readBatchRequest,
} from '../../../core/batch/batch';
import { type WorkPorts, work } from '../../../core/batch/work';
import type { DecideRequest, DecideResult } from '../../../core/decision/decide-request';
import type { InputProblem } from '../../../core/input/validate';
import { randomOf } from '../../../core/random';
import { decidedRecord } from '../review/loans';

const BUCKET = 'bucket';

/** A file with good lines, lines with keys, blank ones and bad ones. */
const lineOf = (n: number): string =>
  n % 50 === 7 ? '' : n % 40 === 3 ? 'nonsense' : JSON.stringify({ ...(n % 5 === 0 ? { key: `k${n}` } : {}), n });

async function setUp(text: string, { toleratedFailures = 1, crash = (): boolean => false } = {}) {
  const files = memoryBatchFiles();
  const batches = memoryBatchStore();
  const jobs = memoryBatchJobs();
  const file = files.put('in/loans.jsonl', text);
  const id = batchId('loans', 'me', file);
  const batch: Batch = {
    id,
    caller: 'me',
    file,
    at: file.modifiedAt,
    status: 'running',
    toleratedFailures,
    chunksDone: 0,
    done: 0,
    failed: 0,
  };
  await batches.create(batch);
  const decided = new Map<string, number>();
  const pauses: number[] = [];
  let answer: (request: Omit<DecideRequest, 'startedAt'>) => DecideResult = ({ input }) => ({
    kind: 'decided',
    record: decidedRecord(undefined, { score: Number(input.n) }),
  });
  const ports: WorkPorts = {
    batches: crashing(batches, crash),
    files: crashing(files, crash),
    jobs: crashing(jobs, crash),
    clock: { now: () => 0 },
    pause: async (ms) => void pauses.push(ms),
    read(line) {
      if (!line.startsWith('{')) return { poison: { code: 'MALFORMED_JSON' } };
      const { key, ...input } = JSON.parse(line) as { key?: string; n: number };
      return { ...(key ? { key } : {}), input };
    },
    async decide(request) {
      decided.set(request.key!, (decided.get(request.key!) ?? 0) + 1);
      return answer(request);
    },
  };
  return {
    id,
    batches,
    files,
    jobs,
    ports,
    decided,
    pauses,
    answering: (by: typeof answer) => (answer = by),
    output: (name: 'results' | 'errors') => files.readText(outputKey(id, name)),
    standing: async () => presentBatch((await batches.get(id))!, BUCKET),
  };
}

/** Ports whose calls may be lost before they did anything, or after they did everything. */
function crashing<T extends object>(port: T, crash: () => boolean): T {
  return Object.fromEntries(
    Object.entries(port).map(([name, call]) => [
      name,
      typeof call !== 'function'
        ? call
        : async (...args: unknown[]) => {
            if (crash()) throw new Error('crash before');
            const result: unknown = await (call as (...a: unknown[]) => unknown)(...args);
            if (crash()) throw new Error('crash after');
            return result;
          },
    ]),
  ) as T;
}

/** Does what is waiting, in an order of the caller's, until nothing is; what fails comes again, and some comes twice. */
async function run(
  { ports, jobs }: Awaited<ReturnType<typeof setUp>>,
  draw: () => number = () => 0,
  most = 5_000,
): Promise<number> {
  let failures = 0;
  for (let n = 0; jobs.waiting.length > 0; n++) {
    if (n > most) throw new Error('It never ends.');
    const [job] = jobs.waiting.splice(Math.floor(draw() * jobs.waiting.length), 1);
    if (draw() > 0.9) jobs.waiting.push(job!);
    await work(ports, job!).catch(() => {
      failures++;
      jobs.waiting.push(job!);
    });
  }
  return failures;
}

const LINES = 1_234;
const text = Array.from({ length: LINES }, (_, n) => `${lineOf(n)}\n`).join('');
const expected = Array.from({ length: LINES }, (_, n) => ({ n, line: n + 1, text: lineOf(n) }));
const good = expected.filter((one) => one.text.startsWith('{'));
const bad = expected.filter((one) => one.text === 'nonsense');

test('decides every line, and leaves what came of each in the order of the file', async () => {
  const batch = await setUp(text);
  batch.jobs.waiting.push(firstCut(batch.id));
  expect(await run(batch)).toBe(0);
  expect(await batch.standing()).toEqual({
    id: batch.id,
    status: 'succeeded',
    total: good.length + bad.length,
    done: good.length,
    failed: bad.length,
    resultsUri: `s3://bucket/out/${batch.id}/results.jsonl`,
    errorsUri: `s3://bucket/out/${batch.id}/errors.jsonl`,
  });
  const rows = (output: string) =>
    output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(rows(await batch.output('results')).map(({ line, score }) => [line, score])).toEqual(
    good.map(({ line, n }) => [line, n]),
  );
  expect(rows(await batch.output('results'))[4]).toMatchObject({ key: 'k5', outcome: 'approve', status: 'decided' });
  expect(rows(await batch.output('errors'))).toEqual(bad.map(({ line }) => ({ line, code: 'MALFORMED_JSON' })));
  expect([...batch.decided.keys()].sort()).toEqual(
    good.map(({ n, line }) => (n % 5 === 0 ? `k${n}` : `${batch.id}:${line}`)).sort(),
  );
});

test('the same comes out whatever crashes, comes twice or comes in another order', async () => {
  const calm = await setUp(text);
  calm.jobs.waiting.push(firstCut(calm.id));
  await run(calm);
  const outputs = [await calm.output('results'), await calm.output('errors')];
  for (let seed = 1; seed <= 30; seed++) {
    const draw = randomOf(seed);
    const batch = await setUp(text, { crash: () => draw() < 0.04 });
    batch.jobs.waiting.push(firstCut(batch.id));
    expect(await run(batch, draw)).toBeGreaterThan(0);
    expect(await batch.standing()).toEqual(await calm.standing());
    expect([await batch.output('results'), await batch.output('errors')]).toEqual(outputs);
  }
});

describe('a file that takes two jobs to join', () => {
  // More chunks than are read at once, of more than a part holds.
  const many = Array.from({ length: 2_050 }, (_, n) => `${JSON.stringify({ n })}\n`).join('');
  const reasons = [{ code: 'R', detail: 'x'.repeat(5_000) }];

  /** `before` is called with the first of the jobs that are about to be sent. */
  async function join(before: (next: BatchJob | undefined, files: WorkPorts['files']) => Promise<void>) {
    const batch = await setUp(many);
    batch.answering(() => ({ kind: 'decided', record: decidedRecord(undefined, { reasons }) }));
    let now = 0;
    const ports: WorkPorts = {
      ...batch.ports,
      clock: { now: () => (now += 30_000) },
      jobs: { send: (jobs) => before(jobs[0], batch.files).then(() => batch.jobs.send(jobs)) },
    };
    batch.jobs.waiting.push(firstCut(batch.id));
    const failures = await run({ ...batch, ports });
    expect(await batch.standing()).toMatchObject({ status: 'succeeded', done: 2_050 });
    expect((await batch.output('results')).match(/\n/g)).toHaveLength(2_050);
    return failures;
  }

  test('is whole where the job that finished it died before it could say so', async () => {
    let died = false;
    const failures = await join(async (next) => {
      if (died || next?.job !== 'join' || next.output !== 'errors') return;
      died = true;
      throw new Error('killed');
    });
    expect(failures).toBe(1);
  });

  test('is joined anew where the upload was given up between the two', async () => {
    let gone = false;
    await join(async (next, files) => {
      if (gone || next?.job !== 'join' || next.upload === undefined) return;
      gone = true;
      await files.finishUpload('elsewhere', next.upload);
    });
    expect(gone).toBe(true);
  });
});

test('goes on where it was, after its messages were lost: what is done is not done again', async () => {
  const batch = await setUp(text);
  batch.jobs.waiting.push(firstCut(batch.id));
  await work(batch.ports, batch.jobs.waiting.shift()!);
  const half = batch.jobs.waiting.splice(0, 6);
  batch.jobs.waiting.splice(0);
  for (const job of half) await work(batch.ports, job);
  expect(await batch.standing()).toMatchObject({ status: 'running', done: expect.any(Number) });
  batch.jobs.waiting.push(firstCut(batch.id));
  await run(batch);
  expect(await batch.standing()).toMatchObject({ status: 'succeeded', done: good.length });
  expect(Math.max(...batch.decided.values())).toBe(1);
});

test('fails where more lines fail than are tolerated, and goes on when more are', async () => {
  const batch = await setUp(text, { toleratedFailures: 0.01 });
  batch.jobs.waiting.push(firstCut(batch.id));
  await run(batch);
  expect(await batch.standing()).toMatchObject({ status: 'failed', reason: 'TOO_MANY_FAILURES' });
  expect(batch.decided.size).toBeLessThan(good.length);
  await batch.batches.resume(batch.id, 0.1);
  batch.jobs.waiting.push(firstCut(batch.id));
  await run(batch);
  expect(await batch.standing()).toMatchObject({ status: 'succeeded', done: good.length, failed: bad.length });
});

test('waits while requests cannot be decided, as in halt, longer each time, and then decides them', async () => {
  const batch = await setUp(text);
  let halted = 400;
  batch.answering(({ input }) =>
    halted-- > 0
      ? { kind: 'halted' }
      : { kind: 'decided', record: decidedRecord(undefined, { score: Number(input.n) }) },
  );
  batch.jobs.waiting.push(firstCut(batch.id));
  expect(await run(batch)).toBeGreaterThan(0);
  expect(await batch.standing()).toMatchObject({ status: 'succeeded', done: good.length, failed: bad.length });
  expect([...new Set(batch.pauses)]).toEqual([250, 500, 1000, 2000, 4000]);
});

test.each([
  ['conflict', 'KEY_REUSED'],
  ['too_large', 'INPUT_TOO_LARGE'],
] as const)('a line whose answer is %s is an error', async (kind, code) => {
  const batch = await setUp('{"n":1}\n{"n":2,"key":"mine"}');
  batch.answering(({ key }) => (key === 'mine' ? { kind } : { kind: 'decided', record: decidedRecord() }));
  batch.jobs.waiting.push(firstCut(batch.id));
  await run(batch);
  expect(JSON.parse(await batch.output('errors'))).toEqual({ line: 2, key: 'mine', code });
});

test('a file that has changed fails the batch', async () => {
  const batch = await setUp(text);
  batch.files.put('in/loans.jsonl', '{}');
  batch.jobs.waiting.push(firstCut(batch.id));
  await run(batch);
  expect(await batch.standing()).toMatchObject({ status: 'failed', reason: 'FILE_CHANGED' });
});

test.each(['', '\n \n'])('a file without lines succeeds with nothing: %j', async (empty) => {
  const batch = await setUp(empty);
  batch.jobs.waiting.push(firstCut(batch.id));
  await run(batch);
  expect(await batch.standing()).toEqual({ id: batch.id, status: 'succeeded', total: 0, done: 0, failed: 0 });
});

describe('a request', () => {
  test('names a file in the bucket, and how many failures are tolerated', () => {
    expect(readBatchRequest({ input: 's3://bucket/in/a.jsonl' }, BUCKET)).toEqual({
      request: { key: 'in/a.jsonl', toleratedFailures: 1 },
    });
  });

  test.each([
    [{ input: 's3://other/in/a.jsonl' }, ['LOCATION /input']],
    [{ input: 's3://bucket/out/a.jsonl' }, ['LOCATION /input']],
    [{ input: 's3://bucket/in/' }, ['LOCATION /input']],
    [{ input: `s3://bucket/in/${'é'.repeat(600)}` }, ['LOCATION /input']],
    [{ input: 5, toleratedFailures: 2 }, ['LOCATION /input', 'SHARE /toleratedFailures']],
    [{ input: 's3://bucket/in/a', tolerated: 0 }, ['UNKNOWN_FIELD /tolerated']],
  ])('is refused with every fault: %j', (body, faults) => {
    const read = readBatchRequest(body, BUCKET) as { problems: readonly InputProblem[] };
    expect(read.problems.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(faults);
  });

  test('by another caller, or of a file that was uploaded anew, is another batch', () => {
    const file = { key: 'in/a', etag: 'e', size: 1, modifiedAt: 'now' };
    const ids = [
      batchId('p', 'me', file),
      batchId('p', 'you', file),
      batchId('p', 'me', { ...file, modifiedAt: 'later' }),
    ];
    expect(new Set(ids).size).toBe(3);
    expect(batchId('p', 'me', { ...file, size: 2 })).toBe(ids[0]);
  });
});
