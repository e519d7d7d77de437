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
import { NO_BASELINE } from '../core/drift/baseline';
import { type ClosedWindow, type Level } from '../core/drift/blocks';
import type { DriftReport, Ongoing } from '../core/drift/evaluate';
import {
  type ShardPartial,
  decodePartial,
  emptyPartial,
  encodePartial,
  mergePartials,
  observe,
} from '../core/drift/partial';
import type { DriftStore } from '../core/drift/ports';
import { type Counting, countingId } from '../core/drift/rolling-baseline';
import { SHARDS } from '../core/drift/settings';
import { decodeTally, encodeTally, isNothing } from '../core/drift/tally';

/** Who closes windows just now, and what countings there are, each as `<id>@<milliseconds of a window>`. */
const HEAD = { pk: { S: 'drift#head' } };
const headKeyOf = (id: string) => ({ pk: { S: `drift#head#${id}` } });
/** The drift that was found last. */
const FOUND = { pk: { S: 'drift#found' } };
/** How long each is kept, in seconds: a window for longer than a stream can deliver, days for more than a year. */
const KEEP_SECONDS = { window: 2 * 86_400, hour: 16 * 86_400, day: 400 * 86_400 };
/** BatchGetItem takes so many keys. */
const MOST_KEYS = 100;
/** Of what is closed and does not change any more, so much is kept in memory. */
const MOST_KEPT = 1_000;

type Item = Record<string, AttributeValue>;

const NEVER_BACK = 'attribute_not_exists(cursorAt) OR cursorAt < :cursorAt';

/** What had drifted before a window was judged, and with it. */
interface KeptOngoing {
  readonly window: number;
  readonly before: Ongoing;
  readonly after: Ongoing;
}

/** Drift windows in the state table: an item for each window and shard, guarded by a version and a seal. */
export const dynamoDriftStore = (client: DynamoDBClient, tableName: string, counting: Counting): DriftStore =>
  storeOf(client, tableName, countingId(counting), counting);

function storeOf(client: DynamoDBClient, tableName: string, id: string, { baseline, windowMs }: Counting): DriftStore {
  const counted = `drift#${id}`;
  /** How far the windows of this counting are closed, and what has drifted. */
  const headKey = headKeyOf(id);
  const shardKey = (window: number, shard: number) => ({ pk: { S: `${counted}#${window}#${shard}` } });
  const closedKey = (window: number) => ({ pk: { S: `${counted}#${window}` } });
  const comparisonKey = (version: string) => ({ pk: { S: `drift#candidate#${version}` } });
  const rolledUpKey = (level: Level) => (start: number) => ({ pk: { S: `${counted}#${level}#${start}` } });
  const expiresAt = (window: number, level: keyof typeof KEEP_SECONDS = 'window') =>
    Math.floor(window / 1000) + KEEP_SECONDS[level];
  const kept = new Map<string, ClosedWindow>();
  const readPartial = (item: Record<string, unknown> = {}): ShardPartial =>
    typeof item.partial === 'string' ? decodePartial(item.partial) : emptyPartial(baseline);

  /** Sets attributes of an item, if the condition holds; says whether it did. */
  async function set(Key: Item, attributes: Readonly<Record<string, unknown>>, condition?: string): Promise<boolean> {
    const names = Object.keys(attributes);
    const setting = names.filter((name) => !name.startsWith('_'));
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key,
          UpdateExpression: `SET ${setting.map((name) => `${name} = :${name}`).join(', ')}`,
          ExpressionAttributeValues: marshall(Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]]))),
          ...(condition === undefined ? {} : { ConditionExpression: condition }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

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
        const before = readPartial(item);
        if (item?.sealed) return { late: observations.filter((one) => !before.ids.has(one.id)).length, beyond: 0 };
        const { overflow } = before;
        const partial = observe(baseline, before, observations);
        if (partial === before) return { late: 0, beyond: 0 };
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
          return { late: 0, beyond: partial.overflow - overflow };
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
        return Attributes.partial === undefined ? [] : [readPartial(unmarshall(Attributes))];
      });
      const { tally } = mergePartials(baseline, (await Promise.all(shards)).flat());
      if (!isNothing(tally)) {
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
      const item = await read(headKey);
      return item?.cursorAt === undefined ? undefined : Number(item.cursorAt);
    },

    async moveCursor(window) {
      const moved = await set(headKey, { cursorAt: window, usedAt: window }, NEVER_BACK);
      if (moved) await client.send(new UpdateItemCommand(amongCountings('ADD', id, windowMs)));
    },

    claim: (now, until) =>
      set(HEAD, { busyUntil: until, _now: now }, 'attribute_not_exists(busyUntil) OR busyUntil <= :_now'),

    async release() {
      await set(HEAD, { busyUntil: 0 });
    },

    async others() {
      const item = await read(HEAD);
      const countings = [...((item?.countings as Set<string> | undefined) ?? [])].map((one) => one.split('@'));
      return Promise.all(
        countings
          .filter(([other]) => other !== id)
          .map(async ([other = '', ms]) => {
            const key = headKeyOf(other);
            const head = await read(key);
            // Nothing is known of its baseline, nor need be: what has been counted is only added up.
            const store = storeOf(client, tableName, other, { baseline: NO_BASELINE, windowMs: Number(ms) });
            const moveCursor = async (window: number) => void (await set(key, { cursorAt: window }, NEVER_BACK));
            return {
              id: other,
              windowMs: Number(ms),
              usedAt: Number(head?.usedAt ?? 0),
              store: { ...store, moveCursor },
            };
          }),
      );
    },

    async retire(other) {
      const { countings = new Set<string>() } = ((await read(HEAD)) ?? {}) as { countings?: Set<string> };
      for (const one of countings)
        if (one.startsWith(`${other}@`))
          await client.send(new UpdateItemCommand(amongCountings('DELETE', other, Number(one.split('@')[1]))));
      // Whoever comes back to it begins anew.
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: headKeyOf(other),
          UpdateExpression: 'REMOVE cursorAt, usedAt, ongoing',
        }),
      );
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
      const item = await read(headKey);
      if (item?.ongoing === undefined) return {};
      const { window: judged, before, after } = JSON.parse(String(item.ongoing)) as KeptOngoing;
      return judged === window ? before : after;
    },

    async saveOngoing(window, before, after) {
      if (Object.keys(before).length + Object.keys(after).length === 0) return;
      const kept: KeptOngoing = { window, before, after };
      await set(headKey, { ongoing: JSON.stringify(kept) });
    },

    async saveDrifted(report) {
      await set(FOUND, { drifted: JSON.stringify(report) });
    },

    async drifted() {
      const item = await read(FOUND);
      return item?.drifted ? (JSON.parse(String(item.drifted)) as DriftReport) : undefined;
    },
  };

  function amongCountings(action: 'ADD' | 'DELETE', counting: string, ms: number) {
    return {
      TableName: tableName,
      Key: HEAD,
      UpdateExpression: `${action} countings :one`,
      ExpressionAttributeValues: { ':one': { SS: [`${counting}@${ms}`] } },
    };
  }
}
