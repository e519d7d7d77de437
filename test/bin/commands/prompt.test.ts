import { readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { EndpointServer } from '../../../local/endpoint-server';
import { startLlmServer } from '../../../local/llm-server';
import { CREDIT, plumbline } from '../plumbline';
import { scratchPath } from '../scratch';

const TRIAGE = join(__dirname, '../../../examples/mail-triage');
const MAILS = join(TRIAGE, 'data/mails.jsonl');
const FIRST = scratchPath('first-rows.json');

const signed = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-central-1' };
const run = (...args: string[]) => plumbline(['prompt', ...args], [], signed);

let llm: EndpointServer;
let api: Server;
let apiUrl: string;
const calls: { readonly call: string; readonly body: unknown }[] = [];
const inUse = {
  live: '1',
  candidate: { version: '2', share: 0.1 },
  since: '2026-11-28T09:00:00.000Z',
  reason: 'a try',
};

beforeAll(async () => {
  writeFileSync(FIRST, JSON.stringify(Array.from({ length: 30 }, (_, i) => i)));
  llm = await startLlmServer({ endpointName: 'mail-triage' });
  api = createServer((request: IncomingMessage, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      calls.push({ call: `${request.method} ${request.url}`, body: text === '' ? undefined : JSON.parse(text) });
      const whole = request.url!.endsWith('/bare/status') ? {} : { prompts: inUse };
      response.writeHead(200).end(JSON.stringify(request.method === 'GET' ? whole : inUse));
    });
  });
  await new Promise<void>((listening) => api.listen(0, '127.0.0.1', listening));
  apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}/v1`;
});
afterAll(async () => {
  await llm.close();
  await new Promise((closed) => api.close(closed));
});

describe('plumbline prompt', () => {
  test('tells which versions decisions are asked by', async () => {
    expect(await run('--api', apiUrl)).toEqual({
      code: 0,
      stdout: 'asked by version 1, and 2 on 10.0\u00a0% of the decisions\nsince 2026-11-28T09:00:00.000Z: a try\n',
      stderr: '',
    });
  });

  test('says so where there are none', async () => {
    expect(await run('--api', `${apiUrl}/bare`)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no language model/),
    });
  });

  test.each([
    [['promote', '2', '--reason', 'better'], { live: '2', reason: 'better' }],
    [
      ['promote', '2', '--reason', 'a try', '--share', '0.1'],
      { candidate: { version: '2', share: 0.1 }, reason: 'a try' },
    ],
    [['rollback', '--reason', 'worse'], { rollback: true, reason: 'worse' }],
  ])('%j asks for it', async (args, body) => {
    expect(await run(...args, '--api', apiUrl)).toMatchObject({ code: 0 });
    expect(calls.at(-1)).toEqual({ call: 'PUT /v1/prompts', body });
  });

  test.each([
    [['promote', '2'], /--reason/],
    [['promote', '--reason', 'x'], /Usage/],
    [['rollback', '1', '--reason', 'x'], /Usage/],
    [['promote', '2', '--reason', 'x', '--share', '2'], /--share must be a number from 0 to 1/],
    [['demote', '2', '--reason', 'x'], /Usage/],
  ])('%j is not understood', async (args, problem) => {
    expect(await run(...args, '--api', apiUrl)).toMatchObject({ code: 2, stderr: expect.stringMatching(problem) });
  });
});

describe('plumbline prompt diff', () => {
  test('shows what was taken out and what was put in', async () => {
    const { code, stdout } = await run('diff', TRIAGE, '1', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^- body: input\.body, at most 4000 characters$/m);
    expect(stdout).toMatch(/^\+ body: input\.body, at most 2000 characters$/m);
    expect(stdout).toMatch(/^ {2}Is this mail ham or spam\?$/m);
    expect(await run('diff', TRIAGE, '1', '1')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no difference'),
    });
  });

  test.each([
    [[TRIAGE, '1', '9'], /There is no version "9" of the prompt; there is 1, 2\./],
    [[CREDIT, '1', '2'], /The model of credit-risk is no language model/],
    [[TRIAGE, '1'], /two versions/],
  ])('%j is not understood', async (args, problem) => {
    expect(await run('diff', ...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(problem) });
  });
});

describe('plumbline prompt eval', () => {
  const evaluate = (...args: string[]) =>
    run('eval', TRIAGE, '--data', MAILS, '--rows', FIRST, '--runtime', llm.url, ...args);
  const fault = (kind: string) =>
    fetch(`${llm.url}/fault`, { method: 'PUT', body: JSON.stringify({ kind, stubborn: true }) });
  afterEach(() => fault('none'));

  test('asks about each row by each version, and tells how they compare', async () => {
    const scores = scratchPath('prompt-scores.json');
    const { code, stdout } = await evaluate('--version', '1', '--version', '2', '--json');
    expect(code).toBe(0);
    const { versions, skipped } = JSON.parse(stdout);
    expect(skipped).toBe(0);
    expect(versions.map(({ version }: { version: string }) => version)).toEqual(['1', '2']);
    expect(versions[0]).toMatchObject({ rows: 30, answered: 30, unusable: 0 });
    expect(versions[0].right).toBeGreaterThanOrEqual(27);
    expect(versions[1].inputTokens).not.toBe(versions[0].inputTokens);
    expect(versions[1].dearer.low).toBeLessThanOrEqual(versions[1].dearer.high);
    expect((await evaluate('--scores', scores)).code).toBe(0);
    const written = JSON.parse(readFileSync(scores, 'utf8')) as number[];
    expect(written).toHaveLength(30);
    expect(written.every((score) => score >= 0 && score <= 1)).toBe(true);
  });

  test('counts what could not be used, and fails where nothing was answered', async () => {
    await fault('malformed');
    const { code, stdout, stderr } = await evaluate('--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).versions[0]).toMatchObject({ answered: 0, unusable: 30, logLoss: null });
    expect(stderr).toContain('answered none of the rows');
  });

  test('says what it cannot understand or reach', async () => {
    expect((await evaluate('--version', '7')).stderr).toMatch(/There is no version "7"/);
    expect((await evaluate('--version', '1', '--version', '2', '--scores', 'x.json')).stderr).toMatch(/one --version/);
    const unreached = await run('eval', TRIAGE, '--data', MAILS, '--rows', FIRST, '--runtime', 'http://127.0.0.1:9');
    expect(unreached).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot be reached/) });
  });
});
