import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DecisionEventType, DecisionRecord } from '../core/decision/decision';
import { truthEntry } from '../core/decision/truth';
import type { DecisionStore, OpenDecision, Resolution } from '../core/ports';
import { pastTransactions } from './dynamo-conflict';
import { readAttributes } from './read-attributes';
import { OF_THE_INDEX, OPEN_SHARDS, fromStored, openShard, toStored } from './stored-record';

export type Item = Record<string, AttributeValue>;

/** Sparse index of decisions that are pending or have events to send. */
export const OPEN_INDEX = 'open';
/** What the index holds beside its keys (`openShard`, `at`) and `id`. */
export const OPEN_ATTRIBUTES = ['status', 'toSend', 'reviewBy'];

/** A record as the table keeps it. */
export const toItem = (record: DecisionRecord): Item => marshall(toStored(record), { removeUndefinedValues: true });

/** Throws a TypeError where the item is no record: whoever wrote it, it must not be taken for one. */
export function fromItem(item: Item): DecisionRecord {
  const record = fromStored(readAttributes(item, OF_THE_INDEX));
  if (!record) throw new TypeError('An item of the decisions table is no decision.');
  return record;
}

/** The write that ends a pending review, for use alone or in a transaction; its condition decides who was first. */
export const resolveUpdate = (tableName: string, { id, outcome, route, entry }: Resolution) => ({
  TableName: tableName,
  Key: { id: { S: id } },
  UpdateExpression:
    'SET #status = :resolved, #outcome = :outcome, #route = :route, #history = list_append(#history, :entry), ' +
    '#toSend = list_append(#toSend, :event) REMOVE #reviewBy',
  ConditionExpression: '#status = :pending',
  ExpressionAttributeNames: {
    '#status': 'status',
    '#outcome': 'outcome',
    '#route': 'route',
    '#history': 'history',
    '#toSend': 'toSend',
    '#reviewBy': 'reviewBy',
  },
  ExpressionAttributeValues: marshall(
    {
      ':resolved': 'resolved',
      ':pending': 'pending_review',
      ':outcome': outcome,
      ':route': route,
      ':entry': [entry],
      ':event': ['DecisionResolved'],
    },
    { removeUndefinedValues: true },
  ),
});

export function dynamoDecisionStore(client: DynamoDBClient, tableName: string): DecisionStore {
  async function get(id: string): Promise<DecisionRecord | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: { id: { S: id } }, ConsistentRead: true }),
    );
    return Item && fromItem(Item);
  }

  return {
    get,

    async create(record, signal) {
      try {
        const put = new PutItemCommand({
          TableName: tableName,
          Item: toItem(record),
          ConditionExpression: 'attribute_not_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        });
        await pastTransactions(() => client.send(put, signal ? { abortSignal: signal } : {}));
        return { created: true };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException && error.Item) return { earlier: fromItem(error.Item) };
        throw error;
      }
    },

    async resolve(resolution) {
      try {
        await pastTransactions(() => client.send(new UpdateItemCommand(resolveUpdate(tableName, resolution))));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async recordTruth(id, truth) {
      const update = new UpdateItemCommand({
        TableName: tableName,
        Key: { id: { S: id } },
        // A closed decision has left the index of open ones: its new event puts it back, for the sweeper to find.
        UpdateExpression:
          'SET truth = :truth, history = list_append(history, :entry), toSend = list_append(toSend, :event), ' +
          'openShard = :shard',
        ConditionExpression: 'attribute_exists(id) AND attribute_not_exists(truth)',
        ExpressionAttributeValues: marshall({
          ':truth': truth,
          ':entry': [truthEntry(truth)],
          ':event': ['OutcomeRecorded'],
          ':shard': openShard(id),
        }),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      try {
        const { Attributes } = await pastTransactions(() => client.send(update));
        return fromItem(Attributes!);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return error.Item && fromItem(error.Item);
        throw error;
      }
    },

    async markSent(id, sent) {
      // A resolution or a truth may add its event in between: then the write is refused, and it reads again.
      for (;;) {
        const record = await get(id);
        if (!record) return;
        const rest = record.toSend.filter((event) => !sent.includes(event));
        if (rest.length === record.toSend.length) return;
        const closed = rest.length === 0 && record.status !== 'pending_review';
        try {
          const update = new UpdateItemCommand({
            TableName: tableName,
            Key: { id: { S: id } },
            UpdateExpression: `SET toSend = :rest${closed ? ' REMOVE openShard' : ''}`,
            ConditionExpression: 'toSend = :seen AND #status = :status',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: marshall({ ':rest': rest, ':seen': record.toSend, ':status': record.status }),
          });
          await pastTransactions(() => client.send(update));
          return;
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        }
      }
    },

    pending: (limit) => open(limit, { filter: '#status = :pending', values: { ':pending': 'pending_review' } }),

    openBefore: (before, limit) =>
      open(limit, {
        before,
        filter: 'size(toSend) > :none OR reviewBy < :due',
        values: { ':none': 0, ':due': before },
      }),
  };

  async function open(
    limit: number,
    { before, filter, values }: { before?: string; filter: string; values: Record<string, unknown> },
  ): Promise<OpenDecision[]> {
    const shards = await Promise.all(Array.from({ length: OPEN_SHARDS }, (_, i) => shard(String(i))));
    return shards
      .flat()
      .sort((a, b) => a.at.localeCompare(b.at))
      .slice(0, limit);

    async function shard(name: string): Promise<OpenDecision[]> {
      const found: OpenDecision[] = [];
      let from: Item | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: OPEN_INDEX,
            KeyConditionExpression: before ? 'openShard = :shard AND #at < :before' : 'openShard = :shard',
            FilterExpression: filter,
            ExpressionAttributeNames: {
              ...(before ? { '#at': 'at' } : {}),
              ...(filter.includes('#status') ? { '#status': 'status' } : {}),
            },
            ExpressionAttributeValues: marshall({
              ...values,
              ':shard': name,
              ...(before ? { ':before': before } : {}),
            }),
            ...(from ? { ExclusiveStartKey: from } : {}),
          }),
        );
        found.push(...(page.Items ?? []).map(toOpen));
        from = page.LastEvaluatedKey;
      } while (from && found.length < limit);
      return found;
    }
  }
}

function toOpen(item: Item): OpenDecision {
  const { id, at, status, toSend, reviewBy } = readAttributes(item) as unknown as DecisionRecord;
  const events = (toSend ?? []) as DecisionEventType[];
  return { id, at, pending: status === 'pending_review', toSend: events, ...(reviewBy ? { reviewBy } : {}) };
}
