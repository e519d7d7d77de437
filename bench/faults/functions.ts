import { AwsClient } from 'aws4fetch';
import type { FaultStack } from './stack';

/** Invokes a deployed function, named by a part of its name, with an event of ours; what it answers. */
export async function invoke({ aws, pipeline }: FaultStack, part: string, event: object): Promise<unknown> {
  const client = new AwsClient({ ...aws.credentials, region: aws.region, service: 'lambda', retries: 0 });
  const functions = `${aws.endpoint}/2015-03-31/functions`;
  const { Functions } = (await (await client.fetch(`${functions}?MaxItems=200`)).json()) as {
    Functions: { FunctionName: string }[];
  };
  const { FunctionName } = Functions.find(
    ({ FunctionName: name }) => name.startsWith(pipeline.stackName) && name.includes(part),
  )!;
  const response = await client.fetch(`${functions}/${FunctionName}/invocations`, {
    method: 'POST',
    body: JSON.stringify(event),
  });
  return response.json();
}
