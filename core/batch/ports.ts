import type { Batch, BatchFile, BatchJob } from './batch';

/** Batches and which of their chunks are done. What fails here throws: an outage. */
export interface BatchStore {
  /** Keeps a batch unless there is one of its id; gives the one that stands. */
  create(batch: Batch): Promise<Batch>;
  get(id: string): Promise<Batch | undefined>;
  /** Lets a batch that did not succeed run again, with another tolerance. */
  resume(id: string, toleratedFailures: number): Promise<Batch>;
  /** Says how much there is, once all of the file has been cut. */
  setTotal(id: string, totals: { readonly total: number; readonly chunks: number }): Promise<Batch>;
  /** Counts a chunk, once however often it is done; gives the batch as it then stands. */
  finishChunk(id: string, chunk: number, counts: Omit<ChunkCounts, 'chunk'>): Promise<Batch>;
  /** The counts of chunks that are done, of `from` to before `to`, in their order. */
  finished(id: string, from: number, to: number): Promise<ChunkCounts[]>;
  /** Ends a running batch. */
  end(id: string, status: 'succeeded' | 'failed', reason?: string): Promise<void>;
}

export interface ChunkCounts {
  readonly chunk: number;
  readonly done: number;
  readonly failed: number;
}

/** The batch bucket. */
export interface BatchFiles {
  /** Undefined where there is no such file. */
  find(key: string): Promise<BatchFile | undefined>;
  /** The bytes of a file from one to before another, or to its end; undefined where it has gone or changed. */
  read(file: BatchFile, from: number, to?: number): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** A small file of our own. */
  readText(key: string): Promise<string>;
  writeText(key: string, text: string): Promise<void>;
  /** A large file, in parts of at least 5 MiB, save the last; the same part again replaces it. */
  startUpload(key: string): Promise<string>;
  /** False where there is no such upload any more: it has been finished, or was given up. */
  uploadPart(key: string, upload: string, part: number, text: string): Promise<boolean>;
  finishUpload(key: string, upload: string): Promise<void>;
}

export interface BatchJobs {
  send(jobs: readonly BatchJob[]): Promise<void>;
}
