import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import type { Credentials } from './local-info';

export interface Answer {
  readonly status: number;
  // The API's own JSON; each caller knows what it asked for.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  readonly headers: Headers;
}

export type MachineClient = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** A machine's client of a pipeline: plain HTTP with SigV4. A string is sent as it is, all else as JSON. */
export function machineClient(apiUrl: string, credentials: Credentials, region: string): MachineClient {
  const aws = new AwsClient({ ...credentials, region, service: 'execute-api', retries: 0 });
  return async (method, path, body) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await aws.fetch(apiUrl + path, { method, ...(text === undefined ? {} : { body: text }) });
    return readAnswer(response);
  };
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

const TRIES = 6;

/** Calls until there is an answer: an outage is waited out, and the idempotency key makes another try safe. */
export async function persistently(call: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      const answer = await call();
      if (answer.status < 500 || tries === TRIES) return answer;
      await sleep(Number(answer.headers.get('retry-after') ?? 1) * 1000);
    } catch (error) {
      if (tries === TRIES) throw error;
      await sleep(250 * 2 ** tries);
    }
  }
}

/** Does each item's work, so many at a time; the results in the items' order. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!, i);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}
