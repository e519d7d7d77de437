import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Fate, FaultyProxy, PASS } from '../../../bench/faults/proxy';

let upstream: Server;
let proxy: FaultyProxy;
let served: string[];

beforeEach(async () => {
  served = [];
  upstream = createServer((request, response) => {
    served.push(String(request.headers['x-amz-target']));
    request.resume().on('end', () => response.end('done'));
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  proxy = await new FaultyProxy().listen();
  proxy.upstream = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterEach(() => {
  proxy.close();
  upstream.close();
  upstream.closeAllConnections();
});

const call = (target: string) =>
  fetch(proxy.url, { method: 'POST', body: '{}', headers: { 'x-amz-target': target, connection: 'close' } });
const whereTarget = (target: string, fate: Fate) => proxy.inflict((one) => (one.target === target ? fate : PASS));

test('only what a fault is for is struck, and told; afterwards all passes again', async () => {
  const end = whereTarget('A.Put', { kind: 'refuse', status: 500, code: 'InternalServerError' });
  expect((await call('A.Put')).headers.get('x-amzn-errortype')).toBe('InternalServerError');
  expect(await (await call('A.Get')).text()).toBe('done');
  expect(await end()).toBe(1);
  expect((await call('A.Put')).status).toBe(200);
  expect(served).toEqual(['A.Get', 'A.Put']);
});

test('a call that is reset never comes to the service; one whose answer is lost does', async () => {
  const reset = whereTarget('A.Put', { kind: 'reset' });
  await expect(call('A.Put')).rejects.toThrow();
  expect([await reset(), served]).toEqual([1, []]);
  const lost = whereTarget('A.Put', { kind: 'lose answer' });
  await expect(call('A.Put')).rejects.toThrow();
  expect([await lost(), served]).toEqual([1, ['A.Put']]);
});

test("an answer's clock can be wrong", async () => {
  const end = whereTarget('A.Put', { kind: 'pass', skewMs: 900_000 });
  const date = Date.parse((await call('A.Put')).headers.get('date')!);
  expect(date - Date.now()).toBeGreaterThan(800_000);
  expect(await end()).toBe(1);
});
