import { refuseGaps } from '../../lambdas/_runtime/refuse-gaps';

const answer = (...[gaps]: Parameters<typeof refuseGaps>) => {
  const { statusCode, headers, body } = refuseGaps(gaps);
  return { status: statusCode, retry: headers['retry-after'], body: JSON.parse(body) as { problems: object[] } };
};

test('an item that is not there is for the caller to mend', () => {
  const { status, retry, body } = answer({ accounts: 'missing', limits: 'stale' });
  expect([status, retry]).toEqual([422, undefined]);
  expect(body.problems).toEqual([
    { pointer: '/input', code: 'FEATURES_MISSING', detail: 'names an item of "accounts" that is missing' },
    { pointer: '/input', code: 'FEATURES_STALE', detail: 'names an item of "limits" that is stale' },
  ]);
});

test('a store that does not answer is for the caller to try again', () => {
  expect(answer({ accounts: 'unavailable', limits: 'stale' })).toMatchObject({ status: 503, retry: '1' });
});
