import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamoDecisionStore, toItem } from '../../adapters/dynamo-decision-store';
import { dynamoLeaseStore } from '../../adapters/dynamo-lease-store';
import { pendingRecord } from '../core/review/loans';
import { fakeClient, type Sent } from './fake-client';

const shape = { $metadata: {}, message: '' };
const conflict = new TransactionConflictException(shape);
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({ ...shape, CancellationReasons: codes.map((Code) => ({ Code })) });

const record = pendingRecord();
const resolution = { id: record.id, outcome: 'approve', route: 'review' as const, entry: { at: record.at, type: 'X' } };
const truth = { label: 'good', at: record.at, by: record.caller };
const lease = { id: record.id, hash: 'h', sub: 'ann', claimedAt: 1, expiresAt: 2, receipt: 'r', taskToken: 't' };
const claim = { id: record.id, hash: 'h', sub: 'ann', now: 1 };

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems'];

/** A table with the record and the lease, whose writes fail with these, one after the other, before they succeed. */
function table(...failures: Error[]) {
  let left = failures;
  const { client, sent } = fakeClient<DynamoDBClient>(({ name, input }: Sent) => {
    if (WRITES.includes(name)) {
      const [failure, ...rest] = left;
      left = rest;
      if (failure) throw failure;
    }
    const isLease = input.TableName === 'state';
    const Item = isLease ? marshall({ ...lease, leaseEnd: lease.expiresAt }) : toItem(record);
    return { Item, Attributes: Item };
  });
  return {
    decisions: dynamoDecisionStore(client, 'decisions'),
    leases: dynamoLeaseStore(client, 'state', 'decisions'),
    writes: () => sent.filter(({ name }) => WRITES.includes(name)).length,
  };
}
type Table = ReturnType<typeof table>;

// What a transaction of a resolution can meet on its two items.
const calls: [string, (on: Table) => Promise<unknown>, unknown][] = [
  ['create', ({ decisions }) => decisions.create(record), { created: true }],
  ['resolve', ({ decisions }) => decisions.resolve(resolution), true],
  ['recordTruth', ({ decisions }) => decisions.recordTruth(record.id, truth), record],
  ['markSent', ({ decisions }) => decisions.markSent(record.id, ['DecisionMade']), undefined],
  ['take', ({ leases }) => leases.take(lease, 0), { taken: true }],
  ['extend', ({ leases }) => leases.extend(claim, 2), lease],
  ['release', ({ leases }) => leases.release(claim), lease],
];

test.each(calls)('%s waits for a transaction to be over', async (_name, call, answer) => {
  const on = table(conflict, conflict);
  expect(await call(on)).toEqual(answer);
  expect(on.writes()).toBe(3);
});

test.each(calls)('%s does not wait for ever, nor for what does not pass', async (_name, call) => {
  const stuck = table(...Array.from({ length: 20 }, () => conflict));
  await expect(call(stuck)).rejects.toThrow(conflict);
  expect(stuck.writes()).toBe(5);
  const broken = table(new Error('no such table'));
  await expect(call(broken)).rejects.toThrow('no such table');
  expect(broken.writes()).toBe(1);
});

describe('a resolution in one transaction', () => {
  const resolve = ({ leases }: Table) => leases.resolve(claim, resolution);

  test('is tried again when another write is in its way', async () => {
    const on = table(cancelled('None', 'TransactionConflict'), cancelled('TransactionConflict', 'None'));
    expect(await resolve(on)).toEqual({ lease });
    expect(on.writes()).toBe(3);
  });

  test.each([
    [['ConditionalCheckFailed', 'None'], 'lease'],
    [['ConditionalCheckFailed', 'TransactionConflict'], 'lease'],
    [['None', 'ConditionalCheckFailed'], 'record'],
    [['TransactionConflict', 'ConditionalCheckFailed'], 'record'],
  ])('that is cancelled for %j is refused', async (codes, refused) => {
    const on = table(cancelled(...codes));
    expect(await resolve(on)).toEqual({ refused });
    expect(on.writes()).toBe(1);
  });

  test('that fails otherwise, or too often, throws', async () => {
    await expect(resolve(table(cancelled('ThrottlingError', 'None')))).rejects.toThrow(TransactionCanceledException);
    const stuck = table(...Array.from({ length: 20 }, () => cancelled('TransactionConflict')));
    await expect(resolve(stuck)).rejects.toThrow(TransactionCanceledException);
    expect(stuck.writes()).toBe(5);
  });
});

test('a condition that did not hold, without the item that says why, is an outage', async () => {
  const refused = new ConditionalCheckFailedException(shape);
  await expect(table(refused).decisions.create(record)).rejects.toThrow(refused);
  await expect(table(refused).leases.take(lease, 0)).rejects.toThrow(refused);
});
