import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { explainCommand } from '../../../bin/commands/explain';
import { UsageError } from '../../../bin/commands/usage';
import { answerOf, credit } from '../explain/answers';

const answer = answerOf(credit, credit.decided());
const { id } = answer;
const folder = mkdtempSync(join(tmpdir(), 'plumbline-explain-'));
const saved = (content: string) => {
  const file = join(folder, 'answer.json');
  writeFileSync(file, content);
  return file;
};

const written = { out: '', err: '' };
async function run(...args: string[]) {
  Object.assign(written, { out: '', err: '' });
  const code = await explainCommand.run(args);
  return { code, out: stripVTControlCharacters(written.out), err: written.err };
}

let server: Server;
let api: string;
let respond: (request: IncomingMessage) => { readonly status: number; readonly body: string };
const seen: IncomingMessage[] = [];

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
    seen.push(request);
    const { status, body } = respond(request);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(async () => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
  await new Promise((closed) => server.close(closed));
});

test('asks the API for the decision, signed, and prints why it was made', async () => {
  respond = () => ({ status: 200, body: JSON.stringify(answer) });
  const { code, out } = await run(id, '--api', api);
  expect(code).toBe(0);
  expect(out).toMatch(/Waiting for a person[^]*Rules[^]*Options[^]*What moved[^]*Reasons[^]*History/);
  const { method, url, headers } = seen.at(-1)!;
  expect([method, url]).toEqual(['GET', `/v1/decisions/${id}`]);
  expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/execute-api\//);
});

test('with --json prints the answer itself, which a file of it serves as well', async () => {
  const file = saved(JSON.stringify(answer));
  const { code, out } = await run('--record', file, '--json');
  expect([code, JSON.parse(out)]).toEqual([0, answer]);
  const again = await run('--record', saved(out));
  expect(again.out).toContain('Waiting for a person');
});

test.each([
  [404, { detail: 'There is no decision with this id, or it is not yours.' }, /404: There is no decision/],
  [403, { message: 'Forbidden' }, /403: Forbidden/],
  [200, { id, reasons: [], history: [] }, /no explanation/],
])('tells what the API answered instead: %d %j', async (status, body, text) => {
  respond = () => ({ status, body: JSON.stringify(body) });
  const { code, out, err } = await run(id, '--api', api);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(text);
});

test('tells when nobody answers', async () => {
  const gone = createServer();
  await new Promise<void>((listening) => gone.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}/v1`;
  await new Promise((closed) => gone.close(closed));
  const { code, err } = await run(id, '--api', url);
  expect(code).toBe(1);
  expect(err).toMatch(new RegExp(`^${url}/decisions/${id} cannot be reached: .*ECONNREFUSED`));
});

test.each([
  ['no JSON', '{"id":', /is no JSON/],
  ['null', 'null', /has no explanation/],
  ['something else', '[1]', /has no explanation/],
])('tells when a file holds %s', async (_, content, text) => {
  const { code, err } = await run('--record', saved(content));
  expect(code).toBe(1);
  expect(err).toMatch(text);
});

test.each([
  [[], /^Usage: plumbline explain/],
  [['a', 'b'], /^Usage: plumbline explain/],
  [[id, '--record', 'x.json'], /^Usage: plumbline explain/],
  [['application-7'], /no decision's id/],
  [['--record', 'nowhere.json'], /There is no file nowhere\.json/],
])('refuses %j as wrong usage', async (args, text) => {
  await expect(run(...args)).rejects.toThrow(text);
  await expect(run(...args)).rejects.toBeInstanceOf(UsageError);
});
