import {
  type Call,
  type CommonFault,
  FAULT_MS,
  type Fault,
  type EndpointServer,
  disturb,
  pause,
  refuse,
  send,
  startEndpointServer,
} from './endpoint-server';
import { type AnswerFault, applies, choicesOf, randomFor } from './llm/answer';
import { type ChatRequest, readChatRequest } from './llm/chat-request';
import { chunksOf, completionOf } from './llm/envelope';
import { payloadPart, splitter } from './llm/event-stream';

/**
 * What the server does to a share of its requests. Before the first byte: `slow`, `fail`, `throttle`. Of the envelope:
 * `garbage` (no JSON), `cut` (the connection breaks, in a stream after its first tokens), `stall` (a stream pauses after
 * its first tokens; else as `slow`). Of the answer: `malformed` (broken JSON), `wrong` (a label that nobody asked for),
 * `truncated` (ends halfway), `leak` (repeats the system message), `hijack` (obeys a `SAY: …` in the data).
 */
export interface LlmFault extends Fault<CommonFault | 'garbage' | 'stall' | AnswerFault> {
  /** Whether `malformed`, `wrong` and `truncated` strike again when the conversation asks for a better answer. @default false */
  readonly stubborn?: boolean;
}

export interface LlmServerOptions {
  /** The endpoint that the server stands for. */
  readonly endpointName: string;
  /** @default - any free port */
  readonly port?: number;
  /** Milliseconds between the tokens of a stream. @default 0 */
  readonly tokenMs?: number;
}

export const ABOUT =
  'A stand-in for a language model: a small classifier of spam behind the chat completions format. It is no language model.';

const STREAM = 'invocations-response-stream';
/** So many chunks are the first tokens. */
const FIRST = 4;
const GARBAGE = '<html>no answer</html>';
const EVENT_STREAM = { 'content-type': 'application/vnd.amazon.eventstream' };

/**
 * A stand-in for an endpoint with a language model. It speaks the chat completions format through SageMaker's runtime
 * (`POST /endpoints/{name}/invocations`, `…/invocations-response-stream`) and as the bare container (`POST /invocations`,
 * `POST /v1/chat/completions`, `GET /ping`); what it has to say is the word of a small classifier of spam. `PUT /fault`
 * sets an LlmFault; `GET /fault` tells how many requests it has struck: `{ "struck" }`.
 */
export function startLlmServer({ endpointName, port = 0, tokenMs = 0 }: LlmServerOptions): Promise<EndpointServer> {
  async function answer(call: Call<LlmFault>): Promise<void> {
    const request = readChatRequest(call.body);
    if ('problem' in request) return refuseRequest(call, request.problem);
    const fault = call.strike((set) => applies(set, request));
    const streamed = request.stream === true;
    if (fault?.kind === 'stall' && !streamed) await pause(fault.ms ?? FAULT_MS, call.response);
    if (!(fault?.kind === 'cut' && streamed) && (await disturb(fault, call))) return;

    const out = writerFor(call, request);
    if (fault?.kind === 'garbage') return out.end(GARBAGE);
    if (streamed) return stream(call, request, out, fault);
    out.end(JSON.stringify(completionOf(request, choicesOf(request, spoiltBy(fault)), now())));
  }

  async function stream(
    { response }: Call<LlmFault>,
    request: ChatRequest,
    out: Writer,
    fault?: LlmFault,
  ): Promise<void> {
    let sent = 0;
    for (const chunk of chunksOf(request, choicesOf(request, spoiltBy(fault)), now())) {
      if (sent === FIRST && fault?.kind === 'cut') {
        // What was written in this turn of the loop leaves at its end.
        setImmediate(() => response.socket?.destroySoon());
        return;
      }
      if (sent === FIRST && fault?.kind === 'stall') await pause(fault.ms ?? FAULT_MS, response);
      if (tokenMs > 0 && sent > 0) await pause(tokenMs, response);
      if (response.destroyed) return;
      out.write(`data: ${JSON.stringify(chunk)}\n\n`);
      sent++;
    }
    out.end('data: [DONE]\n\n');
  }

  return startEndpointServer({
    endpointName,
    port,
    about: ABOUT,
    paths: { runtime: ['invocations', STREAM], container: ['invocations', 'v1/chat/completions'] },
    answer,
  });
}

const now = (): number => Math.floor(Date.now() / 1000);

function spoiltBy(fault: LlmFault | undefined): AnswerFault | undefined {
  switch (fault?.kind) {
    case 'malformed':
    case 'wrong':
    case 'leak':
    case 'truncated':
    case 'hijack':
      return fault.kind;
    default:
      return undefined;
  }
}

interface Writer {
  write(text: string): void;
  /** The last there is to write. */
  end(text: string): void;
}

/** Writes as the container does, or, where the runtime streams, wraps what the container writes into payload parts. */
function writerFor({ through, path, response }: Call<LlmFault>, request: ChatRequest): Writer {
  const type = request.stream ? 'text/event-stream' : 'application/json';
  if (through === 'container' || path !== STREAM) {
    response.writeHead(200, { 'content-type': type });
    return { write: (text) => response.write(text), end: (text) => response.end(text) };
  }
  response.writeHead(200, { ...EVENT_STREAM, 'x-amzn-sagemaker-content-type': type });
  const parts = splitter(randomFor(request, -1));
  return {
    write: (text) => response.write(payloadPart(parts.write(text))),
    end: (text) => response.end(payloadPart(parts.end(text))),
  };
}

/** A request that the container does not take: its own error, or SageMaker's about it. */
function refuseRequest({ through, response }: Call<LlmFault>, message: string): void {
  const body = JSON.stringify({ error: { message, type: 'BadRequestError', param: null, code: 400 } });
  if (through === 'container') return send(response, 400, body, 'application/json');
  refuse(response, 424, 'ModelError', `Received client error (400) from primary with message "${body}".`, {
    OriginalStatusCode: 400,
    OriginalMessage: body,
  });
}
