import { readFileSync } from 'node:fs';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { inHome } from '../../local/paths';
import { cutOff } from './stream';
import { applications, aws, call, creditRisk, eventually } from './stack';

const dynamo = new DynamoDBClient(aws);
const { PlumblineLoanAccounts: tables } = JSON.parse(readFileSync(inHome('outputs.json'), 'utf8')) as Record<
  string,
  { readonly accounts: string; readonly ledger: string }
>;

async function read(table: 'accounts' | 'ledger', id: string) {
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: tables![table], Key: { id: { S: id } }, ConsistentRead: true }),
  );
  return Item;
}
const statusOf = async (id: string) => (await read('accounts', id))?.status?.S;

/** Decides until an application comes out as asked for. */
async function decided(outcome: string, from: number): Promise<string> {
  for (const { input } of applications.slice(from)) {
    const { body } = await call('POST', '/decisions', { input });
    if (body.outcome === outcome) return body.id as string;
  }
  throw new Error(`Nobody is ${outcome}d.`);
}

test('an approval opens a loan account and books the loan; a refusal does not', async () => {
  const declined = await decided('decline', 300);
  const approved = await decided('approve', 330);
  await eventually('the account', async () => (await statusOf(approved)) === 'open');
  expect(await eventually('the booking', () => read('ledger', approved))).toMatchObject({ account: { S: approved } });
  expect(await statusOf(declined)).toBeUndefined();
});

test('a loan that cannot be booked is undone: its account is cancelled', async () => {
  const restore = await cutOff(creditRisk, 'Dispatch');
  let approved: string;
  try {
    approved = await decided('approve', 360);
    await dynamo.send(
      new PutItemCommand({ TableName: tables!.ledger, Item: { id: { S: approved }, account: { S: 'another' } } }),
    );
  } finally {
    await restore();
  }
  await eventually('the account to be cancelled', async () => (await statusOf(approved)) === 'cancelled');
  expect(await read('ledger', approved)).toMatchObject({ account: { S: 'another' } });
  await dynamo.send(new DeleteItemCommand({ TableName: tables!.ledger, Key: { id: { S: approved } } }));
});
