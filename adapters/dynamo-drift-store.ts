import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { inputHash } from '../core/decision/id';
import type { Baseline } from '../core/drift/baseline';
import type { WindowFindings } from '../core/drift/evaluate';
import {
  type ShardPartial,
  decodePartial,
  emptyPartial,
  encodePartial,
  mergePartials,
  observe,
} from '../core/drift/partial';
import type { DriftStore } from '../core/drift/ports';
import { SHARDS } from '../core/drift/settings';
import { decodeTally, encodeTally } from '../core/drift/tally';

/** The item that says how far the windows are closed, and what drift was found last. */
const HEAD = { pk: { S: 'drift#head' } };
/** How long a window is kept, in seconds: longer than a stream can deliver. */
const KEEP_SECONDS = 2 * 86_400;

type Item = Record<string, AttributeValue>;

/** Drift windows in the state table: an item for each window and shard, guarded by a version and a seal. */
export function dynamoDriftStore(client: DynamoDBClient, tableName: string, baseline: Baseline): DriftStore {
  // What was counted against another baseline, before a deployment, can not be added to what is counted now.
  const counted = `drift#${inputHash(baseline).slice(0, 16)}`;
  const shardKey = (window: number, shard: number) => ({ pk: { S: `${counted}#${window}#${shard}` } });
  const closedKey = (window: number) => ({ pk: { S: `${counted}#${window}` } });
  const comparisonKey = (version: string) => ({ pk: { S: `drift#candidate#${version}` } });
  const expiresAt = (window: number) => Math.floor(window / 1000) + KEEP_SECONDS;
  const readPartial = (item: Record<string, unknown> = {}): ShardPartial =>
    typeof item.partial === 'string' ? decodePartial(item.partial) : emptyPartial(baseline);

  const setHead = async (attribute: 'cursorAt' | 'drifted', value: AttributeValue): Promise<void> => {
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: HEAD,
        UpdateExpression: 'SET #attribute = :value',
        ExpressionAttributeNames: { '#attribute': attribute },
        ExpressionAttributeValues: { ':value': value },
      }),
    );
  };

  async function read(Key: Item): Promise<Record<string, unknown> | undefined> {
    const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
    return Item && unmarshall(Item);
  }

  return {
    async add(window, shard, observations) {
      for (;;) {
        const item = await read(shardKey(window, shard));
        if (item?.sealed) return { late: observations.length };
        const before = readPartial(item);
        const partial = observe(baseline, before, observations);
        if (partial === before) return { late: 0 };
        const version = Number(item?.version ?? 0);
        const values = marshall({
          partial: encodePartial(partial),
          version: version + 1,
          expiresAt: expiresAt(window),
        });
        try {
          await client.send(
            new PutItemCommand({
              TableName: tableName,
              Item: { ...shardKey(window, shard), ...values },
              ConditionExpression: item
                ? 'version = :seen AND attribute_not_exists(sealed)'
                : 'attribute_not_exists(pk)',
              ...(item ? { ExpressionAttributeValues: { ':seen': { N: String(version) } } } : {}),
            }),
          );
          return { late: 0 };
        } catch (error) {
          // Another batch, or the seal, came in between: look again.
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        }
      }
    },

    async seal(window) {
      const shards = Array.from({ length: SHARDS }, async (_, shard) => {
        const { Attributes = {} } = await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: shardKey(window, shard),
            UpdateExpression: 'SET sealed = :yes, expiresAt = :expiresAt',
            ExpressionAttributeValues: { ':yes': { BOOL: true }, ':expiresAt': { N: String(expiresAt(window)) } },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return readPartial(unmarshall(Attributes));
      });
      const { tally } = mergePartials(baseline, await Promise.all(shards));
      if (tally.rows > 0) {
        const values = marshall({ tally: encodeTally(tally), window, expiresAt: expiresAt(window) });
        await client.send(new PutItemCommand({ TableName: tableName, Item: { ...closedKey(window), ...values } }));
      }
      return { window, tally };
    },

    async closed(windows) {
      let keys: Item[] = windows.map(closedKey);
      const found: Record<string, unknown>[] = [];
      while (keys.length > 0) {
        const { Responses = {}, UnprocessedKeys = {} } = await client.send(
          new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } } }),
        );
        found.push(...(Responses[tableName] ?? []).map((item) => unmarshall(item)));
        keys = UnprocessedKeys[tableName]?.Keys ?? [];
      }
      return found
        .map((item) => ({ window: Number(item.window), tally: decodeTally(String(item.tally)) }))
        .sort((a, b) => b.window - a.window);
    },

    async cursor() {
      const item = await read(HEAD);
      return item?.cursorAt === undefined ? undefined : Number(item.cursorAt);
    },

    async moveCursor(window) {
      await setHead('cursorAt', { N: String(window) });
    },

    async addComparison(version, window, { compared, flips, priced, cost }) {
      if (compared === 0) return;
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: comparisonKey(version),
            UpdateExpression: 'ADD compared :compared, flips :flips, priced :priced, cost :cost SET #window = :window',
            ConditionExpression: 'attribute_not_exists(#window) OR #window < :window',
            ExpressionAttributeNames: { '#window': 'window' },
            ExpressionAttributeValues: marshall({
              ':compared': compared,
              ':flips': flips,
              ':priced': priced,
              ':cost': cost,
              ':window': window,
            }),
          }),
        );
      } catch (error) {
        // This window is in the totals already.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    async comparison(version) {
      const { compared = 0, flips = 0, priced = 0, cost = 0 } = (await read(comparisonKey(version))) ?? {};
      return { compared: Number(compared), flips: Number(flips), priced: Number(priced), cost: Number(cost) };
    },

    async saveDrifted(findings) {
      await setHead('drifted', { S: JSON.stringify(findings) });
    },

    async drifted() {
      const item = await read(HEAD);
      return item?.drifted ? (JSON.parse(String(item.drifted)) as WindowFindings) : undefined;
    },
  };
}
