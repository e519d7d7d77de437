import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { CacheEntry, CacheStore, EvidenceStore, Purge } from '../core/llm/cache/ports';
import { EVIDENCE_PERIOD_MS, type Evidence, NO_EVIDENCE, mergeEvidence, periodOf } from '../core/llm/cache/threshold';
import { dynamoSemanticIndex } from './dynamo-semantic-index';
import type { LlmCacheStores } from './memory-llm-cache';

type Item = Record<string, AttributeValue>;

const entryPk = (key: string) => ({ pk: { S: `cache#entry#${key}` } });
/** Which entry a decision left: a reviewer who overrides the decision purges it by this. */
const decisionPk = (decision: string) => ({ pk: { S: `cache#decision#${decision}` } });
/** Until when all of a caller or of a prompt was purged. */
const purgedPk = (of: 'caller' | 'prompt', key: string) => ({ pk: { S: `cache#purged#${of}#${key}` } });
const evidencePk = (scope: string, period: number) => ({ pk: { S: `cache#evidence#${scope}#${period}` } });
/** The longest that an entry may live and a day more: then nothing is left that a purge would hide. */
const PURGE_KEPT_MS = 31 * 86_400_000;

/**
 * Caches of language models in the state table. A lookup reads entries and the two marks of purges by one BatchGetItem;
 * a semantic one first reads buckets by another.
 */
export const dynamoLlmCache = (client: DynamoDBClient, table: string): LlmCacheStores => ({
  store: cacheStore(client, table),
  index: dynamoSemanticIndex(client, table),
  evidence: evidenceStore(client, table),
});

function cacheStore(client: DynamoDBClient, table: string): CacheStore {
  async function read(keys: readonly Item[], signal?: AbortSignal): Promise<Map<string, Item>> {
    const { Responses = {}, UnprocessedKeys = {} } = await client.send(
      // An older copy could hold what has just been purged.
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [...keys], ConsistentRead: true } } }),
      signal ? { abortSignal: signal } : {},
    );
    // Without the marks nobody knows what was purged.
    if (UnprocessedKeys[table]) throw new Error('DynamoDB did not read all of a cache lookup.');
    return new Map((Responses[table] ?? []).map((item) => [item.pk!.S!, item]));
  }

  /** Deletes an entry that , unless another has taken its place. */
  async function remove({ key, askedAt }: CacheEntry): Promise<void> {
    try {
      await client.send(
        new DeleteItemCommand({
          TableName: table,
          Key: entryPk(key),
          ConditionExpression: 'attribute_not_exists(pk) OR askedAt <= :asked',
          ExpressionAttributeValues: { ':asked': { N: String(askedAt) } },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async function removeByKey(key: string, now: number, decision?: string): Promise<CacheEntry[]> {
    const entry = fromItem((await read([entryPk(key)])).get(entryPk(key).pk.S));
    if (!entry || entry.askedAt > now || (decision !== undefined && entry.decision !== decision)) return [];
    await remove(entry);
    return [entry];
  }

  async function removeAll(of: 'caller' | 'prompt', key: string, now: number): Promise<CacheEntry[]> {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: { ...purgedPk(of, key), at: { N: String(now) }, expiresAt: ttl(now + PURGE_KEPT_MS) },
      }),
    );
    // From here on nobody is given them. What follows takes them off the disk.
    const gone: CacheEntry[] = [];
    let from: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new ScanCommand({
          TableName: table,
          FilterExpression: 'begins_with(pk, :entry) AND #of = :key AND askedAt <= :now',
          ExpressionAttributeNames: { '#of': of },
          ExpressionAttributeValues: {
            ':entry': { S: 'cache#entry#' },
            ':key': { S: key },
            ':now': { N: String(now) },
          },
          ExclusiveStartKey: from,
        }),
      );
      gone.push(...Items.flatMap((item) => fromItem(item) ?? []));
      from = LastEvaluatedKey;
    } while (from);
    for (const entry of gone) await remove(entry);
    return gone;
  }

  return {
    async get({ id, caller, prompt }, keys, now, signal) {
      const marks = [purgedPk('caller', caller), purgedPk('prompt', prompt)];
      const items = await read([...keys.map(entryPk), ...marks], signal);
      const purgedAt = Math.max(...marks.map(({ pk }) => Number(items.get(pk.S)?.at?.N ?? -1)));
      return keys.flatMap((key) => {
        const entry = fromItem(items.get(entryPk(key).pk.S));
        return entry && entry.partition === id && entry.until > now && entry.askedAt > purgedAt ? [entry] : [];
      });
    },

    async put(entry, signal) {
      const pointer = { ...decisionPk(entry.decision), entry: { S: entry.key }, expiresAt: ttl(entry.until) };
      const items = [toItem(entry), pointer];
      const { UnprocessedItems = {} } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: items.map((Item) => ({ PutRequest: { Item } })) } }),
        { abortSignal: signal },
      );
      if (UnprocessedItems[table]) throw new Error('DynamoDB did not write all of a cache entry.');
    },

    async purge(purge: Purge, now) {
      if ('caller' in purge) return removeAll('caller', purge.caller, now);
      if ('prompt' in purge) return removeAll('prompt', purge.prompt, now);
      if ('key' in purge) return removeByKey(purge.key, now);
      const pointer = (await read([decisionPk(purge.decision)])).get(decisionPk(purge.decision).pk.S);
      return pointer?.entry?.S === undefined ? [] : removeByKey(pointer.entry.S, now, purge.decision);
    },
  };
}

function evidenceStore(client: DynamoDBClient, table: string): EvidenceStore {
  const read = async (scope: string, period: number, signal: AbortSignal): Promise<Evidence> => {
    const key = { TableName: table, Key: evidencePk(scope, period) };
    const { Item = {} } = await client.send(new GetItemCommand(key), { abortSignal: signal });
    const of = (name: string) => NO_EVIDENCE.right.map((_, bin) => Number(Item[`${name}${bin}`]?.N ?? 0));
    return { right: of('right'), wrong: of('wrong') };
  };
  return {
    async read(scope, now, signal) {
      const period = periodOf(now);
      const [current, last] = await Promise.all([read(scope, period, signal), read(scope, period - 1, signal)]);
      return mergeEvidence(current, last);
    },
    async add(scope, bin, right, now, signal) {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: evidencePk(scope, periodOf(now)),
          UpdateExpression: 'ADD #count :one SET expiresAt = :end',
          ExpressionAttributeNames: { '#count': `${right ? 'right' : 'wrong'}${bin}` },
          ExpressionAttributeValues: { ':one': { N: '1' }, ':end': ttl(now + 3 * EVIDENCE_PERIOD_MS) },
        }),
        { abortSignal: signal },
      );
    },
  };
}

/** The table's own expiry only cleans up. */
const ttl = (until: number): AttributeValue => ({ N: String(Math.ceil(until / 1000)) });

const toItem = ({ key, partition, caller, prompt, decision, answer, meaning, askedAt, until }: CacheEntry): Item => ({
  ...entryPk(key),
  partition: { S: partition },
  caller: { S: caller },
  prompt: { S: prompt },
  decision: { S: decision },
  answer: { S: answer },
  askedAt: { N: String(askedAt) },
  until: { N: String(until) },
  expiresAt: ttl(until),
  ...(meaning
    ? { text: { S: meaning.text }, hidden: { S: meaning.hidden }, vector: { B: new Uint8Array(meaning.vector) } }
    : {}),
});

/** Undefined where the item is none, or was written in another form. */
function fromItem(item: Item | undefined): CacheEntry | undefined {
  if (!item?.pk?.S || !item.partition?.S || item.answer?.S === undefined) return undefined;
  const meaning = item.vector?.B && {
    text: item.text?.S ?? '',
    hidden: item.hidden?.S ?? '',
    vector: Int8Array.from(item.vector.B, (byte) => (byte << 24) >> 24),
  };
  return {
    key: item.pk.S.slice('cache#entry#'.length),
    partition: item.partition.S,
    caller: item.caller?.S ?? '',
    prompt: item.prompt?.S ?? '',
    decision: item.decision?.S ?? '',
    answer: item.answer.S,
    askedAt: Number(item.askedAt?.N),
    until: Number(item.until?.N),
    ...(meaning ? { meaning } : {}),
  };
}
