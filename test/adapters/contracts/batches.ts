import type { Batch } from '../../../core/batch/batch';
import type { BatchFiles, BatchStore } from '../../../core/batch/ports';
import { idOf } from '../../core/review/loans';

const AT = '2026-11-24T09:00:00.000Z';

export const batchOf = (id: string, over: Partial<Batch> = {}): Batch => ({
  id,
  caller: '000000000000:user/me',
  file: { key: 'in/a.jsonl', etag: '"e"', size: 10, modifiedAt: AT },
  at: AT,
  status: 'running',
  toleratedFailures: 0.1,
  chunksDone: 0,
  done: 0,
  failed: 0,
  ...over,
});

/** What every store of batches keeps to. */
export function batchStoreContract(name: string, make: () => BatchStore, newId: () => string): void {
  describe(`batches in ${name}`, () => {
    const store = make();

    test('are kept as they were made, once', async () => {
      const batch = batchOf(newId());
      expect(await store.create(batch)).toEqual(batch);
      expect(await store.create({ ...batch, toleratedFailures: 1 })).toEqual(batch);
      expect(await store.get(batch.id)).toEqual(batch);
      expect(await store.get(idOf(9_999_999))).toBeUndefined();
    });

    test('count each chunk once, at the same time as others', async () => {
      const { id } = await store.create(batchOf(newId()));
      const chunks = [0, 1, 2, 3, 4, 5, 2, 3, 0];
      await Promise.all(chunks.map((chunk) => store.finishChunk(id, chunk, { done: 10, failed: chunk })));
      expect(await store.finishChunk(id, 1, { done: 10, failed: 1 })).toMatchObject({
        chunksDone: 6,
        done: 60,
        failed: 15,
      });
      expect(await store.finished(id, 1, 4)).toEqual([1, 2, 3].map((chunk) => ({ chunk, done: 10, failed: chunk })));
      expect(await store.finished(id, 5, 250)).toEqual([{ chunk: 5, done: 10, failed: 5 }]);
    });

    test('learn how much there is, end once, and go on unless they succeeded', async () => {
      const { id } = await store.create(batchOf(newId()));
      expect(await store.setTotal(id, { total: 12, chunks: 2 })).toMatchObject({ total: 12, chunks: 2 });
      await store.end(id, 'failed', 'TOO_MANY_FAILURES');
      await store.end(id, 'succeeded');
      expect(await store.get(id)).toMatchObject({ status: 'failed', reason: 'TOO_MANY_FAILURES' });
      const resumed = await store.resume(id, 0.5);
      expect(resumed).toMatchObject({ status: 'running', toleratedFailures: 0.5, total: 12 });
      expect(resumed.reason).toBeUndefined();
      await store.end(id, 'succeeded');
      expect(await store.resume(id, 1)).toMatchObject({ status: 'succeeded', toleratedFailures: 0.5 });
    });
  });
}

/** What every bucket of batches keeps to; `put` is an upload of a caller's. */
export function batchFilesContract(
  name: string,
  make: () => BatchFiles,
  put: (key: string, text: string) => Promise<void>,
): void {
  describe(`files of batches in ${name}`, () => {
    const files = make();
    const text = async (bytes: AsyncIterable<Uint8Array> | undefined) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes!) pieces.push(piece);
      return Buffer.concat(pieces).toString();
    };

    test('are read from one byte to before another, as they were', async () => {
      await put('in/contract.jsonl', 'abcdefghij');
      const file = (await files.find('in/contract.jsonl'))!;
      expect(file).toMatchObject({ key: 'in/contract.jsonl', size: 10 });
      expect(await text(await files.read(file, 3, 6))).toBe('def');
      expect(await text(await files.read(file, 7))).toBe('hij');
      await put('in/contract.jsonl', 'other');
      expect(await files.read(file, 3, 6)).toBeUndefined();
      expect(await files.find('in/nothing')).toBeUndefined();
      expect(await files.read({ ...file, key: 'in/nothing' }, 0)).toBeUndefined();
    });

    test('are written whole, or in parts of which the last of a number counts, and finished twice', async () => {
      await files.writeText('work/contract', 'one\n');
      expect(await files.readText('work/contract')).toBe('one\n');
      const upload = await files.startUpload('out/contract');
      const large = `${'x'.repeat(6 * 1024 * 1024 - 1)}\n`;
      await files.uploadPart('out/contract', upload, 1, large);
      await files.uploadPart('out/contract', upload, 2, 'first\n');
      expect(await files.uploadPart('out/contract', upload, 2, 'second\n')).toBe(true);
      await files.finishUpload('out/contract', upload);
      await files.finishUpload('out/contract', upload);
      expect(await files.uploadPart('out/contract', upload, 2, 'third\n')).toBe(false);
      expect(await files.readText('out/contract')).toBe(`${large}second\n`);
    });
  });
}
