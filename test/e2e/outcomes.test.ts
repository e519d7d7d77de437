import { machineClient } from '../../local/client';
import { eventsOf } from './listeners';
import {
  applications,
  call,
  callAsOther,
  callImpatient,
  creditRisk,
  eventually,
  impatient,
  info,
  person,
} from './stack';

const { input } = applications[11]!;
const CALLER = expect.stringMatching(/^\d{12}:user\/plumbline-caller$/);
const READER = expect.stringMatching(/^\d{12}:user\/plumbline-other$/);
/** The other caller, whom this pipeline's definition names a reader. */
const callAsReader = machineClient(impatient.apiUrl, info.otherCredentials, info.region);

interface Entry {
  readonly type: string;
  readonly by?: string;
}
const recordings = ({ history }: { history: readonly Entry[] }) =>
  history.filter(({ type }) => type === 'OutcomeRecorded');

async function decide(): Promise<{ readonly id: string; readonly at: string; readonly path: string }> {
  const { body } = await call('POST', '/decisions', { input });
  return { id: body.id, at: body.at, path: `/decisions/${body.id}/outcome` };
}

describe('the truth of a decision', () => {
  test('is recorded once, shows in the decision and its history, and is announced', async () => {
    const events = await eventsOf('credit-risk', creditRisk);
    const { id, at, path } = await decide();
    const answer = await call('POST', path, { truth: 'good', observedAt: new Date().toISOString() });
    expect(answer).toMatchObject({ status: 200, body: { id, at, truth: { label: 'good' } } });
    expect(Date.parse(answer.body.truth.at)).toBeGreaterThanOrEqual(Date.parse(at));

    const { body } = await call('GET', `/decisions/${id}`);
    expect(body.truth).toEqual(answer.body.truth);
    expect(recordings(body)).toEqual([{ at: body.truth.at, type: 'OutcomeRecorded', by: CALLER }]);

    const event = await eventually('the event OutcomeRecorded', async () =>
      (await events()).find((e) => e['detail-type'] === 'OutcomeRecorded' && e.detail.decision.id === id),
    );
    const { truth, ...decision } = answer.body;
    expect(event.detail).toEqual({ eventId: `${id}.OutcomeRecorded`, decision, truth });
  });

  test('may be told again, and then is what it was', async () => {
    const { id, path } = await decide();
    const first = await call('POST', path, { truth: 'bad' });
    expect(first.body.truth).toEqual({ label: 'bad', at: expect.any(String) });
    const again = await call('POST', path, { truth: 'bad', observedAt: new Date().toISOString() });
    expect([again.status, again.body.truth]).toEqual([200, first.body.truth]);
    const other = await call('POST', path, { truth: 'good' });
    expect([other.status, other.body.code]).toEqual([409, 'TRUTH_RECORDED']);
    const { body } = await call('GET', `/decisions/${id}`);
    expect([body.truth, recordings(body).length]).toEqual([first.body.truth, 1]);
  });

  test('is one, however many say different things at once', async () => {
    const events = await eventsOf('credit-risk', creditRisk);
    const { id, path } = await decide();
    const truths = Array.from({ length: 20 }, (_, i) => (i % 2 ? 'good' : 'bad'));
    const answers = await Promise.all(truths.map((truth) => call('POST', path, { truth })));
    const { body } = await call('GET', `/decisions/${id}`);
    expect(answers.map(({ status }) => status)).toEqual(
      truths.map((truth) => (truth === body.truth.label ? 200 : 409)),
    );
    for (const { status, body: told } of answers) if (status === 200) expect(told.truth).toEqual(body.truth);
    expect(recordings(body)).toHaveLength(1);
    const event = await eventually('the event OutcomeRecorded', async () =>
      (await events()).find((e) => e['detail-type'] === 'OutcomeRecorded' && e.detail.decision.id === id),
    );
    expect(event.detail).toMatchObject({ truth: body.truth });
  });
});

describe('who may say it', () => {
  test('not another caller, who does not even learn that there is such a decision', async () => {
    const { id, path } = await decide();
    const theirs = await callAsOther('POST', path, { truth: 'good' });
    const nobodys = await callAsOther('POST', `/decisions/01J${'0'.repeat(23)}/outcome`, { truth: 'good' });
    expect([theirs.status, theirs.body.code]).toEqual([404, 'NO_SUCH_DECISION']);
    expect(nobodys.body).toEqual(theirs.body);
    expect((await callAsOther('POST', path, { truth: 'maybe' })).status).toBe(404);
    expect((await call('GET', `/decisions/${id}`)).body).not.toHaveProperty('truth');
  });

  test('a reader, even before the reviewer: the review goes on and ends beside the truth', async () => {
    // The review lasts three seconds: too short for a function that has yet to start.
    await callAsReader('POST', '/decisions/nobody/outcome', { truth: 'bad' });
    const asked = await callImpatient('POST', '/decisions', { input: { amount: 600 } });
    const path = `/decisions/${asked.body.id}`;
    const labelled = await callAsReader('POST', `${path}/outcome`, { truth: 'bad' });
    expect(labelled).toMatchObject({ status: 200, body: { status: 'pending_review', truth: { label: 'bad' } } });
    const ended = await eventually('the safe default', async () => {
      const { body } = await callImpatient('GET', path);
      return body.status === 'resolved' ? body : undefined;
    });
    expect(ended).toMatchObject({ route: 'safe_default', outcome: 'refuse', truth: labelled.body.truth });
    expect(ended.history.map(({ type }: Entry) => type)).toEqual([
      'DecisionMade',
      'ReviewRequested',
      'OutcomeRecorded',
      'ReviewExpired',
    ]);
    expect(recordings(ended)[0]).toMatchObject({ by: READER });
    expect((await callAsReader('GET', path)).body).toEqual(ended);
  });

  test('no person, and nobody unsigned', async () => {
    const { path } = await decide();
    expect((await (await person('operator'))('POST', path, { truth: 'good' })).status).toBe(404);
    const unsigned = await fetch(creditRisk.apiUrl + path, { method: 'POST', body: '{"truth":"good"}' });
    expect(unsigned.status).toBe(403);
  });
});

describe('what cannot be the truth changes nothing', () => {
  let decision: Awaited<ReturnType<typeof decide>>;
  beforeAll(async () => (decision = await decide()));
  afterAll(async () => expect((await call('GET', `/decisions/${decision.id}`)).body).not.toHaveProperty('truth'));

  test.each([
    ['nothing', '', 400, 'MALFORMED_JSON'],
    ['half a document', '{"truth":', 400, 'MALFORMED_JSON'],
    ['a list', '[]', 400, 'MALFORMED_REQUEST'],
    ['the truth twice', '{"truth":"good","truth":"bad"}', 400, 'MALFORMED_REQUEST'],
    ['too much', JSON.stringify({ truth: 'good', note: 'x'.repeat(256 * 1024) }), 413, 'BODY_TOO_LARGE'],
    ['no truth', {}, 422, 'BODY_INVALID'],
    ['an outcome', { truth: 'approve' }, 422, 'BODY_INVALID'],
  ])('%s', async (_, body, status, code) => {
    const answer = await call('POST', decision.path, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  test('every fault is named at its place', async () => {
    const { body } = await call('POST', decision.path, { truth: 'maybe', observedAt: 'yesterday', note: '' });
    expect(body.problems.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])).toEqual([
      ['/note', 'UNKNOWN_FIELD'],
      ['/truth', 'ENUM'],
      ['/observedAt', 'DATE_TIME'],
    ]);
  });

  test.each([
    ['before the decision', -1, 'BEFORE_DECISION'],
    ['in an hour', 3_600_000, 'IN_FUTURE'],
  ])('what was observed %s', async (_, ms, code) => {
    const observedAt = new Date(Date.parse(decision.at) + ms).toISOString();
    const { status, body } = await call('POST', decision.path, { truth: 'good', observedAt });
    expect([status, body.problems]).toEqual([422, [expect.objectContaining({ pointer: '/observedAt', code })]]);
  });

  test.each([
    ['GET', 405],
    ['PUT', 405],
    ['POST', 404],
  ])('%s at a place that does not take it is %d', async (method, status) => {
    const path = status === 405 ? decision.path : `${decision.path}s`;
    expect((await call(method, path, method === 'GET' ? undefined : { truth: 'good' })).status).toBe(status);
  });

  test.each(['/decisions/nobody/outcome', '/decisions/%20/outcome', '/decisions//outcome'])('%s', async (path) => {
    expect((await call('POST', path, { truth: 'good' })).status).toBe(404);
  });
});
