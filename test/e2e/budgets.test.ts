import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { dynamoBudgets } from '../../adapters/dynamo-budgets';
import { budgetsOf } from '../../core/llm/budgets/budgets';
import { measure } from '../../bench/budgets/run';
import { inHome } from '../../local/paths';
import { NOON, budgetsContract } from '../adapters/contracts/budgets';
import { aws } from './stack';

const { PlumblineTables } = JSON.parse(readFileSync(inHome('outputs.json'), 'utf8')) as {
  PlumblineTables: Record<'stateTable', string>;
};
const table = PlumblineTables.stateTable;
const dynamo = new DynamoDBClient(aws);
const store = dynamoBudgets(dynamo, table);

budgetsContract('DynamoDB', () => store);

describe('budgets on DynamoDB', () => {
  const limits = { perRequest: { inputTokens: 10, outputTokens: 10 }, perPipeline: { tokensPerDay: 1_000 } };
  const ask = { id: 'one', caller: 'account:role/ann', inputTokens: 5, outputTokens: 5, now: NOON };

  test('an outage throws, and so does a signal that aborts', async () => {
    const nowhere = new DynamoDBClient({ ...aws, endpoint: 'http://127.0.0.1:1', maxAttempts: 1 });
    await expect(budgetsOf(dynamoBudgets(nowhere, table), 'lost', limits).reserve(ask)).rejects.toThrow();
    const budgets = budgetsOf(store, `lost-${randomUUID()}`, limits);
    await expect(budgets.reserve(ask, AbortSignal.abort())).rejects.toThrow();
    expect(await budgets.reserve(ask)).toHaveProperty('reservation');
  });

  test('items are cleaned up a day after their window, and name no caller', async () => {
    const pipeline = `named-${randomUUID()}`;
    await budgetsOf(store, pipeline, { ...limits, perCaller: limits.perPipeline }).reserve(ask);
    const { Items = [] } = await dynamo.send(
      new ScanCommand({
        TableName: table,
        FilterExpression: 'begins_with(pk, :pk)',
        ExpressionAttributeValues: { ':pk': { S: `budget#${pipeline}#` } },
      }),
    );
    const dayAfter = Date.parse('2026-11-25T00:00:00.000Z') / 1_000;
    expect(Items.map(({ expiresAt }) => Number(expiresAt!.N))).toEqual([dayAfter, dayAfter]);
    expect(JSON.stringify(Items)).not.toContain('ann');
  });
});

test.each([
  ['one item', 10_000],
  ['eight items', 400],
])(
  'callers in processes that are killed never exceed a budget, and it is charged to the token: %s',
  async (_, inputTokens) => {
    const outcome = await measure(aws.endpoint, {
      kind: 'reserve, then settle',
      limits: {
        perRequest: { inputTokens: 400 + inputTokens, outputTokens: 600 },
        perPipeline: { tokensPerDay: 90_000 },
      },
      processes: 2,
      callersEach: 8,
      seconds: 90,
      killed: 0.04,
      // A machine may stand still for seconds: what is held must not expire meanwhile.
      speed: 2,
      enough: { refused: 20, kills: 2 },
    });
    expect(outcome).toMatchObject({ exceededBy: 0, charged: outcome.used });
    // A run in which nothing happens proves nothing.
    const { refused, kills, expired } = outcome;
    for (const count of [refused, kills, expired]) expect(count).toBeGreaterThan(0);
  },
);
