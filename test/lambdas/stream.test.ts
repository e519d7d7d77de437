import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import { toItem } from '../../adapters/dynamo-decision-store';
import { readChanges } from '../../lambdas/_runtime/stream';
import { idOf, pendingRecord } from '../core/review/loans';

const record = pendingRecord(idOf(1));
const change = (over: object = {}): DynamoDBRecord => ({
  eventName: 'INSERT',
  dynamodb: { Keys: { id: { S: record.id } }, NewImage: toItem(record) as never, SequenceNumber: '7', ...over },
});

/** Reads a batch; what it gives, and the bodies that went to the dead-letter queue. */
async function read(...records: DynamoDBRecord[]) {
  const buried: string[] = [];
  const sqs = { send: async ({ input }: { input: { MessageBody: string } }) => void buried.push(input.MessageBody) };
  const silence = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const changes = await readChanges(sqs as unknown as SQSClient, 'queue', 'dispatch', records);
  silence.mockRestore();
  return { changes, buried: buried.map((body) => JSON.parse(body) as object) };
}

test('gives the records of a batch', async () => {
  const { changes, buried } = await read(change());
  expect(changes).toEqual([{ sequenceNumber: '7', inserted: true, record }]);
  expect(buried).toEqual([]);
});

test('buries what it cannot read, by id and reason and without its content, and goes on', async () => {
  const poison = change({ NewImage: { id: { S: record.id }, input: { S: 'the income of Joe' } } });
  const { changes, buried } = await read(poison, change());
  expect(changes).toHaveLength(1);
  expect(buried).toEqual([{ id: record.id, consumer: 'dispatch', reason: expect.any(String) }]);
  expect(JSON.stringify(buried)).not.toContain('Joe');
});

test('passes over what was removed', async () => {
  expect(await read({ eventName: 'REMOVE', dynamodb: { Keys: { id: { S: 'x' } } } })).toEqual({
    changes: [],
    buried: [],
  });
});
