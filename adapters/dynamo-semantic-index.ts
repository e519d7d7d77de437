import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Candidate, IndexEntry, SemanticIndex } from '../core/llm/cache/ports';

/** Entries a bucket; one more takes the place of another. 64 take 6 KB. */
const MOST_IN_BUCKET = 64;
/** The attribute that holds an entry's sketch is named by its key. */
const PREFIX = 'e_';

/**
 * Buckets of near embeddings in the state table, an item each and an attribute an entry: each writer sets its own, so
 * that none undoes another's. A lookup reads all its buckets by one BatchGetItem, which takes up to 100.
 */
export function dynamoSemanticIndex(client: DynamoDBClient, table: string): SemanticIndex {
  const keyOf = (partition: string, bucket: string) => ({ pk: { S: `cache#bucket#${partition}#${bucket}` } });

  async function put(entry: IndexEntry, bucket: string, signal: AbortSignal, instead?: string): Promise<boolean> {
    const replaces: Record<string, string> = instead === undefined ? {} : { '#other': instead };
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(entry.partition, bucket),
          UpdateExpression:
            'SET #entry = :sketch, expiresAt = :end' + (instead === undefined ? ' ADD held :one' : ' REMOVE #other'),
          ConditionExpression:
            instead === undefined
              ? 'attribute_not_exists(#entry) AND (attribute_not_exists(held) OR held < :most)'
              : 'attribute_not_exists(#entry) AND attribute_exists(#other)',
          ExpressionAttributeNames: { '#entry': PREFIX + entry.key, ...replaces },
          ExpressionAttributeValues: {
            ':sketch': { B: entry.sketch },
            ':end': { N: String(Math.ceil(entry.until / 1000)) },
            ...(instead === undefined ? { ':one': { N: '1' }, ':most': { N: String(MOST_IN_BUCKET) } } : {}),
          },
        }),
        { abortSignal: signal },
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async function addTo(bucket: string, entry: IndexEntry, signal: AbortSignal): Promise<void> {
    if (await put(entry, bucket, signal)) return;
    const { Item = {} } = await client.send(
      new GetItemCommand({ TableName: table, Key: keyOf(entry.partition, bucket), ConsistentRead: true }),
      { abortSignal: signal },
    );
    const held = Object.keys(Item).filter((name) => name.startsWith(PREFIX));
    const victim = held[Math.floor(Math.random() * held.length)];
    // It is there already, or somebody else was first: the other tables hold it as well.
    if (victim !== undefined && !held.includes(PREFIX + entry.key)) await put(entry, bucket, signal, victim);
  }

  return {
    async add(entry, signal) {
      await Promise.all(entry.buckets.map((bucket) => addTo(bucket, entry, signal)));
    },

    async candidates(partition, buckets, signal) {
      const Keys = buckets.map((bucket) => keyOf(partition, bucket));
      const { Responses = {} } = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys } } }), {
        abortSignal: signal,
      });
      const found = new Map<string, Candidate>();
      for (const item of Responses[table] ?? [])
        for (const [name, value] of Object.entries(item)) {
          const key = name.slice(PREFIX.length);
          if (name.startsWith(PREFIX) && value.B) found.set(key, { key, sketch: value.B });
        }
      return [...found.values()];
    },

    async remove({ key, partition, buckets }) {
      await Promise.all(
        buckets.map(async (bucket) => {
          try {
            await client.send(
              new UpdateItemCommand({
                TableName: table,
                Key: keyOf(partition, bucket),
                UpdateExpression: 'REMOVE #entry ADD held :less',
                ConditionExpression: 'attribute_exists(#entry)',
                ExpressionAttributeNames: { '#entry': PREFIX + key },
                ExpressionAttributeValues: { ':less': { N: '-1' } },
              }),
            );
          } catch (error) {
            if (!(error instanceof ConditionalCheckFailedException)) throw error;
          }
        }),
      );
    },
  };
}
