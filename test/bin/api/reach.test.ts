import { UnreachableError, reach } from '../../../bin/api/reach';

const refused = new Error('connect ECONNREFUSED ::1:4566');
const failing = (cause: unknown) => Promise.reject(new TypeError('fetch failed', { cause }));

test('who does not answer is named, with the reason', async () => {
  const fetching = reach('https://sqs.eu-central-1.amazonaws.com', failing(new Error('getaddrinfo ENOTFOUND')));
  await expect(fetching).rejects.toThrow(UnreachableError);
  await expect(fetching).rejects.toThrow(
    /^https:\/\/sqs\.eu-central-1\.amazonaws\.com cannot be reached: getaddrinfo ENOTFOUND$/,
  );
});

test.each([
  ['http://127.0.0.1:4566', refused],
  ['http://[::1]:4566', refused],
  // As Node does it where a name has several addresses.
  ['http://localhost:4566', new AggregateError([refused, new Error('connect ECONNREFUSED 127.0.0.1:4566')])],
])('at %s, it may be that nothing has been started', async (url, cause) => {
  await expect(reach(url, failing(cause))).rejects.toThrow(
    `${url} cannot be reached: connect ECONNREFUSED ::1:4566. Is npm start running?`,
  );
});

test('an answer is passed on', async () => {
  expect(await reach('http://localhost', Promise.resolve(5))).toBe(5);
});
