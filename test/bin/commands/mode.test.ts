import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { modeCommand } from '../../../bin/commands/mode';
import { UsageError } from '../../../bin/commands/usage';

const written = { out: '', err: '' };
async function run(...args: string[]) {
  Object.assign(written, { out: '', err: '' });
  const code = await modeCommand.run([...args, '--api', api]);
  return { code, out: written.out, err: written.err };
}

const answer = { mode: 'halt', pinned: true, since: '2026-11-24T09:00:00.000Z', reason: 'fire' };
const seen: { readonly request: IncomingMessage; readonly body: string }[] = [];
let status = 200;
let server: Server;
let api: string;

beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((written.out += String(text))));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((written.err += String(text))));
  jest.replaceProperty(process, 'env', {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'AKID',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'eu-central-1',
  });
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ request, body });
      response.writeHead(status).end(JSON.stringify(status === 200 ? answer : { detail: 'not for you' }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(async () => {
  jest.restoreAllMocks();
  await new Promise((closed) => server.close(closed));
});
const last = () => {
  const { request, body } = seen.at(-1)!;
  return { call: `${request.method} ${request.url}`, body: body === '' ? undefined : (JSON.parse(body) as unknown) };
};

test('alone it tells the mode, since when, and why', async () => {
  expect(await run()).toEqual({
    code: 0,
    out: 'halt, pinned until released\nsince 2026-11-24T09:00:00.000Z: fire\n',
    err: '',
  });
  expect(last()).toEqual({ call: 'GET /v1/status', body: undefined });
});

test.each<[string[], unknown]>([
  [['halt', '--reason', 'fire'], { mode: 'halt', reason: 'fire' }],
  [['cautious', '--reason', 'a look', '--no-pin'], { mode: 'cautious', pinned: false, reason: 'a look' }],
  [['release', '--reason', 'over'], { release: true, reason: 'over' }],
])('%j puts %j, signed', async (args, body) => {
  expect((await run(...args)).code).toBe(0);
  expect(last()).toEqual({ call: 'PUT /v1/mode', body });
  expect(seen.at(-1)!.request.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID/);
});

test('--json prints the answer', async () => {
  expect(JSON.parse((await run('--json')).out)).toEqual(answer);
});

test('a refusal is told, with exit code 1', async () => {
  status = 403;
  expect(await run('halt', '--reason', 'fire')).toEqual({
    code: 1,
    out: '',
    err: `${api}/mode answered 403: not for you\n`,
  });
});

test.each([
  [['hald', '--reason', 'x'], /no mode "hald"; there is normal, .* Did you mean "halt"\?/],
  [['halt'], /Say why, with --reason/],
  [['halt', 'now', '--reason', 'x'], /Usage: plumbline mode/],
])('%j is wrong usage', async (args, message) => {
  const calls = seen.length;
  await expect(run(...args)).rejects.toThrow(message);
  await expect(run(...args)).rejects.toBeInstanceOf(UsageError);
  expect(seen).toHaveLength(calls);
});
