import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoLlmCache } from '../../adapters/dynamo-llm-cache';
import { inHome } from '../../local/paths';
import { llmCacheContract } from '../adapters/contracts/llm-cache';
import { aws } from './stack';

const { PlumblineTables: tables } = JSON.parse(readFileSync(inHome('outputs.json'), 'utf8')) as {
  PlumblineTables: Record<'stateTable', string>;
};
const caches = dynamoLlmCache(new DynamoDBClient(aws), tables.stateTable);

llmCacheContract('DynamoDB', () => caches);

test('a bucket that is full takes one more in the place of another', async () => {
  const partition = randomUUID();
  const entry = (key: string) => ({ key, partition, buckets: ['0-a'], sketch: Uint8Array.of(7), until: Date.now() });
  const signal = AbortSignal.timeout(60_000);
  for (let i = 0; i < 66; i++) await caches.index.add(entry(`k${i}`), signal);
  const keys = async () => (await caches.index.candidates(partition, ['0-a'], signal)).map(({ key }) => key);
  expect(await keys()).toHaveLength(64);
  expect(await keys()).toContain('k65');
  await caches.index.remove(entry('k65'));
  await caches.index.add(entry('k66'), signal);
  expect([(await keys()).length, (await keys()).includes('k66')]).toEqual([64, true]);
});

test('a store that is not there throws, which the cache makes a miss', async () => {
  const nowhere = { ...aws, endpoint: 'http://127.0.0.1:1', maxAttempts: 1 };
  const { store, index, evidence } = dynamoLlmCache(new DynamoDBClient(nowhere), tables.stateTable);
  const signal = AbortSignal.timeout(60_000);
  const keys = { id: 'p', caller: 'c', prompt: 'p' };
  await expect(store.get(keys, ['k'], 0, signal)).rejects.toThrow();
  await expect(index.candidates('p', ['0-a'], signal)).rejects.toThrow();
  await expect(evidence.read('s', 0, signal)).rejects.toThrow();
  await expect(caches.store.get(keys, ['k'], 0, AbortSignal.abort())).rejects.toThrow();
});
