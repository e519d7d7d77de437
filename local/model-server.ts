import { loadXgboost } from '../core/model/xgboost';
import {
  type Call,
  type CommonFault,
  type Fault as FaultOf,
  type EndpointServer,
  disturb,
  refuse,
  send,
  startEndpointServer,
} from './endpoint-server';

/** What the server does to a share of its requests, so that tests can see what a pipeline makes of it. */
export type Fault = FaultOf<CommonFault | 'garbage'>;

export interface ModelServerOptions {
  /** A model in XGBoost's JSON format. */
  readonly model: unknown;
  /** The endpoint that the server stands for. */
  readonly endpointName: string;
  /** @default - any free port */
  readonly port?: number;
  /** Addresses of servers that stand for other endpoints: the runtime has one address for all. @default - none */
  readonly others?: Readonly<Record<string, string>>;
}

export type ModelServer = EndpointServer;

/**
 * Speaks SageMaker's two contracts for one model: the container's (`GET /ping`, `POST /invocations`) and the runtime's
 * (`POST /endpoints/{name}/invocations`). Rows come as CSV; answers go out as CSV, or as JSON where `Accept` asks.
 * It answers as AWS's XGBoost container does, save that it takes no row of too few columns.
 * `PUT /fault` sets a Fault; `GET /fault` tells how many requests it has struck: `{ "struck" }`.
 */
export async function startModelServer({
  model,
  endpointName,
  port = 0,
  others = {},
}: ModelServerOptions): Promise<ModelServer> {
  const { predict } = loadXgboost(model);

  async function answer(call: Call<Fault>): Promise<void> {
    const { body, request, response } = call;
    const fault = call.strike();
    if (await disturb(fault, call)) return;
    if (fault?.kind === 'garbage') return send(response, 200, '<html>not a number</html>', 'text/csv');
    let scores: number[];
    try {
      scores = body
        .trim()
        .split('\n')
        .map((line) => predict(line.split(',').map(readCell)));
    } catch (error) {
      return refuse(response, 424, 'ModelError', (error as Error).message);
    }
    if (request.headers.accept?.includes('application/json'))
      send(response, 200, JSON.stringify({ predictions: scores.map((score) => ({ score })) }), 'application/json');
    else send(response, 200, scores.join(','), 'text/csv; charset=utf-8');
  }

  return startEndpointServer({
    endpointName,
    port,
    about: `A model in XGBoost's format, as the SageMaker endpoint ${endpointName}.`,
    paths: { runtime: ['invocations'], container: ['invocations'] },
    answer,
    others,
  });
}

const MOST_FLOAT32 = 3.4028234663852886e38;

/** An empty cell is a missing value; what XGBoost cannot hold in single precision is an error, as in the container. */
function readCell(cell: string): number {
  if (cell.trim() === '') return NaN;
  const value = Number(cell);
  if (!(Math.abs(value) <= MOST_FLOAT32)) throw new RangeError(`${JSON.stringify(cell)} is not a number of 32 bits.`);
  return value;
}
