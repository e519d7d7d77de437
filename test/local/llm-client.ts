import {
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import { join } from 'node:path';
import { type Mail, readMails } from '../../examples/mail-triage/data/mails';
import type { EndpointServer } from '../../local/endpoint-server';
import type { LlmFault } from '../../local/llm-server';
import type { ChatRequest } from '../../local/llm/chat-request';
import type { completionOf } from '../../local/llm/envelope';

export const mails = readMails(join(__dirname, '../../examples/mail-triage/data/mails.jsonl'));
export type Completion = ReturnType<typeof completionOf>;

export const SYSTEM = 'Is the mail spam? Answer in JSON with "verdict", which is "spam" or "ham", and "reason".';
export const schema = {
  type: 'object',
  properties: { verdict: { enum: ['spam', 'ham'] }, reason: { type: 'string', maxLength: 200 } },
  required: ['verdict', 'reason'],
  additionalProperties: false,
};

export const textOf = ({ subject, body }: Mail): string =>
  [subject, body]
    .map((part, i) => `<data name="${i === 0 ? 'subject' : 'body'}">${part.replaceAll('<', '&lt;')}</data>`)
    .join('\n');

/** A request about a mail; by the schema, at temperature 0, unless `more` says otherwise. */
export const about = (user: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  messages: [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: user },
  ],
  temperature: 0,
  response_format: { type: 'json_schema', json_schema: { schema } },
  ...more,
});

export interface Chunk {
  readonly object: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: { readonly role?: string; readonly content?: string };
    readonly logprobs: object | null;
    readonly finish_reason: string | null;
  }[];
  readonly usage?: object | null;
}

/** Asks a server through AWS's own client. */
export function clientOf(server: EndpointServer, endpointName = 'mail') {
  const client = new SageMakerRuntimeClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  const input = (request: unknown) => ({
    EndpointName: endpointName,
    ContentType: 'application/json',
    Body: typeof request === 'string' ? request : JSON.stringify(request),
  });

  /** The body, whatever it is. */
  async function invoke(request: unknown): Promise<string> {
    const { Body } = await client.send(new InvokeEndpointCommand(input(request)));
    return Body.transformToString();
  }

  /** The payload parts, as they come. */
  async function* parts(request: unknown, seen: (type: string | undefined) => void = () => {}): AsyncGenerator<Buffer> {
    const { Body, ContentType } = await client.send(new InvokeEndpointWithResponseStreamCommand(input(request)));
    seen(ContentType);
    for await (const { PayloadPart } of Body!) yield Buffer.from(PayloadPart!.Bytes!);
  }

  async function partsOf(request: unknown): Promise<Buffer[]> {
    const all: Buffer[] = [];
    for await (const part of parts(request)) all.push(part);
    return all;
  }

  return {
    invoke,
    parts,
    partsOf,
    ask: async (request: unknown) => JSON.parse(await invoke(request)) as Completion,
    chunks: async (request: ChatRequest) =>
      chunksIn(Buffer.concat(await partsOf({ ...request, stream: true })).toString()),
    set: (fault: LlmFault) => fetch(`${server.url}/fault`, { method: 'PUT', body: JSON.stringify(fault) }),
    struck: async () => ((await (await fetch(`${server.url}/fault`)).json()) as { readonly struck: number }).struck,
  };
}

/** Server-sent events, whose last is `[DONE]`. */
export function chunksIn(text: string): Chunk[] {
  const events = text.split('\n\n');
  expect(events.splice(-2)).toEqual(['data: [DONE]', '']);
  return events.map((event) => JSON.parse(event.replace(/^data: /, '')) as Chunk);
}

export const spoken = (chunks: readonly Chunk[], index = 0): string =>
  chunks
    .flatMap(({ choices }) => choices.filter((choice) => choice.index === index))
    .map(({ delta }) => delta.content ?? '')
    .join('');

export const contentOf = ({ choices }: Completion): string => choices[0]!.message.content;
