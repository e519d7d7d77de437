import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { compileGuards } from '../../core/llm/guards/compile-guards';
import { ON_FAILURE } from '../../core/llm/guards/settings';
import { loadInjectionModel } from '../../core/llm/injection-model';
import { systemClock } from '../../lambdas/_runtime/system-clock';
import { readLabels, sagemakerClassifier } from '../../adapters/sagemaker-classifier';

const attack = ['INJECTION', 'JAILBREAK'];
const patient = new AbortController().signal;

let server: Server;
let answer: (request: { readonly url: string; readonly body: string }, response: ServerResponse) => void;
beforeAll(async () => {
  server = createServer((request: IncomingMessage, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => answer({ url: request.url!, body: Buffer.concat(pieces).toString('utf8') }, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function classifierAt(port = (server.address() as AddressInfo).port) {
  const client = new SageMakerRuntimeClient({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${port}`,
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return sagemakerClassifier(client, { endpoint: 'prompt-guard', attack });
}

test('the text is sent as Hugging Face’s containers take it, and the scores of attacks are added', async () => {
  let sent: { readonly url: string; readonly body: string } | undefined;
  answer = (request, response) => {
    sent = request;
    response.setHeader('content-type', 'application/json');
    response.end('[[{"label":"BENIGN","score":0.25},{"label":"INJECTION","score":0.5},{"label":"JAILBREAK","score":0.25}]]');
  }; // prettier-ignore
  expect(await classifierAt().classify('Grüße 👋 "x"', patient)).toEqual({ score: 0.75 });
  expect(sent!.url).toBe('/endpoints/prompt-guard/invocations');
  expect(JSON.parse(sent!.body)).toEqual({ inputs: 'Grüße 👋 "x"', parameters: { truncation: true } });
});

test.each<[string, (response: ServerResponse) => void, string]>([
  ['an error of the container', (response) => response.writeHead(424).end('{"message":"a text"}'), 'error'],
  ['throttling', (response) => response.writeHead(429).end('{}'), 'error'],
  ['no answer at all', (response) => response.destroy(), 'error'],
  ['half an answer', (response) => response.writeHead(200, { 'content-length': '99' }).end('[{', () => response.destroy()), 'error'],
  ['something else', (response) => response.end('<html>'), 'garbage'],
  ['nothing', (response) => response.end(), 'garbage'],
  ['far too much', (response) => response.end(`[{"label":"BENIGN","score":1}${' '.repeat(100_000)}]`), 'garbage'],
])('%s is a failure and no exception', async (_, respond, failed) => {
  answer = (_request, response) => respond(response);
  expect(await classifierAt().classify('a text', patient)).toEqual({ failed });
}); // prettier-ignore

test('an endpoint that does not answer is given up in time, and one that is not there fails', async () => {
  const over = new AbortController();
  answer = () => over.abort();
  expect(await classifierAt().classify('a text', over.signal)).toEqual({ failed: 'slow' });
  expect(await classifierAt(1).classify('a text', patient)).toEqual({ failed: 'error' });
});

describe.each<[string, (response: ServerResponse) => void, string]>([
  ['is slow', () => undefined, 'slow'],
  ['fails', (response) => response.writeHead(500).end(), 'error'],
  ['answers garbage', (response) => response.end('[{"label":"INJECTION","score":7}]'), 'garbage'],
])('a guard whose endpoint %s', (_, respond, code) => {
  test.each(ON_FAILURE)('ends as "%s" says', async (onFailure) => {
    answer = (_request, response) => respond(response);
    const guard = {
      use: { endpoint: 'prompt-guard', attack },
      onFlag: 'fallback',
      onFailure,
      within: '300ms',
    } as const;
    const parts = { model: loadInjectionModel(), classifier: () => classifierAt(), clock: systemClock };
    const found = await compileGuards({ input: { guard } }, parts).input(['a text'], patient);
    expect(found.verdict).toBe({ open: 'pass', closed: 'fallback', review: 'review' }[onFailure]);
    expect(found.reports).toMatchObject([{ guard: 'guard', result: 'failed', code, acted: onFailure !== 'open' }]);
  });
});

test.each([
  ['[{"label":"INJECTION","score":0.98}]', 0.98],
  ['[[{"label":"JAILBREAK","score":0.98}]]', 0.98],
  ['[{"label":"BENIGN","score":0.75}]', 0.25],
  ['[{"label":"BENIGN","score":1},{"label":"INJECTION","score":0}]', 0],
  ['[{"label":"INJECTION","score":0.9},{"label":"JAILBREAK","score":0.8}]', 1],
])('%s says %d', (body, score) => expect(readLabels(body, attack)).toEqual({ score }));

test.each([
  '', 'null', '{}', '[]', '[[]]', '0.5', '"INJECTION"', '[0.5]', '[null]', '[{"label":"INJECTION"}]', '[{"score":0.5}]',
  '[{"label":"INJECTION","score":1.5}]', '[{"label":"INJECTION","score":-0.1}]', '[{"label":"INJECTION","score":"0.5"}]',
  '[{"label":"INJECTION","score":null}]', '[{"label":"INJECTION","score":1e999}]', '[{"label":1,"score":0.5}]',
  '[{"label":"INJECTION","score":0.2},{"label":"INJECTION","score":0.3}]', '[[{"label":"INJECTION","score":0.2}],[]]',
  '[{"label":"LABEL_0","score":0.9},{"label":"LABEL_1","score":0.1}]', '{"label":"INJECTION","score":0.5}',
])('%s is no answer', (body) => expect(readLabels(body, attack)).toEqual({ failed: 'garbage' })); // prettier-ignore
