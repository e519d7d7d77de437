import type { ChatAnswer, ChatRequest, Choice, Likelihood, Token, Usage } from '../core/llm/chat';

// The wire format of chat completions: OpenAI's, which AWS's LMI containers (vLLM, TensorRT-LLM) and others speak.

/** The body of a request. */
export function chatBody(
  { messages, temperature, mostTokens, samples, topLogprobs, schema }: ChatRequest,
  { stream = true } = {},
): string {
  return JSON.stringify({
    messages,
    temperature,
    max_tokens: mostTokens,
    ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
    ...(samples === 1 ? {} : { n: samples }),
    ...(topLogprobs === 0 ? {} : { logprobs: true, top_logprobs: topLogprobs }),
    ...(schema === undefined
      ? {}
      : { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } } }),
  });
}

/** No token has more characters; so an endless answer is not read to its end. */
const LONGEST_TOKEN = 64;

interface WireToken {
  readonly token: string;
  readonly bytes?: readonly number[] | null;
  readonly logprob: number;
  readonly top_logprobs?: readonly WireToken[];
}

interface WireChunk {
  readonly error?: unknown;
  readonly choices?: readonly {
    readonly index?: number;
    readonly delta?: { readonly content?: string | null };
    /** In the place of the deltas, where the answer comes in one piece. */
    readonly message?: { readonly content?: string | null };
    readonly logprobs?: { readonly content?: readonly WireToken[] | null } | null;
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null;
}

/** Thrown where what came is no chat completion. */
export class BrokenStream extends Error {
  override readonly name = 'BrokenStream';
}

/** Puts the pieces of an answer together, as server-sent events. What it is given may end anywhere, in the middle of a character too. */
export class ChatCollector {
  private readonly decoder = new TextDecoder();
  private readonly choices: { text: string; tokens: Token[]; finish: string | undefined }[];
  private readonly mostCharacters: number;
  private rest = '';
  private usage: Usage | undefined;

  constructor({ samples, mostTokens }: Pick<ChatRequest, 'samples' | 'mostTokens'>) {
    this.choices = Array.from({ length: samples }, () => ({ text: '', tokens: [], finish: undefined }));
    this.mostCharacters = mostTokens * LONGEST_TOKEN;
  }

  /** Whether there was any of an answer in it. Throws BrokenStream. */
  take(piece: Uint8Array): boolean {
    const lines = (this.rest + this.decoder.decode(piece, { stream: true })).split('\n');
    this.rest = lines.pop()!;
    if (this.rest.length > MOST_LINE) throw new BrokenStream('A line of the stream is too long.');
    let any = false;
    for (const line of lines) any = this.takeLine(line.trimEnd()) || any;
    return any;
  }

  answer(firstTokenMs: number): ChatAnswer {
    if (this.rest.trim() !== '') this.takeLine(this.rest.trimEnd());
    const choices = this.choices.map(({ text, tokens, finish }): Choice => ({
      text,
      tokens,
      whole: finish === 'stop',
    }));
    return { choices, usage: this.usage, firstTokenMs };
  }

  private takeLine(line: string): boolean {
    // Comments keep connections open; events have names that say nothing here.
    if (line === '' || /^(:|event:|id:|retry:)/.test(line)) return false;
    if (!line.startsWith('data:')) throw new BrokenStream('A line of the stream is no server-sent event.');
    const data = line.slice('data:'.length).trim();
    if (data === '[DONE]') return false;
    const chunk = parse(data);
    if (chunk === null || chunk.error !== undefined) throw new BrokenStream('The endpoint broke its answer off.');
    const { usage } = chunk;
    if (usage) this.usage = { inputTokens: count(usage.prompt_tokens), outputTokens: count(usage.completion_tokens) };
    let any = false;
    for (const { index = 0, delta, message, logprobs, finish_reason } of chunk.choices ?? []) {
      const choice = this.choices[index];
      if (!choice) throw new BrokenStream(`There is no answer ${index}.`);
      const content = (delta ?? message)?.content ?? '';
      choice.text += content;
      choice.tokens.push(...(logprobs?.content ?? []).map(readToken));
      choice.finish = finish_reason ?? choice.finish;
      if (choice.text.length > this.mostCharacters) throw new BrokenStream('An answer is longer than it may be.');
      any ||= content !== '';
    }
    return any;
  }
}

/** Twenty alternatives to each of many tokens make a long line, but not one of megabytes. */
const MOST_LINE = 1024 * 1024;

function parse(data: string): WireChunk {
  try {
    return JSON.parse(data) as WireChunk;
  } catch {
    throw new BrokenStream('An event of the stream is not JSON.');
  }
}

const readToken = (token: WireToken): Token => ({
  ...readLikelihood(token),
  top: (token.top_logprobs ?? []).map(readLikelihood),
});

const readLikelihood = ({ token, bytes, logprob }: WireToken): Likelihood => ({
  bytes: (bytes ? Buffer.from(bytes) : Buffer.from(String(token), 'utf8')).toString('latin1'),
  logprob: Number(logprob),
});

const count = (tokens: number | undefined): number => (Number.isInteger(tokens) && tokens! >= 0 ? tokens! : 0);
