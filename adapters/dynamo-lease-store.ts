import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  TransactionCanceledException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { holds } from '../core/review/lease';
import type { Lease, LeaseClaim, LeaseStore } from '../core/review/ports';
import { worked } from '../core/review/resolution';
import { pastTransactions } from './dynamo-conflict';
import { type Item, resolveUpdate } from './dynamo-decision-store';

/** Leases in the state table: one item a decision. */
export function dynamoLeaseStore(client: DynamoDBClient, stateTable: string, decisionsTable: string): LeaseStore {
  const at = (id: string) => ({ TableName: stateTable, Key: { pk: { S: `lease#${id}` } } });
  const condition = ({ hash, sub, now }: LeaseClaim) => ({
    ConditionExpression: '#hash = :hash AND #sub = :sub AND leaseEnd > :now',
    ExpressionAttributeNames: { '#hash': 'hash', '#sub': 'sub' },
    ExpressionAttributeValues: marshall({ ':hash': hash, ':sub': sub, ':now': now }),
  });

  return {
    async take(lease, now) {
      try {
        const put = new PutItemCommand({
          TableName: stateTable,
          Item: toItem(lease),
          ConditionExpression: 'attribute_not_exists(pk) OR leaseEnd <= :now',
          ExpressionAttributeValues: { ':now': { N: String(now) } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        });
        await pastTransactions(() => client.send(put));
        return { taken: true };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException && error.Item)
          return { until: fromItem(error.Item).expiresAt };
        throw error;
      }
    },

    async extend(claim, expiresAt) {
      const held = condition(claim);
      return unlessRefused(async () => {
        const { Attributes } = await client.send(
          new UpdateItemCommand({
            ...at(claim.id),
            ...held,
            UpdateExpression: 'SET leaseEnd = :end, expiresAt = :ttl',
            ExpressionAttributeValues: {
              ...held.ExpressionAttributeValues,
              ':end': { N: String(expiresAt) },
              ':ttl': { N: ttl(expiresAt) },
            },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return Attributes && fromItem(Attributes);
      });
    },

    release: (claim) =>
      unlessRefused(async () => {
        const { Attributes } = await client.send(
          new DeleteItemCommand({ ...at(claim.id), ...condition(claim), ReturnValues: 'ALL_OLD' }),
        );
        return Attributes && fromItem(Attributes);
      }),

    async resolve(claim, resolution) {
      const { Item } = await client.send(new GetItemCommand({ ...at(claim.id), ConsistentRead: true }));
      const lease = Item && fromItem(Item);
      if (!lease || !holds(lease, claim)) return { refused: 'lease' };
      const ends = new TransactWriteItemsCommand({
        TransactItems: [
          { Delete: { ...at(claim.id), ...condition(claim) } },
          { Update: resolveUpdate(decisionsTable, worked(resolution, lease, claim.now)) },
        ],
      });
      try {
        await pastTransactions(
          () => client.send(ends),
          (error) => reasonCodes(error).includes('TransactionConflict') && !refusal(error),
        );
        return { lease };
      } catch (error) {
        const refused = refusal(error);
        if (refused) return { refused };
        throw error;
      }
    },
  };
}

const reasonCodes = (error: unknown) =>
  error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []).map(({ Code }) => Code) : [];

/** Which of a resolution's two conditions did not hold. */
function refusal(error: unknown): 'lease' | 'record' | undefined {
  const [lease, record] = reasonCodes(error);
  if (lease === 'ConditionalCheckFailed') return 'lease';
  return record === 'ConditionalCheckFailed' ? 'record' : undefined;
}

async function unlessRefused<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await pastTransactions(write);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** The table's own expiry only cleans up, a day after the lease has ended. */
const ttl = (leaseEnd: number): string => String(Math.floor(leaseEnd / 1000) + 86_400);

const toItem = ({ id, expiresAt, ...lease }: Lease): Item => ({
  ...marshall({ pk: `lease#${id}`, id, ...lease, leaseEnd: expiresAt }),
  expiresAt: { N: ttl(expiresAt) },
});

function fromItem(item: Item): Lease {
  const { id, hash, sub, claimedAt, leaseEnd, receipt, taskToken } = unmarshall(item);
  // A lease of an earlier release does not say when it began: it counts as just taken.
  return { id, hash, sub, claimedAt: claimedAt ?? leaseEnd, expiresAt: leaseEnd, receipt, taskToken };
}
