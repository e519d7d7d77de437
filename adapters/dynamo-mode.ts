import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
  TransactionCanceledException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { FIRST_MODE, type ModeChange, type ModeState, UNWATCHED, type Watch } from '../core/control/mode-state';
import { MODE_KEY, readMode } from './dynamo-first-read';

/** Changes have an item each, beside the mode's own, for ever. */
const changeKey = (version: number) => ({ pk: { S: `${MODE_KEY}#${String(version).padStart(10, '0')}` } });
const KEY = { pk: { S: MODE_KEY } };

export interface ModeStore {
  read(): Promise<ModeState & { /** The last change that was announced. */ readonly announced: number }>;
  /**
   * Writes a state in the place of the one that was read, with the change that it is, if it is one; false where another
   * was written in between.
   */
  write(seen: ModeState, next: ModeState, change?: ModeChange): Promise<boolean>;
  /** A change that was made. Throws an Error where it is not there. */
  change(version: number): Promise<ModeChange>;
  markAnnounced(version: number): Promise<void>;
}

/** The mode in the state table, in the item that each request reads with its features. */
export function dynamoMode(client: DynamoDBClient, tableName: string): ModeStore {
  return {
    async read() {
      const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }));
      const { pinned, since, reason, by, version, watch, announced } = Item ? unmarshall(Item) : {};
      return {
        // One that cannot be understood is as good as unread to requests, and that makes them cautious.
        mode: readMode(Item) ?? 'cautious',
        pinned: pinned === true,
        since: textOr(since),
        reason: textOr(reason),
        by: textOr(by),
        version: Number(version ?? FIRST_MODE.version),
        watch: typeof watch === 'string' ? (JSON.parse(watch) as Watch) : UNWATCHED,
        announced: Number(announced ?? 0),
      };
    },

    async write(seen, next, change) {
      const { mode, pinned, since, reason, by, version, watch } = next;
      const values = { ':mode': mode, ':pinned': pinned, ':since': since, ':reason': reason, ':by': by };
      const update = {
        TableName: tableName,
        Key: KEY,
        UpdateExpression:
          'SET #mode = :mode, pinned = :pinned, since = :since, reason = :reason, #by = :by, version = :version, watch = :watch',
        // An item without a version was written by nobody, or by hand.
        ConditionExpression:
          seen.version === 0 ? 'attribute_not_exists(version) OR version = :seen' : 'version = :seen',
        ExpressionAttributeNames: { '#mode': 'mode', '#by': 'by' },
        ExpressionAttributeValues: marshall({
          ...values,
          ':version': version,
          ':watch': JSON.stringify(watch),
          ':seen': seen.version,
        }),
      };
      try {
        if (!change) await client.send(new UpdateItemCommand(update));
        else
          await client.send(
            new TransactWriteItemsCommand({
              TransactItems: [
                { Update: update },
                { Put: { TableName: tableName, Item: { ...changeKey(change.version), ...marshall(change) } } },
              ],
            }),
          );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException || error instanceof TransactionCanceledException)
          return false;
        throw error;
      }
    },

    async change(version) {
      // It may have been written just now, and what is announced is announced once.
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: changeKey(version), ConsistentRead: true }),
      );
      if (!Item) throw new Error(`Change ${version} of the mode is not in ${tableName}.`);
      const { pk: _, ...change } = unmarshall(Item);
      return change as ModeChange;
    },

    async markAnnounced(version) {
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: KEY,
            UpdateExpression: 'SET announced = :version',
            ConditionExpression: 'attribute_not_exists(announced) OR announced < :version',
            ExpressionAttributeValues: { ':version': { N: String(version) } },
          }),
        );
      } catch (error) {
        // Somebody else has announced as much, or more.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}

const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Leaves the number of waiting reviews beside the mode, which every decision reads. */
export async function writeBacklog(client: DynamoDBClient, stateTable: string, backlog: number): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: stateTable,
      Key: KEY,
      UpdateExpression: 'SET backlog = :backlog',
      ExpressionAttributeValues: { ':backlog': { N: String(backlog) } },
    }),
  );
}
