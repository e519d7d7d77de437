import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Fault } from '../../local/model-server';
import { inParallel } from '../../local/client';
import { remember, runningServices, startModel } from '../../local/services';
import { DEADLINE_MS, applications, aws, call, creditRisk, eventually, info, withFault } from './stack';

// The heuristic of the example declines above 600 a month; nothing else may be decided without the model.
const light = applications.find(({ input }) => Number(input.credit_amount) / Number(input.duration) < 500)!;
const heavy = applications.find(
  ({ input }) => Number(input.credit_amount) / Number(input.duration) > 600 && Number(input.credit_amount) < 15_000,
)!;

let warmed = 0;

describe.each<[Fault, string]>([
  [{ kind: 'slow', ms: 5_000 }, 'MODEL_TIMEOUT'],
  [{ kind: 'fail' }, 'MODEL_ERROR'],
  [{ kind: 'cut' }, 'MODEL_ERROR'],
  [{ kind: 'garbage' }, 'MODEL_INVALID'],
])('the model does: %j', (fault, code) => {
  // So that these few failures open no circuit in any environment, as they would if all had failed of late. Different
  // applications each time: the same one many times over would be drift.
  beforeAll(async () => {
    warmed += 60;
    await inParallel(applications.slice(warmed - 60, warmed), 6, ({ input }) => call('POST', '/decisions', { input }));
  });

  test('the fallback chain decides inside the deadline, with the reason', async () => {
    const [one, other] = await withFault(fault, async () => [
      await call('POST', '/decisions', { input: light.input }),
      await call('POST', '/decisions', { input: heavy.input }),
    ]);
    expect(one).toMatchObject({ status: 202, body: { route: 'review', outcome: null, score: null } });
    expect(one!.body.reasons.map((reason: { code: string }) => reason.code)).toContain(code);
    expect(other).toMatchObject({ status: 200, body: { route: 'heuristic', outcome: 'decline' } });
    expect(other!.body.reasons.map((reason: { code: string }) => reason.code)).toEqual(['INSTALMENT_TOO_HIGH', code]);
    for (const { body } of [one!, other!]) expect(body.timings.totalMs).toBeLessThanOrEqual(DEADLINE_MS);
  });
});

test('killing the model server in the middle of a run loses nothing, and every answer comes in time', async () => {
  const some = applications.slice(0, 200);
  const port = Number(new URL(info.modelServer.url).port);
  const { modelServer, llmServer, emulator } = (await runningServices())!;
  try {
    const answers = await inParallel(some, 6, async ({ input }, i) => {
      if (i === 80) process.kill(-modelServer.pid, 'SIGKILL');
      return call('POST', '/decisions', { key: `killed-${i}`, input });
    });
    const before = answers.filter(({ body }) => body.score !== null).length;
    expect(before).toBeGreaterThan(50);
    expect(before).toBeLessThan(150);
    for (const { status, body } of answers) {
      expect([200, 202]).toContain(status);
      expect(body.timings.totalMs).toBeLessThanOrEqual(DEADLINE_MS);
      // What the model did not see is never approved.
      if (body.score === null) expect(body.outcome).not.toBe('approve');
    }
    const codes = answers.flatMap(({ body }) => body.reasons.map((reason: { code: string }) => reason.code));
    expect(codes).toContain('MODEL_CIRCUIT_OPEN');
    const recorded = await inParallel(answers, 6, ({ body }) => call('GET', `/decisions/${body.id}`));
    expect(recorded.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(some.length);
  } finally {
    remember({ emulator, llmServer, modelServer: await startModel(port, llmServer) });
  }
  // Every execution environment has a circuit of its own.
  await eventually('the circuits to close', async () => {
    warmed += 24;
    const batch = applications.slice(warmed - 24, warmed);
    const some = await inParallel(batch, 6, ({ input }) => call('POST', '/decisions', { input }));
    return some.every(({ body }) => body.score !== null) ? true : undefined;
  });
});

describe('what the bank should know of an applicant', () => {
  const accounts = new DynamoDBClient(aws);
  const put = (id: string, item: object) =>
    accounts.send(
      new PutItemCommand({ TableName: creditRisk.featureTables.accounts, Item: marshall({ ...item, id }) }),
    );

  test('is missing: a person decides', async () => {
    const { status, body } = await call('POST', '/decisions', { input: { ...light.input, applicant_id: 'nobody' } });
    expect([status, body.reasons[0].code]).toEqual([202, 'FEATURES_MISSING']);
  });

  test('is older than a day: a person decides', async () => {
    const updatedAt = new Date(Date.now() - 25 * 3_600_000).toISOString();
    await put('stale', { ...light.account, updatedAt });
    const { status, body } = await call('POST', '/decisions', { input: { ...light.input, applicant_id: 'stale' } });
    expect([status, body.reasons[0].code]).toEqual([202, 'FEATURES_STALE']);
  });

  test('is nonsense: a person decides', async () => {
    const updatedAt = new Date().toISOString();
    await put('nonsense', { ...light.account, existing_credits: 'several', updatedAt });
    const { status, body } = await call('POST', '/decisions', { input: { ...light.input, applicant_id: 'nonsense' } });
    expect([status, body.reasons[0].code]).toEqual([202, 'FEATURES_INVALID']);
  });

  test('matters not for a rule that needs none of it', async () => {
    const minor = { ...light.input, applicant_id: 'nobody', age: 17 };
    const { status, body } = await call('POST', '/decisions', { input: minor });
    expect([status, body.outcome, body.reasons[0].code]).toEqual([200, 'decline', 'UNDER_AGE']);
  });
});
