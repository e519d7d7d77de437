import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { applications, aws, call, creditRisk } from './stack';

const { input } = applications[20]!;
const pointers = (body: { problems: { pointer: string }[] }) => body.problems.map(({ pointer }) => pointer).sort();
const GROWING = `{"input": {"list": [${Array(20_000).fill('1e20').join()}]}}`;
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** How many decisions there are; the only look past the API, for nothing may have been recorded. */
async function count(): Promise<number> {
  const client = new DynamoDBClient(aws);
  let total = 0;
  let ExclusiveStartKey;
  do {
    const page: { Count?: number; LastEvaluatedKey?: Record<string, never> } = (await client.send(
      new ScanCommand({ TableName: creditRisk.decisionsTable, Select: 'COUNT', ExclusiveStartKey }),
    )) as never;
    total += page.Count!;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return total;
}

describe('bad input', () => {
  let before: number;
  beforeAll(async () => (before = await count()));
  afterAll(async () => expect(await count()).toBe(before));

  test.each([
    ['nothing', '', 400, 'MALFORMED_JSON'],
    ['half a document', '{"input": {', 400, 'MALFORMED_JSON'],
    ['not JSON', 'input=1', 400, 'MALFORMED_JSON'],
    ['a list', '[]', 400, 'MALFORMED_REQUEST'],
    ['null', 'null', 400, 'MALFORMED_REQUEST'],
    ['no input', '{}', 400, 'MALFORMED_REQUEST'],
    ['a key that is a number', { key: 7, input }, 400, 'MALFORMED_REQUEST'],
    ['an empty key', { key: '', input }, 400, 'MALFORMED_REQUEST'],
    ['an endless key', { key: 'k'.repeat(257), input }, 400, 'MALFORMED_REQUEST'],
    ['a member beside input', { input, outcome: 'approve' }, 400, 'MALFORMED_REQUEST'],
    ['a member twice', '{"input": {"age": 1, "age": 2}}', 400, 'MALFORMED_REQUEST'],
    ['deep nesting', `{"input": {"age": ${nested(5_000)}}}`, 400, 'MALFORMED_REQUEST'],
    ['an oversized body', { input: { ...input, applicant_id: 'x'.repeat(300_000) } }, 413, 'BODY_TOO_LARGE'],
    ['a string for a number', { input: { ...input, duration: '24' } }, 422, 'INPUT_INVALID'],
    ['an absurd number', JSON.stringify({ input }).replace(/"duration":\d+/, '"duration":1e400'), 422, 'INPUT_INVALID'],
    ['a fraction of a month', { input: { ...input, duration: 12.5 } }, 422, 'INPUT_INVALID'],
    ['half a surrogate pair', '{"input": {"applicant_id": "\\ud800"}}', 400, 'MALFORMED_REQUEST'],
    ['what grows when written out', GROWING, 422, 'INPUT_INVALID'],
    ['a prototype', '{"input": {"__proto__": {"duration": 1}}}', 422, 'INPUT_INVALID'],
  ])('%s', async (_what, body, status, code) => {
    const answer = await call('POST', '/decisions', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status, type: expect.any(String), title: expect.any(String) });
    expect(JSON.stringify(answer.body)).not.toMatch(/\.mjs|\.ts:|node_modules|\bat .*:\d+:\d+/);
  });

  test('an answer has a bound, however many faults there are', async () => {
    const faulty = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`x${i}`, 1]));
    const { status, body } = await call('POST', '/decisions', faulty);
    expect([status, body.problems.length]).toEqual([400, 100]);
  });

  test('every fault is named at once, by its pointer, without the values', async () => {
    const { duration: _missing, ...rest } = input;
    const faulty = { ...rest, age: -3, purpose: 'a secret purpose', credit_amount: '1000', nickname: 'Joe' };
    const { status, body } = await call('POST', '/decisions', { input: faulty });
    expect(status).toBe(422);
    expect(pointers(body)).toEqual([
      '/input/age',
      '/input/credit_amount',
      '/input/duration',
      '/input/nickname',
      '/input/purpose',
    ]);
    expect(JSON.stringify(body)).not.toMatch(/a secret purpose|Joe/);
  });

  test('what an input would have made of itself can be asked without a decision', async () => {
    const valid = await call('POST', '/validations', { input });
    expect(valid).toMatchObject({ status: 200, body: { valid: true, problems: [], warnings: [] } });
    const odd = await call('POST', '/validations', { input: { ...input, credit_amount: 900_000 } });
    expect(odd.body).toMatchObject({ valid: true, problems: [] });
    expect(odd.body.warnings.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/input/credit_amount']);
    const invalid = await call('POST', '/validations', { input: { ...input, age: 'old' } });
    expect(invalid.body.valid).toBe(false);
    expect(pointers(invalid.body)).toEqual(['/input/age']);
  });

  test('a score comes without a decision', async () => {
    const { status, body } = await call('POST', '/scores', { input });
    expect(status).toBe(200);
    expect(body.score).toBeGreaterThan(0);
    expect(body.score).toBeLessThan(1);
    expect(body.features.checking_status).toBe(applications[20]!.account.checking_status);
  });
});

describe('wrong calls', () => {
  test.each([
    ['GET', '/nowhere', 404],
    ['POST', '/decisions/x/y', 404],
    ['GET', '/decisions/not-an-id', 404],
    ['GET', '/decisions/00000000000000000000000000', 404],
    ['DELETE', '/decisions', 405],
    ['PUT', '/status', 405],
  ])('%s %s is %d', async (method, path, status) => {
    const answer = await call(method, path);
    expect(answer.status).toBe(status);
    expect(answer.body.code).toEqual(expect.any(String));
    if (status === 405) expect(answer.headers.get('allow')).toMatch(/GET|POST/);
  });
});
