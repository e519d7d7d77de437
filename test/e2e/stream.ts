import { AwsClient } from 'aws4fetch';
import type { PipelineInfo } from '../../local/local-info';
import { aws, eventually } from './stack';

interface Mapping {
  readonly UUID: string;
  readonly State: string;
}

const client = new AwsClient({ ...aws.credentials, region: aws.region, service: 'lambda', retries: 0 });

async function lambda<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await client.fetch(`${aws.endpoint}/2015-03-31/event-source-mappings/${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await response.json()) as T;
}

/** Cuts the named consumer (part of its function's name) off the decisions' stream; gives the way to undo that. */
export async function cutOff({ stackName }: PipelineInfo, consumer: string): Promise<() => Promise<void>> {
  const { EventSourceMappings } = await lambda<{ EventSourceMappings: (Mapping & { FunctionArn: string })[] }>(
    'GET',
    '',
  );
  const mapping = EventSourceMappings.find(({ FunctionArn }) => {
    const name = FunctionArn.split(':function:')[1]!;
    return name.startsWith(stackName) && name.includes(consumer);
  })!;
  const set = async (Enabled: boolean) => {
    await lambda('PUT', mapping.UUID, { Enabled });
    const state = Enabled ? 'Enabled' : 'Disabled';
    await eventually(
      `the consumer to be ${state}`,
      async () => (await lambda<Mapping>('GET', mapping.UUID)).State === state,
    );
  };
  await set(false);
  return () => set(true);
}
