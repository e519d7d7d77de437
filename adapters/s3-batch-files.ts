import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
  paginateListParts,
} from '@aws-sdk/client-s3';
import type { BatchFiles } from '../core/batch/ports';

const TYPE = 'application/jsonl';

/** The batch bucket in S3. */
export function s3BatchFiles(client: S3Client, bucket: string): BatchFiles {
  return {
    async find(key) {
      try {
        const { ETag, ContentLength, LastModified } = await client.send(
          new HeadObjectCommand({ Bucket: bucket, Key: key }),
        );
        return { key, etag: ETag!, size: ContentLength!, modifiedAt: LastModified!.toISOString() };
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },

    async read({ key, etag }, from, to) {
      const Range = `bytes=${from}-${to === undefined ? '' : to - 1}`;
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range, IfMatch: etag }));
        return Body as unknown as AsyncIterable<Uint8Array>;
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },

    async readText(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Body!.transformToString('utf-8');
    },

    async writeText(key, text) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: TYPE }));
    },

    async startUpload(key) {
      const { UploadId } = await client.send(
        new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ContentType: TYPE }),
      );
      return UploadId!;
    },

    async uploadPart(key, UploadId, PartNumber, text) {
      try {
        await client.send(new UploadPartCommand({ Bucket: bucket, Key: key, UploadId, PartNumber, Body: text }));
        return true;
      } catch (error) {
        if (isNoUpload(error)) return false;
        throw error;
      }
    },

    async finishUpload(key, UploadId) {
      const Parts: { ETag: string; PartNumber: number }[] = [];
      try {
        for await (const page of paginateListParts({ client }, { Bucket: bucket, Key: key, UploadId }))
          for (const { ETag, PartNumber } of page.Parts ?? []) Parts.push({ ETag: ETag!, PartNumber: PartNumber! });
        await client.send(
          new CompleteMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId, MultipartUpload: { Parts } }),
        );
      } catch (error) {
        // Finished before, by a job that was then done again.
        if (!isNoUpload(error)) throw error;
      }
    },
  };
}

/** There is no such file, or it is another than it was. */
const isGone = (error: unknown): boolean =>
  error instanceof S3ServiceException && [404, 412].includes(error.$metadata.httpStatusCode ?? 0);

const isNoUpload = (error: unknown): boolean => error instanceof Error && error.name === 'NoSuchUpload';
