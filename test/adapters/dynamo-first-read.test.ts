import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoFirstRead } from '../../adapters/dynamo-first-read';
import type { FirstReadRequest } from '../../core/ports';
import { fakeClient } from './fake-client';

const ITEM = { id: { S: 'ann' }, balance: { N: '5' }, updatedAt: { S: '2026-11-23' } };
const lookup = (name: string, key = 'ann', fields = ['balance']) => ({ name, key, fields });
const tables = { decisions: 'decisions', state: 'state', features: { accounts: 'a', employer: 'e', history: 'a' } };

function readAnswered(answer: unknown) {
  const { client, sent } = fakeClient<DynamoDBClient>(() => answer);
  const firstRead = dynamoFirstRead(client, tables);
  return { sent, read: (request: FirstReadRequest) => firstRead.read(request, signal) };
}
const signal = new AbortController().signal;

describe('what DynamoDB leaves unprocessed is unavailable, not missing', () => {
  const keys = { Keys: [] };

  test('a feature table: the others and the mode stand', async () => {
    const { read } = readAnswered({ Responses: { a: [ITEM], state: [] }, UnprocessedKeys: { e: keys } });
    expect(await read({ lookups: [lookup('accounts'), lookup('employer')], id: 'x' })).toEqual({
      lookups: {
        accounts: { item: { id: 'ann', balance: 5, updatedAt: '2026-11-23' } },
        employer: { failed: 'unavailable' },
      },
      mode: 'normal',
      earlier: undefined,
    });
  });

  test('one item of a table: that which came stands', async () => {
    const { read } = readAnswered({ Responses: { a: [ITEM] }, UnprocessedKeys: { a: keys } });
    const { lookups } = await read({ lookups: [lookup('accounts'), lookup('history', 'bob')] });
    expect(lookups).toEqual({ accounts: { item: expect.anything() }, history: { failed: 'unavailable' } });
  });

  test('the mode', async () => {
    const { read } = readAnswered({ Responses: { a: [] }, UnprocessedKeys: { state: keys } });
    expect(await read({ lookups: [lookup('accounts')] })).toMatchObject({
      lookups: { accounts: { failed: 'missing' } },
      mode: undefined,
    });
  });

  test('all of it', async () => {
    const { read } = readAnswered({ UnprocessedKeys: { state: keys, a: keys, decisions: keys } });
    expect(await read({ lookups: [lookup('accounts')], id: 'x' })).toEqual({
      lookups: { accounts: { failed: 'unavailable' } },
      mode: undefined,
      earlier: undefined,
    });
  });
});

describe('one batch asks for everything', () => {
  test('each key once, each field once, and nothing that was not asked for', async () => {
    const { read, sent } = readAnswered({});
    await read({
      lookups: [lookup('accounts'), lookup('history', 'ann', ['balance', 'id']), lookup('employer', 'ltd')],
    });
    expect(sent).toEqual([
      {
        name: 'BatchGetItem',
        input: {
          RequestItems: {
            state: { Keys: [{ pk: { S: 'mode' } }] },
            a: {
              Keys: [{ id: { S: 'ann' } }],
              ProjectionExpression: '#0, #1, #2',
              ExpressionAttributeNames: { '#0': 'id', '#1': 'updatedAt', '#2': 'balance' },
            },
            e: expect.objectContaining({ Keys: [{ id: { S: 'ltd' } }] }),
          },
        },
      },
    ]);
  });

  test('a decision only where there is an id and a table of them', async () => {
    const asked = async (id: string | undefined, decisions: string | undefined) => {
      const { client, sent } = fakeClient<DynamoDBClient>(() => ({}));
      const { state, features } = tables;
      const firstRead = dynamoFirstRead(client, { state, features, ...(decisions ? { decisions } : {}) });
      await firstRead.read({ lookups: [], id }, signal);
      return sent[0]!.input.RequestItems.decisions;
    };
    expect(await asked('x', 'decisions')).toEqual({ Keys: [{ id: { S: 'x' } }], ConsistentRead: true });
    expect(await asked(undefined, 'decisions')).toBeUndefined();
    expect(await asked('x', undefined)).toBeUndefined();
  });

  test.each(['', 'x'.repeat(2049), 'ä'.repeat(1025)])('no key that DynamoDB would refuse', async (key) => {
    const { read, sent } = readAnswered({ Responses: {} });
    const { lookups, mode } = await read({ lookups: [lookup('accounts', key)] });
    expect({ lookups, mode }).toEqual({ lookups: { accounts: { failed: 'missing' } }, mode: 'normal' });
    expect(Object.keys(sent[0]!.input.RequestItems)).toEqual(['state']);
  });
});

test('never throws: a decision that cannot be understood is as good as unread', async () => {
  const { read } = readAnswered({ Responses: { decisions: [{ id: { S: 'x' } }], state: [] } });
  expect(await read({ lookups: [], id: 'x' })).toEqual({ lookups: {}, mode: undefined });
});
