import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  TransactionCanceledException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Batch } from '../core/batch/batch';
import type { BatchStore, ChunkCounts } from '../core/batch/ports';
import { pastTransactions } from './dynamo-conflict';

/** How long a batch is known after it began, in seconds: longer than its files are kept. */
const KEEP_SECONDS = 60 * 86_400;
/** BatchGetItem takes so many keys. */
const MOST_KEYS = 100;

/** Batches in the state table: an item each, and one for each chunk that is done. */
export function dynamoBatchStore(client: DynamoDBClient, tableName: string): BatchStore {
  const key = (id: string) => ({ pk: { S: `batch#${id}` } });
  const chunkKey = (id: string, chunk: number) => ({ pk: { S: `batch#${id}#${String(chunk).padStart(8, '0')}` } });
  const expiresAt = (at: string) => Math.floor(Date.parse(at) / 1000) + KEEP_SECONDS;
  const toBatch = (item: Parameters<typeof unmarshall>[0]): Batch => {
    const { pk: _, expiresAt: __, ...batch } = unmarshall(item);
    return batch as Batch;
  };

  async function get(id: string): Promise<Batch | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: key(id), ConsistentRead: true }),
    );
    return Item && toBatch(Item);
  }

  /** Changes a batch; undefined where the condition does not hold. */
  async function update(
    id: string,
    expression: string,
    values: Record<string, unknown>,
    condition = 'attribute_exists(pk)',
  ): Promise<Batch | undefined> {
    const command = new UpdateItemCommand({
      TableName: tableName,
      Key: key(id),
      UpdateExpression: expression,
      ConditionExpression: condition,
      ...names(`${expression} ${condition}`),
      ExpressionAttributeValues: marshall(values),
      ReturnValues: 'ALL_NEW',
    });
    try {
      const { Attributes } = await pastTransactions(() => client.send(command));
      return toBatch(Attributes!);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  return {
    get,

    async create(batch) {
      const item = marshall({ ...batch, expiresAt: expiresAt(batch.at) }, { removeUndefinedValues: true });
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: { ...key(batch.id), ...item },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return batch;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return (await get(batch.id)) ?? batch;
      }
    },

    async resume(id, toleratedFailures) {
      const resumed = await update(
        id,
        'SET #status = :running, #toleratedFailures = :tolerated REMOVE #reason',
        { ':running': 'running', ':tolerated': toleratedFailures, ':succeeded': 'succeeded' },
        'attribute_exists(pk) AND #status <> :succeeded',
      );
      return resumed ?? (await get(id))!;
    },

    async setTotal(id, { total, chunks }) {
      return (await update(id, 'SET #total = :total, #chunks = :chunks', { ':total': total, ':chunks': chunks }))!;
    },

    async finishChunk(id, chunk, { done, failed }) {
      const { at } = (await get(id))!;
      const write = new TransactWriteItemsCommand({
        TransactItems: [
          {
            Put: {
              TableName: tableName,
              Item: { ...chunkKey(id, chunk), ...marshall({ chunk, done, failed, expiresAt: expiresAt(at) }) },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          {
            Update: {
              TableName: tableName,
              Key: key(id),
              UpdateExpression: COUNT,
              ...names(COUNT),
              ExpressionAttributeValues: marshall({ ':one': 1, ':done': done, ':failed': failed }),
            },
          },
        ],
      });
      try {
        await pastTransactions(() => client.send(write), wasBusy, 9);
      } catch (error) {
        if (!isCounted(error)) throw error;
      }
      return (await get(id))!;
    },

    async finished(id, from, to) {
      const found: ChunkCounts[] = [];
      for (let at = from; at < to; at += MOST_KEYS) {
        let keys = Array.from({ length: Math.min(MOST_KEYS, to - at) }, (_, i) => chunkKey(id, at + i));
        while (keys.length > 0) {
          const { Responses = {}, UnprocessedKeys = {} } = await client.send(
            new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } } }),
          );
          for (const item of Responses[tableName] ?? []) {
            const { chunk, done, failed } = unmarshall(item) as ChunkCounts;
            found.push({ chunk, done, failed });
          }
          keys = (UnprocessedKeys[tableName]?.Keys ?? []) as typeof keys;
        }
      }
      return found.sort((a, b) => a.chunk - b.chunk);
    },

    async end(id, status, reason) {
      await update(
        id,
        reason === undefined ? 'SET #status = :status' : 'SET #status = :status, #reason = :reason',
        { ':status': status, ':running': 'running', ...(reason === undefined ? {} : { ':reason': reason }) },
        '#status = :running',
      );
    },
  };
}

const COUNT = 'ADD #chunksDone :one, #done :done, #failed :failed';

/** Attributes by `#` and their name, so that none is taken for a reserved word. */
const names = (expression: string) => {
  const used = [...expression.matchAll(/#(\w+)/g)].map(([name, attribute]) => [name, attribute!]);
  return used.length > 0 ? { ExpressionAttributeNames: Object.fromEntries(used) as Record<string, string> } : {};
};

const causes = (error: unknown): readonly (string | undefined)[] =>
  error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []).map(({ Code }) => Code) : [];
/** The chunk was counted before. */
const isCounted = (error: unknown): boolean => causes(error)[0] === 'ConditionalCheckFailed';
/** Other chunks of the batch are being counted. */
const wasBusy = (error: unknown): boolean => causes(error).includes('TransactionConflict') && !isCounted(error);
