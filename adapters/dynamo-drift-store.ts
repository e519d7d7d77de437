import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Baseline } from '../core/drift/baseline';
import type { WindowFindings } from '../core/drift/evaluate';
import { type Partial, emptyPartial, mergePartials, observe } from '../core/drift/partial';
import type { DriftStore } from '../core/drift/ports';
import { SHARDS } from '../core/drift/settings';

const FINDINGS_KEY = 'drift#latest';
/** How long partials of a window are kept after it, in seconds: longer than a stream can deliver. */
const KEEP_SECONDS = 2 * 86_400;

type Item = Record<string, AttributeValue>;

/** Drift windows in the state table: an item for each window and shard, guarded by a version and a seal. */
export function dynamoDriftStore(client: DynamoDBClient, tableName: string, baseline: Baseline): DriftStore {
  const key = (window: number, shard: number) => ({ pk: { S: `drift#${window}#${shard}` } });
  const expiresAt = (window: number) => Math.floor(window / 1000) + KEEP_SECONDS;

  async function read(Key: Item): Promise<Record<string, unknown> | undefined> {
    const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
    return Item && unmarshall(Item);
  }

  return {
    async add(window, shard, observations) {
      for (;;) {
        const item = await read(key(window, shard));
        if (item?.sealed) return { late: observations.length, overflow: 0 };
        const partial = item ? readPartial(item) : emptyPartial();
        const before = partial.ids.length;
        const { overflow } = observe(baseline, partial, observations);
        if (partial.ids.length === before) return { late: 0, overflow };
        const version = Number(item?.version ?? 0);
        try {
          await client.send(
            new PutItemCommand({
              TableName: tableName,
              Item: {
                ...key(window, shard),
                ...marshall({ partial: JSON.stringify(partial), version: version + 1, expiresAt: expiresAt(window) }),
              },
              ConditionExpression: item ? 'version = :seen AND attribute_not_exists(sealed)' : 'attribute_not_exists(pk)',
              ...(item ? { ExpressionAttributeValues: { ':seen': { N: String(version) } } } : {}),
            }),
          );
          return { late: 0, overflow };
        } catch (error) {
          // Another batch, or the seal, came in between: look again.
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        }
      }
    },

    async seal(window) {
      const parts = Array.from({ length: SHARDS }, async (_, shard) => {
        const { Attributes = {} } = await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: key(window, shard),
            UpdateExpression: 'SET sealed = :yes, expiresAt = :expiresAt',
            ExpressionAttributeValues: { ':yes': { BOOL: true }, ':expiresAt': { N: String(expiresAt(window)) } },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return readPartial(unmarshall(Attributes));
      });
      return mergePartials(await Promise.all(parts));
    },

    async cursor() {
      const item = await read({ pk: { S: FINDINGS_KEY } });
      return item ? (JSON.parse(String(item.findings)) as WindowFindings).window : undefined;
    },

    async save(findings) {
      const drifted = findings.drift > 0;
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { pk: { S: FINDINGS_KEY } },
          UpdateExpression: `SET findings = :findings${drifted ? ', drifted = :findings' : ''}`,
          ExpressionAttributeValues: { ':findings': { S: JSON.stringify(findings) } },
        }),
      );
    },

    async latest() {
      const item = await read({ pk: { S: FINDINGS_KEY } });
      return {
        ...(item?.findings ? { last: JSON.parse(String(item.findings)) as WindowFindings } : {}),
        ...(item?.drifted ? { drifted: JSON.parse(String(item.drifted)) as WindowFindings } : {}),
      };
    },
  };
}

const readPartial = (item: Record<string, unknown>): Partial =>
  typeof item.partial === 'string' ? (JSON.parse(item.partial) as Partial) : emptyPartial();
