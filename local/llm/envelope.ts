import { createHash } from 'node:crypto';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { Choice, Token } from './answer';
import type { ChatRequest, Message } from './chat-request';

/** What answers give as the model: it is no language model, and says so. */
export const MODEL = 'stand-in-spam-classifier';

/** What a message takes beside its words, and what opens the answer. */
const TOKENS_OF_FRAME = 3;
/** Texts are counted in pieces, from word to word where there are words: the tokenizer slows down on long ones without. */
const PIECE = /[^]{1,2000}(?=\s|$)|[^]{1,2000}/g;

const count = (text: string): number =>
  (text.match(PIECE) ?? []).reduce((sum, piece) => sum + countTokens(piece, { disallowedSpecial: new Set() }), 0);

const promptTokens = (messages: readonly Message[]): number =>
  messages.reduce((sum, { role, content }) => sum + TOKENS_OF_FRAME + count(role) + count(content), TOKENS_OF_FRAME);

/** Tokens of the prompt are those of o200k; tokens of the answer those that were given, as `max_tokens` counts them. */
function usageOf({ messages }: ChatRequest, choices: readonly Choice[]) {
  const [prompt, completion] = [promptTokens(messages), choices.reduce((sum, { tokens }) => sum + tokens.length, 0)];
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

const head = (object: string, request: ChatRequest, created: number) => ({
  id: `chatcmpl-${createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 24)}`,
  object,
  created,
  model: MODEL,
});

const bytesOf = (token: string): number[] => [...Buffer.from(token)];

function logprobsOf({ logprobs, top_logprobs = 0 }: ChatRequest, tokens: readonly Token[]) {
  if (!logprobs) return null;
  const content = tokens.map(({ text, logprob, top }) => ({
    token: text,
    logprob,
    bytes: bytesOf(text),
    top_logprobs: top
      .slice(0, top_logprobs)
      .map((other) => ({ token: other.text, logprob: other.logprob, bytes: bytesOf(other.text) })),
  }));
  return { content };
}

/** The answer as one `chat.completion`; `created` in seconds of the epoch. */
export const completionOf = (request: ChatRequest, choices: readonly Choice[], created: number) => ({
  ...head('chat.completion', request, created),
  choices: choices.map(({ tokens, finish }, index) => ({
    index,
    message: { role: 'assistant', content: tokens.map(({ text }) => text).join('') },
    logprobs: logprobsOf(request, tokens),
    finish_reason: finish,
  })),
  usage: usageOf(request, choices),
});

/** The answer as `chat.completion.chunk`s: the role, token by token, the reason to end, then the usage if asked for. */
export function* chunksOf(request: ChatRequest, choices: readonly Choice[], created: number): Generator<object> {
  const withUsage = request.stream_options?.include_usage === true;
  const chunk = (list: readonly object[], more = withUsage ? { usage: null as object | null } : {}) => ({
    ...head('chat.completion.chunk', request, created),
    choices: list,
    ...more,
  });
  const say = (index: number, delta: object, logprobs: object | null, finish: string | null) =>
    chunk([{ index, delta, logprobs, finish_reason: finish }]);

  for (const index of choices.keys()) yield say(index, { role: 'assistant', content: '' }, null, null);
  const longest = Math.max(...choices.map(({ tokens }) => tokens.length));
  for (let at = 0; at < longest; at++)
    for (const [index, { tokens }] of choices.entries()) {
      const token = tokens[at];
      if (token) yield say(index, { content: token.text }, logprobsOf(request, [token]), null);
    }
  for (const [index, { finish }] of choices.entries()) yield say(index, {}, null, finish);
  if (withUsage) yield chunk([], { usage: usageOf(request, choices) });
}
