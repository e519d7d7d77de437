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
import type { Baseline } from '../core/drift/baseline';
import { type ClosedWindow, type Level } from '../core/drift/blocks';
import type { Ongoing, WindowFindings } from '../core/drift/evaluate';
import {
  type ShardPartial,
  decodePartial,
  emptyPartial,
  encodePartial,
  mergePartials,
  observe,
} from '../core/drift/partial';
import type { DriftStore } from '../core/drift/ports';
import { baselineId } from '../core/drift/rolling-baseline';
import { SHARDS } from '../core/drift/settings';
import { decodeTally, encodeTally } from '../core/drift/tally';

/** The item that says how far the windows are closed, and what drift was found last. */
const HEAD = { pk: { S: 'drift#head' } };
/** How long each is kept, in seconds: a window for longer than a stream can deliver, days for more than a year. */
const KEEP_SECONDS = { window: 2 * 86_400, hour: 16 * 86_400, day: 400 * 86_400 };
/** BatchGetItem takes so many keys. */
const MOST_KEYS = 100;
/** Of what is closed and does not change any more, so much is kept in memory. */
const MOST_KEPT = 1_000;

type Item = Record<string, AttributeValue>;

/** What had drifted before a window was judged, and with it; of another baseline it says nothing. */
interface KeptOngoing {
  readonly baseline: string;
  readonly window: number;
  readonly before: Ongoing;
  readonly after: Ongoing;
}

/** Drift windows in the state table: an item for each window and shard, guarded by a version and a seal. */
export function dynamoDriftStore(client: DynamoDBClient, tableName: string, baseline: Baseline): DriftStore {
  // What was counted against another baseline, before a deployment, can not be added to what is counted now.
  const counted = `drift#${baselineId(baseline)}`;
  const shardKey = (window: number, shard: number) => ({ pk: { S: `${counted}#${window}#${shard}` } });
  const closedKey = (window: number) => ({ pk: { S: `${counted}#${window}` } });
  const comparisonKey = (version: string) => ({ pk: { S: `drift#candidate#${version}` } });
  const rolledUpKey = (level: Level) => (start: number) => ({ pk: { S: `${counted}#${level}#${start}` } });
  const expiresAt = (window: number, level: keyof typeof KEEP_SECONDS = 'window') =>
    Math.floor(window / 1000) + KEEP_SECONDS[level];
  const kept = new Map<string, ClosedWindow>();
  const readPartial = (item: Record<string, unknown> = {}): ShardPartial =>
    typeof item.partial === 'string' ? decodePartial(item.partial) : emptyPartial(baseline);

  const setHead = async (attribute: 'cursorAt' | 'drifted' | 'ongoing', value: AttributeValue): Promise<void> => {
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

  /** What is closed does not change: it is read once. */
  async function readClosed(
    starts: readonly number[],
    keyOf: (start: number) => { readonly pk: { readonly S: string } },
  ): Promise<ClosedWindow[]> {
    const wanted = starts.map(keyOf);
    const unread = wanted.filter(({ pk }) => !kept.has(pk.S));
    for (let i = 0; i < unread.length; i += MOST_KEYS)
      for (const item of await readAll(unread.slice(i, i + MOST_KEYS)))
        kept.set(String(item.pk), { window: Number(item.window), tally: decodeTally(String(item.tally)) });
    const found = wanted.flatMap(({ pk }) => kept.get(pk.S) ?? []);
    for (const key of kept.keys()) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(key);
    }
    return found.sort((a, b) => b.window - a.window);
  }

  async function readAll(keys: Item[]): Promise<Record<string, unknown>[]> {
    const found: Record<string, unknown>[] = [];
    while (keys.length > 0) {
      const { Responses = {}, UnprocessedKeys = {} } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } } }),
      );
      found.push(...(Responses[tableName] ?? []).map((item) => unmarshall(item)));
      keys = UnprocessedKeys[tableName]?.Keys ?? [];
    }
    return found;
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

    closed: (windows) => readClosed(windows, closedKey),

    async saveRolledUp(level, { window, tally }) {
      const values = marshall({ tally: encodeTally(tally), window, expiresAt: expiresAt(window, level) });
      const Item = { ...rolledUpKey(level)(window), ...values };
      await client.send(new PutItemCommand({ TableName: tableName, Item }));
    },

    rolledUp: (level, starts) => readClosed(starts, rolledUpKey(level)),

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

    async ongoing(window) {
      const item = await read(HEAD);
      if (item?.ongoing === undefined) return {};
      const { baseline: of, window: judged, before, after } = JSON.parse(String(item.ongoing)) as KeptOngoing;
      if (of !== counted) return {};
      return judged === window ? before : after;
    },

    async saveOngoing(window, before, after) {
      if (Object.keys(before).length + Object.keys(after).length === 0) return;
      const kept: KeptOngoing = { baseline: counted, window, before, after };
      await setHead('ongoing', { S: JSON.stringify(kept) });
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
