import { createServer, type IncomingMessage, type ServerResponse, request as clientRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/** What a server does to a share of its requests, so that tests can see what a pipeline makes of it. */
export interface Fault<Kind extends string = CommonFault> {
  readonly kind: 'none' | Kind;
  /** How long a slow answer takes, in milliseconds. @default 5000 */
  readonly ms?: number;
  /** From 0 to 1; spread evenly, not at random. @default 1 */
  readonly share?: number;
}

/** What can go wrong before a model is asked. */
export type CommonFault = 'slow' | 'fail' | 'cut' | 'throttle';

/** A request to the model. */
export interface Call<F> {
  /** Asked through the SageMaker runtime, by the endpoint's name, or straight of the container. */
  readonly through: 'runtime' | 'container';
  /** The rest of the path, such as `invocations`. */
  readonly path: string;
  readonly body: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The fault, where it is this request's turn. One that it does not apply to is not counted. */
  strike(applies?: (fault: F) => boolean): F | undefined;
}

export interface EndpointServerOptions<F> {
  /** The endpoint that the server stands for. */
  readonly endpointName: string;
  readonly port: number;
  /** What it is, as `GET /` tells. */
  readonly about: string;
  /** What can be asked, by path. */
  readonly paths: Readonly<Record<Call<F>['through'], readonly string[]>>;
  answer(call: Call<F>): Promise<void>;
  /** Addresses of servers that stand for other endpoints, by the endpoint's name. @default - there are none */
  readonly others?: Readonly<Record<string, string>>;
}

export interface EndpointServer {
  readonly url: string;
  close(): Promise<void>;
}

/** SageMaker takes 6 MB for a real-time invocation. */
const MAX_BODY = 6 * 1024 * 1024;
export const FAULT_MS = 5000;

/**
 * A server with SageMaker's two contracts: the container's (`GET /ping`, `POST /invocations`) and the runtime's
 * (`POST /endpoints/{name}/invocations`). `PUT /fault` sets a Fault; `GET /fault` tells how many requests it has struck:
 * `{ "struck" }`.
 */
export async function startEndpointServer<F extends Fault<string>>({
  endpointName,
  port,
  about,
  paths,
  answer,
  others = {},
}: EndpointServerOptions<F>): Promise<EndpointServer> {
  let fault: F | undefined;
  let count = 0;
  let strikes = 0;

  function strike(applies: (fault: F) => boolean = () => true): F | undefined {
    if (fault === undefined || !applies(fault)) return undefined;
    const { share = 1 } = fault;
    if (Math.floor(++count * share) === Math.floor((count - 1) * share)) return undefined;
    strikes++;
    return fault;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = `${request.method} ${request.url}`;
    if (call === 'GET /') return send(response, 200, `${about}\n`);
    if (call === 'GET /ping') return send(response, 200, '');
    if (call === 'GET /fault') return send(response, 200, JSON.stringify({ struck: strikes }), 'application/json');
    const body = await readBody(request);
    if (body === undefined) return refuse(response, 413, 'ValidationError', 'The body is too large.');
    if (call === 'PUT /fault') {
      const given = JSON.parse(body) as F;
      fault = given.kind === 'none' ? undefined : given;
      [count, strikes] = [0, 0];
      return send(response, 204, '');
    }
    const [, endpoint, path] = /^POST (?:\/endpoints\/([^/]+))?\/(.+)$/.exec(call) ?? [];
    if (endpoint !== undefined && endpoint !== endpointName && Object.hasOwn(others, endpoint))
      return passOn(others[endpoint]!, request, body, response);
    const through = endpoint === undefined ? 'container' : 'runtime';
    if (path === undefined || !paths[through].includes(path))
      return refuse(response, 404, 'ValidationError', 'There is nothing here.');
    if (endpoint !== undefined && endpoint !== endpointName)
      return refuse(response, 400, 'ValidationError', `Endpoint ${endpoint} of account 000000000000 not found.`);
    await answer({ through, path, body, request, response, strike });
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) =>
      response.headersSent ? response.destroy() : refuse(response, 500, 'InternalFailure', error.message),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Lets another server answer, byte by byte as it does. */
function passOn(server: string, { url, headers }: IncomingMessage, body: string, response: ServerResponse): void {
  const passed = clientRequest(server + url, { method: 'POST', headers }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    // What breaks off there must break off here too.
    pipeline(answer, response, (error) => error && response.destroy());
  });
  passed.on('error', () => response.destroy());
  response.once('close', () => passed.destroy());
  passed.end(body);
}

/** Does what a fault does before a model is asked; tells whether that was the answer. */
export async function disturb<F>(fault: Fault<string> | undefined, { response, request }: Call<F>): Promise<boolean> {
  switch (fault?.kind) {
    case 'cut':
      request.socket.destroy();
      return true;
    case 'fail':
      refuse(response, 424, 'ModelError', 'Received server error (500) from primary.', { OriginalStatusCode: 500 });
      return true;
    case 'throttle':
      refuse(response, 429, 'ThrottlingException', 'Rate exceeded');
      return true;
    case 'slow':
      await pause(fault.ms ?? FAULT_MS, response);
      return false;
    default:
      return false;
  }
}

/** Ends early when nobody waits any more. */
export function pause(ms: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      response.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    response.once('close', done);
  });
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function send(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

/** An error as the SageMaker runtime gives it; `more` is said beside the message. */
export function refuse(response: ServerResponse, status: number, type: string, message: string, more = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
    .end(JSON.stringify({ Message: message, ...more }));
}
