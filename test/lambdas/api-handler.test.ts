import { apiHandler } from '../../lambdas/_runtime/api-handler';
import { json, problem, readRequest } from '../../lambdas/_runtime/http';
import { countRejected } from '../../lambdas/_runtime/rejected';

describe('a request is read alike from both APIs', () => {
  test('REST', () => {
    const event = {
      httpMethod: 'POST',
      path: '/decisions',
      body: '{}',
      headers: null,
      requestContext: { stage: 'v1' },
    };
    expect(readRequest(event)).toMatchObject({ method: 'POST', path: '/decisions', body: '{}', headers: {} });
  });

  test.each([
    ['$default', '/reviews/claims'],
    ['v1', '/v1/reviews/claims'],
  ])('HTTP, stage %s', (stage, rawPath) => {
    const event = { rawPath, requestContext: { stage, http: { method: 'POST' } } };
    expect(readRequest(event)).toMatchObject({ method: 'POST', path: '/reviews/claims', body: '' });
  });

  test('encoded bodies and trailing slashes', () => {
    const body = Buffer.from('{"ü":1}').toString('base64');
    const event = { httpMethod: 'POST', path: '/decisions//', body, isBase64Encoded: true, requestContext: {} };
    expect(readRequest(event)).toMatchObject({ path: '/decisions', body: '{"ü":1}' });
  });
});

test('what throws is an outage: told to try again, logged without what it was about', async () => {
  const errors = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const handler = apiHandler(async () => {
    throw new TypeError('the income of Joe is secret');
  });
  const { statusCode, headers, body } = await handler({ requestContext: {} });
  const logged = errors.mock.calls.flat().join();
  errors.mockRestore();
  expect([statusCode, headers['retry-after'], (JSON.parse(body) as { code: string }).code]).toEqual([
    503,
    '1',
    'UNAVAILABLE',
  ]);
  expect(body + logged).not.toMatch(/Joe/);
  expect(body).not.toMatch(/TypeError|\.ts/);
  expect(JSON.parse(logged)).toMatchObject({ level: 'error', error: 'TypeError', at: expect.any(Array) });
});

describe('a refused request', () => {
  const lines = (count: () => void): string[] => {
    const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    try {
      count();
      return write.mock.calls.map(([line]) => String(line));
    } finally {
      write.mockRestore();
    }
  };

  test('is counted by one line in the embedded metric format', () => {
    const response = problem(422, 'INPUT_INVALID', 'no');
    const [line, ...more] = lines(() => expect(countRejected('loans', response, 1_700_000_000_000)).toBe(response));
    expect(more).toEqual([]);
    expect(line).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(line!)).toEqual({
      _aws: {
        Timestamp: 1_700_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'Plumbline',
            Dimensions: [['Pipeline', 'Code']],
            Metrics: [{ Name: 'Rejected', Unit: 'Count' }],
          },
        ],
      },
      Pipeline: 'loans',
      Code: 'INPUT_INVALID',
      Rejected: 1,
    });
  });

  test('is told from one that was answered', () => {
    expect(lines(() => countRejected('loans', json(202, {}), 0))).toEqual([]);
  });
});
