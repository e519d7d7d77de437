import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { sagemakerChat } from '../../adapters/sagemaker-chat';
import type { ChatAnswer, ChatRequest, StreamLimits } from '../../core/llm/chat';
import { systemClock } from '../../lambdas/_runtime/system-clock';
import type { EndpointServer } from '../../local/endpoint-server';
import { type LlmFault, startLlmServer } from '../../local/llm-server';

let server: EndpointServer;
let client: SageMakerRuntimeClient;
beforeAll(async () => {
  server = await startLlmServer({ endpointName: 'triage' });
  client = new SageMakerRuntimeClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
});
afterAll(() => server.close());
afterEach(() => fault({ kind: 'none' }));

const fault = (set: LlmFault) => fetch(`${server.url}/fault`, { method: 'PUT', body: JSON.stringify(set) });

const request: ChatRequest = {
  caller: 'me',
  messages: [
    { role: 'system', content: 'Answer with {"verdict": "spam"} or {"verdict": "ham"}.' },
    { role: 'user', content: '<data name="body">\nFREE money!!! Click here to unsubscribe and win\n</data>' },
  ],
  temperature: 0,
  mostTokens: 60,
  samples: 1,
  topLogprobs: 5,
  schema: {
    type: 'object',
    properties: { verdict: { type: 'string', enum: ['ham', 'spam'] } },
    required: ['verdict'],
    additionalProperties: false,
  },
};
const patient: StreamLimits = { firstTokenMs: Infinity, betweenTokensMs: Infinity };
const ask = (over: Partial<ChatRequest> = {}, limits = patient, ms = 5_000): Promise<ChatAnswer> =>
  sagemakerChat(client, 'triage', systemClock).complete({ ...request, ...over }, limits, AbortSignal.timeout(ms));

test('reads the whole of a streamed answer: text, tokens with alternatives, and what it took', async () => {
  const answer = await ask();
  if ('failed' in answer) throw new Error(answer.failed);
  const [choice] = answer.choices;
  expect(JSON.parse(choice!.text)).toEqual({ verdict: 'spam' });
  expect(choice!.whole).toBe(true);
  expect(choice!.tokens.map(({ bytes }) => bytes).join('')).toBe(choice!.text);
  const label = choice!.tokens.find(({ bytes }) => bytes === 'spam')!;
  const chances = label.top.map(({ logprob }) => Math.exp(logprob));
  expect(chances.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
  expect(answer.usage!.inputTokens).toBeGreaterThan(20);
  expect(answer.usage!.outputTokens).toBe(choice!.tokens.length);
  expect(answer.firstTokenMs).toBeGreaterThanOrEqual(0);
});

test('reads several samples, each by itself', async () => {
  const answer = await ask({ samples: 5, temperature: 1, topLogprobs: 0 });
  expect('choices' in answer && answer.choices.map(({ whole, tokens }) => [whole, tokens.length])).toEqual(
    Array.from({ length: 5 }, () => [true, 0]),
  );
});

test('an answer that ran out of tokens is not whole', async () => {
  const answer = await ask({ mostTokens: 3 });
  expect('choices' in answer && answer.choices[0]!.whole).toBe(false);
});

test.each<[LlmFault, string]>([
  [{ kind: 'fail' }, 'MODEL_ERROR'],
  [{ kind: 'throttle' }, 'MODEL_THROTTLED'],
  [{ kind: 'cut' }, 'MODEL_ERROR'],
  [{ kind: 'garbage' }, 'MODEL_ERROR'],
])('%j is %s', async (set, failed) => {
  await fault(set);
  expect(await ask()).toEqual({ failed });
});

test('an answer that does not begin in time, or does not go on, is cut', async () => {
  await fault({ kind: 'slow', ms: 5_000 });
  expect(await ask({}, { firstTokenMs: 100, betweenTokensMs: 1_000 })).toEqual({ failed: 'MODEL_STALLED' });
  await fault({ kind: 'stall', ms: 5_000 });
  expect(await ask({}, { firstTokenMs: 1_000, betweenTokensMs: 100 })).toEqual({ failed: 'MODEL_STALLED' });
});

test('one that takes longer than the request has is too late', async () => {
  await fault({ kind: 'stall', ms: 5_000 });
  expect(await ask({}, patient, 200)).toEqual({ failed: 'MODEL_TIMEOUT' });
});

test('what the container refuses is the fault of the request', async () => {
  expect(await ask({ temperature: 9 })).toEqual({ failed: 'MODEL_INVALID' });
});

test('an endpoint that is not there fails', async () => {
  const chat = sagemakerChat(client, 'absent', systemClock);
  expect(await chat.complete(request, patient, AbortSignal.timeout(5_000))).toEqual({ failed: 'MODEL_ERROR' });
});
