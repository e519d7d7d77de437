import type { Batch, BatchFile, BatchJob } from '../core/batch/batch';
import type { BatchFiles, BatchJobs, BatchStore, ChunkCounts } from '../core/batch/ports';

/** Batches in memory, for tests. */
export function memoryBatchStore(): BatchStore {
  const batches = new Map<string, Batch>();
  const chunks = new Map<string, ChunkCounts>();
  const change = (id: string, over: Partial<Batch>): Batch => {
    const batch = { ...batches.get(id)!, ...over };
    batches.set(id, batch);
    return batch;
  };
  return {
    async create(batch) {
      if (!batches.has(batch.id)) batches.set(batch.id, batch);
      return batches.get(batch.id)!;
    },
    async get(id) {
      return batches.get(id);
    },
    async resume(id, toleratedFailures) {
      const { reason: _, ...batch } = batches.get(id)!;
      if (batch.status === 'succeeded') return batch;
      batches.set(id, { ...batch, status: 'running', toleratedFailures });
      return batches.get(id)!;
    },
    async setTotal(id, totals) {
      return change(id, totals);
    },
    async finishChunk(id, chunk, { done, failed }) {
      const batch = batches.get(id)!;
      if (chunks.has(`${id}#${chunk}`)) return batch;
      chunks.set(`${id}#${chunk}`, { chunk, done, failed });
      return change(id, {
        chunksDone: batch.chunksDone + 1,
        done: batch.done + done,
        failed: batch.failed + failed,
      });
    },
    async finished(id, from, to) {
      return Array.from({ length: to - from }, (_, i) => chunks.get(`${id}#${from + i}`)).filter(
        (counts) => counts !== undefined,
      );
    },
    async end(id, status, reason) {
      if (batches.get(id)!.status === 'running') change(id, { status, ...(reason === undefined ? {} : { reason }) });
    },
  };
}

/** The batch bucket in memory, for tests; `put` is an upload of a caller's. */
export function memoryBatchFiles(): BatchFiles & { put(key: string, text: string): BatchFile } {
  const files = new Map<string, { readonly file: BatchFile; readonly bytes: Buffer }>();
  const uploads = new Map<string, string[]>();
  let serial = 0;
  const put = (key: string, text: string): BatchFile => {
    const bytes = Buffer.from(text);
    const file = { key, etag: `"${++serial}"`, size: bytes.length, modifiedAt: new Date(serial).toISOString() };
    files.set(key, { file, bytes });
    return file;
  };
  return {
    put,
    async find(key) {
      return files.get(key)?.file;
    },
    async read({ key, etag }, from, to) {
      const found = files.get(key);
      if (found?.file.etag !== etag) return undefined;
      return (async function* () {
        // In pieces, as a network delivers them.
        const bytes = found.bytes.subarray(from, to);
        for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
      })();
    },
    async readText(key) {
      const found = files.get(key);
      if (!found) throw new Error(`There is no ${key}.`);
      return found.bytes.toString();
    },
    async writeText(key, text) {
      put(key, text);
    },
    async startUpload() {
      const upload = `u${++serial}`;
      uploads.set(upload, []);
      return upload;
    },
    async uploadPart(_key, upload, part, text) {
      const parts = uploads.get(upload);
      if (parts) parts[part - 1] = text;
      return parts !== undefined;
    },
    async finishUpload(key, upload) {
      const parts = uploads.get(upload);
      if (parts) put(key, parts.join(''));
      uploads.delete(upload);
    },
  };
}

/** A queue of jobs in memory, for tests. */
export function memoryBatchJobs(): BatchJobs & { readonly waiting: BatchJob[] } {
  const waiting: BatchJob[] = [];
  return {
    waiting,
    async send(jobs) {
      waiting.push(...jobs);
    },
  };
}
