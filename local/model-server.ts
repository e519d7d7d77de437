import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadXgboost } from '../core/model/xgboost';

/** What the server does to a share of its requests, so that tests can see what a pipeline makes of it. */
export interface Fault {
  readonly kind: 'none' | 'slow' | 'fail' | 'garbage' | 'cut' | 'throttle';
  /** How long a slow answer takes, in milliseconds. @default 5000 */
  readonly ms?: number;
  /** From 0 to 1; spread evenly, not at random. @default 1 */
  readonly share?: number;
}

export interface ModelServerOptions {
  /** A model in XGBoost's JSON format. */
  readonly model: unknown;
  /** The endpoint that the server stands for. */
  readonly endpointName: string;
  /** @default - any free port */
  readonly port?: number;
}

export interface ModelServer {
  readonly url: string;
  close(): Promise<void>;
}

/** SageMaker takes 6 MB for a real-time invocation. */
const MAX_BODY = 6 * 1024 * 1024;

/**
 * Speaks SageMaker's two contracts for one model: the container's (`GET /ping`, `POST /invocations`) and the runtime's
 * (`POST /endpoints/{name}/invocations`). Rows come as CSV; answers go out as CSV, or as JSON where `Accept` asks.
 * It answers as AWS's XGBoost container does, save that it takes no row of too few columns.
 * `PUT /fault` sets a Fault; `GET /fault` tells how many requests it has struck: `{ "struck" }`.
 */
export async function startModelServer({ model, endpointName, port = 0 }: ModelServerOptions): Promise<ModelServer> {
  const { predict } = loadXgboost(model);
  let fault: Fault = { kind: 'none' };
  let count = 0;
  let strikes = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = `${request.method} ${request.url}`;
    if (call === 'GET /ping') return send(response, 200, '');
    if (call === 'GET /fault') return send(response, 200, JSON.stringify({ struck: strikes }), 'application/json');
    const body = await readBody(request);
    if (body === undefined) return refuse(response, 413, 'ValidationError', 'The body is too large.');
    if (call === 'PUT /fault') {
      fault = JSON.parse(body) as Fault;
      [count, strikes] = [0, 0];
      return send(response, 204, '');
    }
    const endpoint = /^POST \/endpoints\/([^/]+)\/invocations$/.exec(call)?.[1];
    if (endpoint === undefined && call !== 'POST /invocations')
      return refuse(response, 404, 'ValidationError', 'There is nothing here.');
    if (endpoint !== undefined && endpoint !== endpointName)
      return refuse(response, 400, 'ValidationError', `Endpoint ${endpoint} of account 000000000000 not found.`);
    const { kind, share = 1, ms = 5000 } = fault;
    const struck = kind !== 'none' && Math.floor(++count * share) > Math.floor((count - 1) * share);
    if (struck) strikes++;
    if (struck && kind === 'cut') return void request.socket.destroy();
    if (struck && kind === 'fail')
      return refuse(response, 424, 'ModelError', 'Received server error (500) from primary.');
    if (struck && kind === 'throttle') return refuse(response, 429, 'ThrottlingException', 'Rate exceeded');
    if (struck && kind === 'garbage') return send(response, 200, '<html>not a number</html>', 'text/csv');
    if (struck && kind === 'slow') await new Promise((resolve) => setTimeout(resolve, ms));
    invoke(body, request.headers.accept ?? 'text/csv', response);
  }

  function invoke(body: string, accept: string, response: ServerResponse): void {
    let scores: number[];
    try {
      scores = body
        .trim()
        .split('\n')
        .map((line) => predict(line.split(',').map(readCell)));
    } catch (error) {
      return refuse(response, 424, 'ModelError', (error as Error).message);
    }
    if (accept.includes('application/json'))
      send(response, 200, JSON.stringify({ predictions: scores.map((score) => ({ score })) }), 'application/json');
    else send(response, 200, scores.join(','), 'text/csv; charset=utf-8');
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => refuse(response, 500, 'InternalFailure', error.message));
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

const MOST_FLOAT32 = 3.4028234663852886e38;

/** An empty cell is a missing value; what XGBoost cannot hold in single precision is an error, as in the container. */
function readCell(cell: string): number {
  if (cell.trim() === '') return NaN;
  const value = Number(cell);
  if (!(Math.abs(value) <= MOST_FLOAT32)) throw new RangeError(`${JSON.stringify(cell)} is not a number of 32 bits.`);
  return value;
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

function send(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

/** An error as the SageMaker runtime gives it. */
function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
    .end(JSON.stringify({ Message: message }));
}
