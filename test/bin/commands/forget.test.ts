import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toStored } from '../../../adapters/stored-record';
import { forgetCommand } from '../../../bin/commands/forget';
import { toAttributes } from '../../../bin/history/attribute-values';
import { decidedRecord, idOf } from '../../core/review/loans';

const fine = toAttributes(toStored(decidedRecord(idOf(1), { caller: '123456789012:role/App' })));
/** Somebody took its caller away. */
const broken = { ...fine, id: { S: idOf(2) }, caller: { NULL: true } };
const items = [fine, broken];

let out = '';
let err = '';
let server: Server;

beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((out += String(text))));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((err += String(text))));
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const action = String(request.headers['x-amz-target']).split('.').at(-1)!;
      const answer = action === 'undefined' ? '<Arn>arn:aws:iam::1:user/ann</Arn>' : answers[action]!(JSON.parse(body));
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  jest.replaceProperty(process, 'env', {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'AKID',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
afterAll(async () => {
  jest.restoreAllMocks();
  await new Promise((closed) => server.close(closed));
});

interface Asked {
  readonly Key: { readonly id: unknown };
}

const answers: Record<string, (body: Asked) => object> = {
  DescribeTable: () => ({ Table: { ItemCount: items.length } }),
  Scan: () => ({ Items: items }),
  GetItem: ({ Key }) => ({ Item: items.find(({ id }) => JSON.stringify(id) === JSON.stringify(Key.id)) }),
  PutItem: () => {
    puts++;
    return {};
  },
};
let puts = 0;

async function forget(who: string, ...options: string[]) {
  [out, err, puts] = ['', '', 0];
  const given = options.length > 0 ? options : ['--reason', 'r'];
  const code = await forgetCommand.run([who, ...given, '--table', 'decisions', '--state', 'state']);
  return { code, out, err };
}

test('what cannot be read is left, counted, and no success', async () => {
  const { code, out: says } = await forget('123456789012:role/App');
  expect(says).toMatch(/^1 decision found, 1 erased\n {2}1 are no decision and were left/);
  expect(code).toBe(1);
});

test('so it is when it is asked for by its id', async () => {
  expect(await forget(idOf(2))).toMatchObject({ code: 1, out: expect.stringMatching(/^0 .*\n {2}1 are no decision/) });
  expect(await forget(idOf(1))).toEqual({ code: 0, out: '1 decision found, 1 erased\n', err: '' });
});

test('an id that no decision has is told, and no success', async () => {
  const says = `There is no decision ${idOf(3)} in decisions.\n`;
  expect(await forget(idOf(3))).toEqual({ code: 1, out: '', err: says });
  expect(await forget(idOf(3), '--dry-run')).toEqual({ code: 1, out: '', err: says });
  const { code, out: json } = await forget(idOf(3), '--reason', 'r', '--json');
  expect([code, JSON.parse(json)]).toMatchObject([1, { matched: 0, forgotten: 0 }]);
});

test('a caller of no decision may have none', async () => {
  expect(await forget('123456789012:role/Other')).toMatchObject({ out: expect.stringMatching(/^0 decisions found/) });
});

test('a dry run needs no reason, for it records none', async () => {
  expect(await forget(idOf(1), '--dry-run')).toMatchObject({
    code: 0,
    out: '1 decision found, none erased: a dry run\n',
  });
  expect(puts).toBe(0);
});
