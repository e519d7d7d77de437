import type { Address } from './address';
import { reach } from './reach';

/** Who the credentials belong to, as AWS says: what is done is recorded under this ARN. */
export async function callerArn(
  { region, credentials }: Pick<Address, 'region' | 'credentials'>,
  endpoint = `https://sts.${region}.amazonaws.com`,
): Promise<string> {
  const { AwsClient } = await import('aws4fetch');
  const aws = new AwsClient({ ...credentials, region, service: 'sts', retries: 3 });
  const fetching = aws.fetch(`${endpoint}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  });
  const response = await reach(endpoint, fetching);
  const arn = /<Arn>([^<]+)<\/Arn>/.exec(await response.text())?.[1];
  if (!arn) throw new Error(`STS answered ${response.status} and did not say whose these credentials are.`);
  return arn;
}
