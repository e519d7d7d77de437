import { UsageError } from '../commands/usage';
import { type Address, environmentCredentials, localPipeline } from './address';

/** The intake's two queues, where SQS is asked, and who asks. */
export interface QueueAddress extends Pick<Address, 'region' | 'credentials'> {
  readonly from: string;
  readonly to: string;
  readonly endpoint: string;
}

/** The queues that were named, or those of `npm start`. */
export function findQueues(
  { from, to, pipeline }: { readonly from?: string; readonly to?: string; readonly pipeline?: string },
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): QueueAddress {
  if ((from === undefined) !== (to === undefined)) throw new UsageError('Give both --from and --to, or neither.');
  if (from === undefined || to === undefined) {
    const { info, found } = localPipeline(pipeline, folder);
    return {
      from: String(found.intakeDeadLetterQueueUrl),
      to: String(found.intakeQueueUrl),
      endpoint: String(info.endpointUrl),
      region: info.region,
      credentials: info.credentials,
    };
  }
  for (const url of [from, to]) if (!URL.canParse(url)) throw new UsageError(`${url} is no URL of a queue.`);
  const { hostname, origin } = new URL(from);
  const [, hosted] = /^sqs\.([a-z0-9-]+)\.amazonaws\./.exec(hostname) ?? [];
  return { from, to, endpoint: `${origin}/`, ...environmentCredentials(environment, hosted) };
}
