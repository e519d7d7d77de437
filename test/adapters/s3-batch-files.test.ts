import type { S3Client } from '@aws-sdk/client-s3';
import { s3BatchFiles } from '../../adapters/s3-batch-files';
import { fakeClient } from './fake-client';

const failing = (name: string) => {
  const { client } = fakeClient<S3Client>(() => {
    throw Object.assign(new Error(name), { name });
  });
  return s3BatchFiles(client, 'bucket');
};

test('a part for an upload that is over is not taken, which is no outage', async () => {
  expect(await failing('NoSuchUpload').uploadPart('out/a', 'u', 1, 'text')).toBe(false);
  await expect(failing('SlowDown').uploadPart('out/a', 'u', 1, 'text')).rejects.toThrow('SlowDown');
});
