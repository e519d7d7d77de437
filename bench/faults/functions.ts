import { AwsClient } from 'aws4fetch';
import type { FaultStack } from './stack';

/** Invokes a deployed function, named by a part of its name, with an event of ours. Throws what the function threw. */
export async function invoke({ aws, pipeline }: FaultStack, part: string, event: object): Promise<unknown> {
  const client = new AwsClient({ ...aws.credentials, region: aws.region, service: 'lambda', retries: 0 });
  const functions = `${aws.endpoint}/2015-03-31/functions`;
  const { Functions } = (await (await client.fetch(`${functions}?MaxItems=200`)).json()) as {
    Functions: { FunctionName: string }[];
  };
  const found = Functions.find(({ FunctionName: name }) => name.startsWith(pipeline.stackName) && name.includes(part));
  if (!found) throw new Error(`No function of the pipeline has a name with ${part}.`);
  const response = await client.fetch(`${functions}/${found.FunctionName}/invocations`, {
    method: 'POST',
    body: JSON.stringify(event),
  });
  const text = await response.text();
  if (!response.ok || response.headers.has('x-amz-function-error'))
    throw new Error(`${part} could not do what it was invoked for: ${text.slice(0, 300)}`);
  return text === '' ? null : JSON.parse(text);
}
