import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamoDecisionStore } from '../../adapters/dynamo-decision-store';
import { dynamoDriftStore } from '../../adapters/dynamo-drift-store';
import { OPEN_SHARDS } from '../../adapters/stored-record';
import { tallyOf } from '../../core/drift/accumulate';
import { encodeTally } from '../../core/drift/tally';
import { baseline } from './contracts/drift-store';
import { fakeClient } from './fake-client';

/** An index whose pages hold one open decision each, and every other page none that fits the filter. */
const paged = () =>
  fakeClient<DynamoDBClient>(({ input }) => {
    const page = Number(input.ExclusiveStartKey?.page?.N ?? 0);
    const shard = Number(input.ExpressionAttributeValues[':shard'].S);
    const at = `2026-11-23T09:${10 + page}:0${shard}.000Z`;
    const Items =
      page % 2 === 0 ? [] : [marshall({ id: `${shard}-${page}`, at, status: 'pending_review', toSend: [] })];
    return { Items, ...(page < 5 ? { LastEvaluatedKey: { page: { N: String(page + 1) } } } : {}) };
  });

describe('open decisions', () => {
  test('are read to the end, page by page, where the limit allows', async () => {
    const { client, sent } = paged();
    const found = await dynamoDecisionStore(client, 'decisions').pending(100);
    expect(found).toHaveLength(3 * OPEN_SHARDS);
    expect(found.map(({ at }) => at)).toEqual(found.map(({ at }) => at).sort());
    expect(sent).toHaveLength(6 * OPEN_SHARDS);
  });

  test('are read no further than the limit needs', async () => {
    const { client, sent } = paged();
    const found = await dynamoDecisionStore(client, 'decisions').openBefore('2027', 1);
    expect(found.map(({ id }) => id)).toEqual(['0-1']);
    expect(sent).toHaveLength(2 * OPEN_SHARDS);
  });
});

test('closed windows that DynamoDB left unprocessed are asked for again', async () => {
  const tally = encodeTally(tallyOf(baseline, []));
  const { client, sent } = fakeClient<DynamoDBClient>(({ input }, nth) => {
    const [Key, ...rest] = input.RequestItems.state.Keys;
    return {
      Responses: { state: [{ ...Key, ...marshall({ window: nth, tally }) }] },
      UnprocessedKeys: rest.length > 0 ? { state: { Keys: rest } } : {},
    };
  });
  const closed = await dynamoDriftStore(client, 'state', { baseline, windowMs: 10 }).closed([10, 20, 30]);
  expect(closed.map(({ window }) => window)).toEqual([2, 1, 0]);
  expect(sent.map(({ input }) => input.RequestItems.state.Keys.length)).toEqual([3, 2, 1]);
});
