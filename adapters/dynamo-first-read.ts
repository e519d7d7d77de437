import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type DynamoDBClient,
  type KeysAndAttributes,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type LookupRead, MODES, type Mode } from '../core/decision/decision';
import type { PromptState } from '../core/llm/prompt-state';
import type { FirstRead, FirstReadRequest, FirstReadResult } from '../core/ports';
import { type Item, fromItem } from './dynamo-decision-store';

/** Partition keys of the items of the state table that requests read: the mode, and of language models the prompts in use. */
export const MODE_KEY = 'mode';
export const PROMPTS_KEY = 'prompts';

export interface FirstReadTables {
  /** @default - earlier decisions are not asked for */
  readonly decisions?: string;
  readonly state: string;
  /** Whether there are prompts. @default false */
  readonly prompts?: boolean;
  /** Feature tables by lookup. */
  readonly features: Readonly<Record<string, string>>;
}

/** DynamoDB would refuse the whole batch for one longer key; no item can have it. In bytes of UTF-8. */
const LONGEST_KEY = 2048;
const canBeKey = (key: string): boolean => key !== '' && Buffer.byteLength(key) <= LONGEST_KEY;

type Requests = NonNullable<BatchGetItemCommandInput['RequestItems']>;

/** Features, mode and any earlier decision by one BatchGetItem: the request path's only read. */
export function dynamoFirstRead(client: DynamoDBClient, tables: FirstReadTables): FirstRead {
  return {
    async read(request, signal) {
      try {
        const { Responses = {}, UnprocessedKeys = {} } = await client.send(
          new BatchGetItemCommand({ RequestItems: requestItems(tables, request) }),
          { abortSignal: signal },
        );
        return present(tables, request, Responses, UnprocessedKeys);
      } catch {
        // An unread mode and unread features have a defined meaning; the caller goes on with that.
        return { lookups: {}, mode: undefined };
      }
    },
  };
}

/** Numbers as JSON has them, whatever their size. (By default large ones are bigints, or fail if they are not whole.) */
const DOUBLES = { wrapNumbers: Number };

function requestItems(tables: FirstReadTables, { lookups, id }: FirstReadRequest): Requests {
  const keys = tables.prompts ? [MODE_KEY, PROMPTS_KEY] : [MODE_KEY];
  const requests: Record<string, KeysAndAttributes> = {
    [tables.state]: { Keys: keys.map((pk) => ({ pk: { S: pk } })) },
  };
  if (id !== undefined && tables.decisions)
    // Just after a resolution, an older copy would have the caller wait for what has been decided.
    requests[tables.decisions] = { Keys: [{ id: { S: id } }], ConsistentRead: true };
  for (const [table, shared] of byTable(tables, lookups)) {
    const fields = [...new Set(['id', 'updatedAt', ...shared.flatMap((lookup) => lookup.fields)])];
    requests[table] = {
      // One key may serve several lookups, but may stand only once in a batch.
      Keys: [...new Set(shared.map(({ key }) => key))].map((key) => ({ id: { S: key } })),
      ProjectionExpression: fields.map((_, i) => `#${i}`).join(', '),
      ExpressionAttributeNames: Object.fromEntries(fields.map((field, i) => [`#${i}`, field])),
    };
  }
  return requests;
}

function byTable(
  tables: FirstReadTables,
  lookups: FirstReadRequest['lookups'],
): Map<string, FirstReadRequest['lookups']> {
  const groups = new Map<string, FirstReadRequest['lookups']>();
  for (const lookup of lookups.filter(({ key }) => canBeKey(key))) {
    const table = tables.features[lookup.name]!;
    groups.set(table, [...(groups.get(table) ?? []), lookup]);
  }
  return groups;
}

type Responses = Readonly<Record<string, readonly Item[]>>;

function present(
  tables: FirstReadTables,
  { lookups, id }: FirstReadRequest,
  responses: Responses,
  unprocessed: Requests,
): FirstReadResult {
  const reads: Record<string, LookupRead> = {};
  for (const { name, key } of lookups) {
    const table = tables.features[name]!;
    const item = (responses[table] ?? []).find((found) => found.id?.S === key);
    reads[name] = item
      ? { item: unmarshall(item, DOUBLES) }
      : { failed: table in unprocessed ? 'unavailable' : 'missing' };
  }
  const item = (key: string) => responses[tables.state]?.find(({ pk }) => pk?.S === key);
  const earlier = id !== undefined && tables.decisions ? responses[tables.decisions]?.[0] : undefined;
  return {
    lookups: reads,
    mode: tables.state in unprocessed ? undefined : readMode(item(MODE_KEY)),
    ...readBacklog(item(MODE_KEY)),
    prompts: readPrompts(item(PROMPTS_KEY)),
    earlier: earlier && fromItem(earlier),
  };
}

const readBacklog = (item: Item | undefined) =>
  item?.backlog?.N === undefined ? {} : { backlog: Number(item.backlog.N) };

/** Without one it is the normal mode; one that cannot be understood is as good as unread. */
export function readMode(item: Item | undefined): Mode | undefined {
  if (item?.mode === undefined) return 'normal';
  return MODES.find((mode) => mode === item.mode?.S);
}

/** What was set of prompts; undefined where nothing was. */
export function readPrompts(item: Item | undefined): PromptState | undefined {
  if (item?.state?.S === undefined) return undefined;
  return { ...(JSON.parse(item.state.S) as Omit<PromptState, 'version'>), version: Number(item.version?.N ?? 0) };
}
