import fc from 'fast-check';
import { BrokenStream, ChatCollector, chatBody } from '../../adapters/chat-completions';

const one = { samples: 1, mostTokens: 100 };
const bytes = (text: string) => new TextEncoder().encode(text);
const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
const delta = (content: string, more = {}) => event({ choices: [{ index: 0, delta: { content }, ...more }] });

const whole =
  ': a comment\n\nevent: message\n' +
  event({ choices: [{ index: 0, delta: { role: 'assistant' } }] }) +
  delta('{"a":"é', { logprobs: { content: [{ token: '{"a":"é', logprob: -0.5, top_logprobs: [] }] } }) +
  delta('"}', { finish_reason: 'stop' }) +
  event({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 3 } }) +
  'data: [DONE]\n\n';

test('puts an answer together wherever its bytes are cut', () => {
  const all = bytes(whole);
  fc.assert(
    fc.property(fc.array(fc.nat(all.length)), (cuts) => {
      const collector = new ChatCollector(one);
      const at = [0, ...cuts.sort((a, b) => a - b), all.length];
      for (let i = 1; i < at.length; i++) collector.take(all.slice(at[i - 1], at[i]));
      expect(collector.answer(7)).toEqual({
        choices: [{ text: '{"a":"é"}', tokens: [{ bytes: '{"a":"Ã©', logprob: -0.5, top: [] }], whole: true }],
        usage: { inputTokens: 12, outputTokens: 3 },
        firstTokenMs: 7,
      });
    }),
    { seed: 6 },
  );
});

test('tells what holds words from what does not', () => {
  const collector = new ChatCollector(one);
  expect(collector.take(bytes(': keep-alive\n\n'))).toBe(false);
  expect(collector.take(bytes(event({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] })))).toBe(
    false,
  );
  expect(collector.take(bytes(delta('a')))).toBe(true);
  expect(collector.take(bytes(event({ choices: [], usage: null })))).toBe(false);
});

test('an answer without an end, or of a filter, is not whole', () => {
  for (const text of [delta('a'), delta('a', { finish_reason: 'content_filter' })]) {
    const collector = new ChatCollector(one);
    collector.take(bytes(text));
    expect(collector.answer(0)).toMatchObject({ choices: [{ text: 'a', whole: false }], usage: undefined });
  }
});

test.each([
  ['no event', '<html>\n'],
  ['no JSON', 'data: {"a\n\n'],
  ['null', 'data: null\n\n'],
  ['an error', event({ error: { message: 'out of memory' } })],
  ['an answer too many', event({ choices: [{ index: 1, delta: { content: 'a' } }] })],
  ['an answer without end', delta('a'.repeat(10_000))],
  ['a line without end', `data: ${'a'.repeat(2_000_000)}`],
])('%s breaks the stream', (_, text) => {
  expect(() => new ChatCollector(one).take(bytes(text))).toThrow(BrokenStream);
});

test('asks for what the request says, and for nothing else', () => {
  const request = { caller: 'me', messages: [], temperature: 0, mostTokens: 9, samples: 1, topLogprobs: 0 };
  expect(JSON.parse(chatBody(request))).toEqual({
    messages: [],
    temperature: 0,
    max_tokens: 9,
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(JSON.parse(chatBody({ ...request, samples: 3, topLogprobs: 5, schema: { type: 'object' } }))).toMatchObject({
    n: 3,
    logprobs: true,
    top_logprobs: 5,
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' }, strict: true } },
  });
});
