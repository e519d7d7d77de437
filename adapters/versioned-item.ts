import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
  TransactionCanceledException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** Changes of a state that are announced, each once. */
export interface Announced<Change> {
  /** The state's version, and the last change that was announced. */
  position(): Promise<{ readonly version: number; readonly announced: number }>;
  /** A change that was made. Throws an Error where it is not there. */
  change(version: number): Promise<Change>;
  markAnnounced(version: number): Promise<void>;
}

/** A state that one item of the state table keeps, and its changes, which have an item each beside it, for ever. */
export interface VersionedItem<Change> extends Announced<Change> {
  get(): Promise<Record<string, AttributeValue> | undefined>;
  /**
   * Sets attributes, `version` among them, where the version is still the one that was seen, with the change that it is,
   * if it is one; false where another was written in between.
   */
  set(seen: number, attributes: Readonly<Record<string, unknown>>, change?: Change): Promise<boolean>;
}

export function versionedItem<Change extends { readonly version: number }>(
  client: DynamoDBClient,
  tableName: string,
  key: string,
): VersionedItem<Change> {
  const Key = { pk: { S: key } };
  const changeKey = (version: number) => ({ pk: { S: `${key}#${String(version).padStart(10, '0')}` } });
  const get = async () => {
    const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
    return Item;
  };

  return {
    get,

    async set(seen, attributes, change) {
      const names = Object.keys(attributes);
      const update = {
        TableName: tableName,
        Key,
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        // An item without a version was written by nobody, or by hand.
        ConditionExpression: seen === 0 ? 'attribute_not_exists(#version) OR #version = :seen' : '#version = :seen',
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: marshall({
          ...Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
          ':seen': seen,
        }),
      };
      try {
        if (!change) await client.send(new UpdateItemCommand(update));
        else {
          const Put = { TableName: tableName, Item: { ...changeKey(change.version), ...marshall(change) } };
          await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Update: update }, { Put }] }));
        }
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException || error instanceof TransactionCanceledException)
          return false;
        throw error;
      }
    },

    async position() {
      const item = await get();
      return { version: Number(item?.version?.N ?? 0), announced: Number(item?.announced?.N ?? 0) };
    },

    async change(version) {
      // It may have been written just now, and what is announced is announced once.
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: changeKey(version), ConsistentRead: true }),
      );
      if (!Item) throw new Error(`Change ${version} of ${key} is not in ${tableName}.`);
      const { pk: _, ...change } = unmarshall(Item);
      return change as Change;
    },

    async markAnnounced(version) {
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key,
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
