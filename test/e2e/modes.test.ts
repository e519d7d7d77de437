import { eventsOf } from './listeners';
import { applications, call, creditRisk, eventually, person, withFault } from './stack';

const { input } = applications[7]!;
const put = (body: unknown) => call('PUT', '/mode', body);

afterAll(() => put({ mode: 'normal', reason: 'tests', pinned: true }));

test('the kill switch: from the next decision on, nothing is decided until the mode is set again', async () => {
  const set = await put({ mode: 'halt', reason: 'the rates are wrong' });
  expect([set.status, set.body]).toEqual([
    200,
    { mode: 'halt', pinned: true, since: expect.any(String), reason: 'the rates are wrong' },
  ]);
  const refused = await call('POST', '/decisions', { input });
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([503, 'HALTED', '60']);
  expect((await call('GET', '/status')).body).toMatchObject({ mode: 'halt', reason: 'the rates are wrong' });
  const released = await put({ release: true, reason: 'mended' });
  expect(released.body).toMatchObject({ mode: 'cautious', pinned: false, reason: 'mended' });
  expect((await call('POST', '/decisions', { input })).status).not.toBe(503);
  await put({ mode: 'normal', reason: 'over' });
});

test.each([
  ['review_all', { route: 'review', outcome: null }, 'MODE_REVIEW_ALL'],
  ['fallback', { route: 'review', score: null }, 'MODEL_SKIPPED'],
] as const)('in %s the next decision is %j', async (mode, expected, code) => {
  await put({ mode, reason: 'a test' });
  const { body } = await call('POST', '/decisions', { input });
  expect(body).toMatchObject({ ...expected, mode });
  expect(body.reasons[0].code).toBe(code);
  await put({ mode: 'normal', reason: 'over' });
});

test('every change is announced, once to those who go by its id', async () => {
  const events = await eventsOf('credit-risk', creditRisk);
  const operator = await person('operator');
  expect((await operator('PUT', '/mode', { mode: 'cautious', reason: 'a look' })).status).toBe(200);
  expect((await operator('PUT', '/mode', { release: true, reason: 'seen' })).body).toMatchObject({ pinned: false });
  const changes = await eventually('both events', async () => {
    const of = (await events()).filter((event) => event['detail-type'] === 'ModeChanged');
    return new Set(of.map(({ detail }) => detail.eventId)).size === 2 && of;
  });
  expect(changes.map(({ detail }) => (detail as unknown as { change: unknown }).change)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ from: 'normal', to: 'cautious', pinned: true, reason: 'a look' }),
      expect.objectContaining({ from: 'cautious', to: 'cautious', pinned: false, reason: 'seen' }),
    ]),
  );
  await put({ mode: 'normal', reason: 'over' });
});

test('people who are no operators may not, nor may anybody say it badly', async () => {
  const reviewer = await person('reviewer');
  expect((await reviewer('PUT', '/mode', { mode: 'halt', reason: 'x' })).body.code).toBe('NOT_AN_OPERATOR');
  const { status, body } = await put({ mode: 'off' });
  expect([status, body.problems.map(({ code }: { code: string }) => code)]).toEqual([422, ['ENUM', 'REQUIRED']]);
  expect((await call('GET', '/status')).body).toMatchObject({ mode: 'normal' });
});

test('what decisions had to do without is told by the status once their window has closed', async () => {
  await withFault({ kind: 'fail' }, () => call('POST', '/decisions', { input }));
  const { body } = await call('GET', '/status');
  expect(body.fallbacks).toEqual({
    since: body.fallbacks.since,
    decisions: expect.any(Number),
    shares: expect.any(Object),
  });
});
