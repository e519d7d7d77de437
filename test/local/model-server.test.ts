import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { sagemakerModel } from '../../adapters/sagemaker-model';
import { type Column, compileColumns, encodeRow, toCsv } from '../../core/model/encoding';
import { type Fault, type ModelServer, startModelServer } from '../../local/model-server';
import { applications, modelFile } from '../examples/german-credit';

const columns = compileColumns(modelFile<Column[]>('columns.json'));
const rows = applications.map(({ input, account }) => toCsv(encodeRow(columns, { input, features: account })));
const expected = modelFile<number[]>('vectors.json');

let server: ModelServer;
let client: SageMakerRuntimeClient;

beforeAll(async () => {
  server = await startModelServer({ model: modelFile('model.json'), endpointName: 'credit-risk' });
  client = new SageMakerRuntimeClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
});
afterAll(() => server.close());

const set = (fault: Fault) => fetch(`${server.url}/fault`, { method: 'PUT', body: JSON.stringify(fault) });
const predict = (row: string, ms = 2_000) =>
  sagemakerModel(client, 'credit-risk').predict(row, AbortSignal.timeout(ms));

describe("the container's contract", () => {
  const invoke = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/invocations`, { method: 'POST', body, headers });

  test('answers a ping', async () => {
    expect((await fetch(`${server.url}/ping`)).status).toBe(200);
  });

  test('scores many rows as xgboost does', async () => {
    const scores = (await (await invoke(rows.join('\n'))).text()).split(',').map(Number);
    expect(scores).toHaveLength(700);
    scores.forEach((score, i) => expect(score).toBeCloseTo(expected[i]!, 6));
  });

  test('answers JSON where it is asked to', async () => {
    const response = await invoke(rows[0]!, { accept: 'application/json' });
    expect(await response.json()).toEqual({ predictions: [{ score: expect.closeTo(expected[0]!, 6) }] });
  });

  test.each([
    ['too few cells', '1,2'],
    ['text', rows[0]!.replace(/^[^,]*/, 'abc')],
    ['a number beyond 32 bits', rows[0]!.replace(/^[^,]*/, '1e39')],
  ])('%s is an error of the model', async (_what, body) => {
    expect((await invoke(body)).status).toBe(424);
  });
});

describe("the runtime's contract, through AWS's own client", () => {
  test('answers a probability', async () => {
    expect(await predict(rows[0]!)).toEqual({ score: expect.closeTo(expected[0]!, 6) });
  });

  test('does not know another endpoint', async () => {
    const call = client.send(new InvokeEndpointCommand({ EndpointName: 'other', Body: rows[0]! }));
    await expect(call).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test('tells how many requests its fault has struck', async () => {
    const struck = async () => (await fetch(`${server.url}/fault`)).json();
    await set({ kind: 'fail', share: 0.5 });
    expect(await struck()).toEqual({ struck: 0 });
    for (let i = 0; i < 4; i++) await predict(rows[0]!);
    expect(await struck()).toEqual({ struck: 2 });
    await set({ kind: 'none' });
    await predict(rows[0]!);
    expect(await struck()).toEqual({ struck: 0 });
  });

  test.each<[Fault, string]>([
    [{ kind: 'fail' }, 'MODEL_ERROR'],
    [{ kind: 'cut' }, 'MODEL_ERROR'],
    [{ kind: 'throttle' }, 'MODEL_THROTTLED'],
    [{ kind: 'garbage' }, 'MODEL_INVALID'],
    [{ kind: 'slow', ms: 1_000 }, 'MODEL_TIMEOUT'],
  ])('%j becomes an answer, not an exception', async (fault, failed) => {
    await set(fault);
    expect(await predict(rows[0]!, 200)).toEqual({ failed });
    await set({ kind: 'none' });
    expect(await predict(rows[0]!)).toHaveProperty('score');
  });

  test('strikes a share of the requests', async () => {
    await set({ kind: 'fail', share: 0.25 });
    const answers = await Promise.all(rows.slice(0, 8).map((row) => predict(row)));
    expect(answers.filter((answer) => 'failed' in answer)).toHaveLength(2);
    await set({ kind: 'none' });
  });
});
