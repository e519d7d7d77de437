import type { Address } from './address';
import { reach } from './reach';

/** Invokes a function and waits for what it answers. Throws an Error where it fails. */
export async function invokeFunction(
  { region, credentials }: Pick<Address, 'region' | 'credentials'>,
  nameOrArn: string,
  event: object,
  endpoint = `https://lambda.${region}.amazonaws.com`,
): Promise<unknown> {
  const { AwsClient } = await import('aws4fetch');
  const aws = new AwsClient({ ...credentials, region, service: 'lambda', retries: 3 });
  const url = `${endpoint}/2015-03-31/functions/${encodeURIComponent(nameOrArn)}/invocations`;
  const response = await reach(endpoint, aws.fetch(url, { method: 'POST', body: JSON.stringify(event) }));
  const text = await response.text();
  if (!response.ok || response.headers.has('x-amz-function-error'))
    throw new Error(`${nameOrArn} failed (${response.status}): ${text.slice(0, 300)}`);
  return text === '' ? null : (JSON.parse(text) as unknown);
}
