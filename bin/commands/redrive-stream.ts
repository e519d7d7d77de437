import { localPipeline } from '../api/address';
import { invokeFunction } from '../api/invoke';
import { QueueWalk } from '../api/queue-walk';
import { sqsClient } from '../api/sqs';
import { Tables, findTables } from '../api/tables';
import { UsageError } from './usage';

/** What is named on the command line; all of it, or nothing. */
export interface StreamParts {
  readonly from?: string | undefined;
  readonly table?: string | undefined;
  readonly dispatch?: string | undefined;
  readonly observe?: string | undefined;
  readonly pipeline?: string | undefined;
}

export interface StreamResult {
  readonly found: number;
  readonly redriven: number;
  /** Those that stay, by cause: `GONE`, `FAILED`, or `UNNAMED` for what Lambda gave up without naming decisions. */
  readonly left: Readonly<Record<string, number>>;
}

/**
 * Gives the consumers of the stream the records again that they could not read: as they stand now, once they can be
 * read. A consumer that cannot read it yet puts it aside again.
 */
export async function redriveStream(
  parts: StreamParts,
  dryRun: boolean,
): Promise<{ readonly result: StreamResult; readonly walk: QueueWalk }> {
  const { queue, functions, ...address } = partsOf(parts);
  const tables = await Tables.at({ ...address, state: address.decisions });
  const sqs = await sqsClient(address, queueEndpoint(queue));
  const lambda = address.endpoint.includes('amazonaws.com') ? undefined : address.endpoint;
  const walk = new QueueWalk(sqs, queue);
  const done = new Set<string>();
  const left: Record<string, number> = {};
  let found = 0;
  for await (const message of walk.messages()) {
    found++;
    const cause = await redrive(message.Body);
    if (cause === undefined) await walk.remove(message);
    else if (cause !== 'DRY_RUN') left[cause] = (left[cause] ?? 0) + 1;
  }
  return { result: { found, redriven: done.size, left }, walk };

  /** Undefined where it is done; else why it stays. */
  async function redrive(body: string): Promise<string | undefined> {
    const letter = readLetter(body);
    const target = letter && functions[letter.consumer];
    if (!target) return 'UNNAMED';
    const name = `${letter.consumer} ${letter.id}`;
    // Put aside again by the consumer, just now.
    if (done.has(name)) return 'FAILED';
    const NewImage = await tables.item(letter.id);
    if (!NewImage) return 'GONE';
    if (dryRun) return 'DRY_RUN';
    const dynamodb = { Keys: { id: { S: letter.id } }, NewImage, SequenceNumber: letter.id };
    const event = { Records: [{ eventID: letter.id, eventName: 'INSERT', dynamodb }] };
    const answer = (await invokeFunction(address, target, event, lambda)) as { batchItemFailures?: unknown[] } | null;
    if (answer?.batchItemFailures?.length) return 'FAILED';
    done.add(name);
    return undefined;
  }
}

function partsOf({ from, table, dispatch, observe, pipeline }: StreamParts) {
  const given = [from, table, dispatch, observe];
  if (given.every((part) => part === undefined)) {
    const { info, found } = localPipeline(pipeline, process.cwd());
    return {
      queue: String(found.deadLetterQueueUrl),
      functions: functionsOf(found.dispatchFunction, found.observeFunction),
      decisions: String(found.decisionsTable),
      endpoint: String(info.endpointUrl),
      region: info.region,
      credentials: info.credentials,
    };
  }
  if (given.some((part) => part === undefined))
    throw new UsageError('With --stream, give all of --from, --table, --dispatch and --observe, or none.');
  return {
    queue: from!,
    functions: functionsOf(dispatch, observe),
    ...findTables({ table: table!, state: table! }, process.env, process.cwd()),
  };
}

const functionsOf = (dispatch: string | undefined, observe: string | undefined): Readonly<Record<string, string>> => ({
  dispatch: String(dispatch),
  observe: String(observe),
});

/** The service of a queue's address. */
const queueEndpoint = (url: string): string => `${new URL(url).origin}/`;

function readLetter(body: string): { readonly id: string; readonly consumer: string } | undefined {
  try {
    const { id, consumer } = JSON.parse(body) as { id?: unknown; consumer?: unknown };
    return typeof id === 'string' && typeof consumer === 'string' ? { id, consumer } : undefined;
  } catch {
    return undefined;
  }
}
