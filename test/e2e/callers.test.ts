import { machineClient } from '../../local/client';
import { applications, call, callAsOther, creditRisk, info, person, personWithToken, tokensOf } from './stack';

const { input } = applications[7]!;

describe('one key is one decision', () => {
  test('twenty calls at once, and again later', async () => {
    const body = { key: 'callers-concurrent', input };
    const answers = await Promise.all(Array.from({ length: 20 }, () => call('POST', '/decisions', body)));
    expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') !== 'true')).toHaveLength(1);
    const again = await call('POST', '/decisions', body);
    expect(again.body).toEqual(answers[0]!.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  test('the same key with another input is a conflict, and changes nothing', async () => {
    const first = await call('POST', '/decisions', { key: 'callers-conflict', input });
    const second = await call('POST', '/decisions', { key: 'callers-conflict', input: { ...input, duration: 13 } });
    expect([second.status, second.body.code]).toEqual([409, 'KEY_REUSED']);
    expect((await call('GET', `/decisions/${first.body.id}`)).body.input).toEqual(input);
  });

  test('without a key, each call is a decision', async () => {
    const answers = await Promise.all([1, 2].map(() => call('POST', '/decisions', { input })));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(2);
  });
});

describe('callers are apart', () => {
  test('the same key of another caller is another decision, and neither sees the other', async () => {
    const body = { key: 'callers-apart', input };
    const mine = await call('POST', '/decisions', body);
    const theirs = await callAsOther('POST', '/decisions', body);
    expect(theirs.body.id).not.toBe(mine.body.id);
    expect((await callAsOther('GET', `/decisions/${mine.body.id}`)).status).toBe(404);
    expect((await callAsOther('GET', `/decisions/${theirs.body.id}`)).status).toBe(200);
  });

  test('an unsigned call is refused in the same form as every error', async () => {
    const response = await fetch(`${creditRisk.apiUrl}/status`);
    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 403 });
  });

  test('a signature by an unknown key is refused', async () => {
    const stranger = machineClient(
      creditRisk.apiUrl,
      { accessKeyId: 'AKIASTRANGER0000000', secretAccessKey: 'nobody' },
      info.region,
    );
    expect((await stranger('POST', '/decisions', { input })).status).toBe(403);
  });
});

describe('people', () => {
  test('no token, a broken token and an access token are refused', async () => {
    expect((await fetch(`${creditRisk.peopleApiUrl}/reviews`)).status).toBe(401);
    expect(
      (await fetch(`${creditRisk.peopleApiUrl}/reviews`, { headers: { authorization: 'Bearer x.y.z' } })).status,
    ).toBe(401);
    const { access } = await tokensOf('reviewer');
    expect([401, 403]).toContain((await personWithToken(access)('GET', '/reviews')).status);
  });

  test('an auditor reads decisions but neither claims nor lists reviews', async () => {
    const { body } = await call('POST', '/decisions', { input });
    const auditor = await person('auditor');
    expect((await auditor('GET', `/decisions/${body.id}`)).body.id).toBe(body.id);
    for (const [method, path] of [
      ['GET', '/reviews'],
      ['POST', '/reviews/claims'],
    ] as const)
      expect((await auditor(method, path)).status).toBe(403);
  });

  test.each([
    ['GET', '/reviews/', 404],
    ['POST', '/reviews//release', 404],
    ['GET', '/', 404],
    ['DELETE', '/reviews', 405],
  ])('%s %s is %d for a reviewer', async (method, path, status) => {
    expect((await (await person('reviewer'))(method, path)).status).toBe(status);
  });

  test('people do not decide by the API for machines, nor it by theirs', async () => {
    expect((await (await person('reviewer'))('POST', '/decisions', { input })).status).toBe(404);
    expect((await call('GET', '/reviews')).status).toBe(404);
  });
});

describe('status and document', () => {
  test('the status names mode, version and alarms, at both doors', async () => {
    const machines = await call('GET', '/status');
    expect(machines.body).toMatchObject({ mode: 'normal', version: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    expect(machines.body.alarms.map(({ name }: { name: string }) => name)).toContain(creditRisk.alarms.drift);
    expect((await (await person('operator'))('GET', '/status')).body).toEqual(machines.body);
  });

  test('the OpenAPI document describes the calls', async () => {
    const { body } = await call('GET', '/openapi.json');
    expect(body.openapi).toMatch(/^3\.1/);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/decisions', '/decisions/{id}', '/reviews/claims', '/status']),
    );
  });
});
