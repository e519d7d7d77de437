import type { Address } from './address';
import { reach } from './reach';

/** An AWS service by its JSON protocol: a few calls need no SDK. */
export interface JsonService {
  /** Throws a ServiceError where the service refuses, an UnreachableError where it does not answer. */
  call(action: string, body: object): Promise<Record<string, unknown>>;
}

/** What a service said; its name is the error's code. */
export class ServiceError extends Error {
  constructor(action: string, code: string, message: string) {
    super(`${action} was refused: ${code}${message === '' ? '' : `: ${message}`}`);
    this.name = code;
  }
}

const SERVICES = {
  sqs: { target: 'AmazonSQS', type: 'application/x-amz-json-1.0' },
  dynamodb: { target: 'DynamoDB_20120810', type: 'application/x-amz-json-1.0' },
} as const;

/** Throttling and outages are tried again by the client. */
const RETRIES = 5;

export async function jsonService(
  service: keyof typeof SERVICES,
  { region, credentials }: Pick<Address, 'region' | 'credentials'>,
  endpoint: string,
): Promise<JsonService> {
  // Only commands that call wait for what signs.
  const { AwsClient } = await import('aws4fetch');
  const aws = new AwsClient({ ...credentials, region, service, retries: RETRIES });
  const { target, type } = SERVICES[service];
  return {
    async call(action, body) {
      const headers = { 'content-type': type, 'x-amz-target': `${target}.${action}` };
      const response = await reach(
        endpoint,
        aws.fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body) }),
      );
      const text = await response.text();
      const answer = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
      if (response.ok) return answer;
      const { __type: code = `status ${response.status}`, message = answer.Message ?? '' } = answer;
      throw new ServiceError(action, String(code).split('#').at(-1)!, String(message));
    },
  };
}
