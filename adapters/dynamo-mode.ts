import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { FIRST_MODE, type ModeChange, type ModeState, UNWATCHED, type Watch } from '../core/control/mode-state';
import { MODE_KEY, readMode } from './dynamo-first-read';
import { type Announced, versionedItem } from './versioned-item';

export interface ModeStore extends Announced<ModeChange> {
  read(): Promise<ModeState>;
  /**
   * Writes a state in the place of the one that was read, with the change that it is, if it is one; false where another
   * was written in between.
   */
  write(seen: ModeState, next: ModeState, change?: ModeChange): Promise<boolean>;
}

/** The mode in the state table, in the item that each request reads with its features. */
export function dynamoMode(client: DynamoDBClient, tableName: string): ModeStore {
  const item = versionedItem<ModeChange>(client, tableName, MODE_KEY);
  return {
    ...item,

    async read() {
      const found = await item.get();
      const { pinned, since, reason, by, version, watch } = found ? unmarshall(found) : {};
      return {
        // One that cannot be understood is as good as unread to requests, and that makes them cautious.
        mode: readMode(found) ?? 'cautious',
        pinned: pinned === true,
        since: textOr(since),
        reason: textOr(reason),
        by: textOr(by),
        version: Number(version ?? FIRST_MODE.version),
        watch: typeof watch === 'string' ? (JSON.parse(watch) as Watch) : UNWATCHED,
      };
    },

    write: (seen, { watch, ...next }, change) =>
      item.set(seen.version, { ...next, watch: JSON.stringify(watch) }, change),
  };
}

const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Leaves the number of waiting reviews beside the mode, which every decision reads. */
export async function writeBacklog(client: DynamoDBClient, stateTable: string, backlog: number): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: stateTable,
      Key: { pk: { S: MODE_KEY } },
      UpdateExpression: 'SET backlog = :backlog',
      ExpressionAttributeValues: { ':backlog': { N: String(backlog) } },
    }),
  );
}
