import { keyedId } from '../decision/id';
import { unknownFields } from '../input/unknown-fields';
import type { InputProblem } from '../input/validate';
import type { Chunk, Cursor } from './cut';

/** A file in the batch bucket, as it was when the batch began. */
export interface BatchFile {
  readonly key: string;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601. */
  readonly modifiedAt: string;
}

/** A JSON Lines file that is decided line by line. */
export interface Batch {
  readonly id: string;
  readonly caller: string;
  readonly file: BatchFile;
  /** When it was asked for (ISO 8601). */
  readonly at: string;
  /** `failed`: too many lines could not be decided, or the file has gone or changed. Asking again goes on with it. */
  readonly status: 'running' | 'succeeded' | 'failed';
  /** Why it failed. */
  readonly reason?: string;
  /** The share of the lines that may fail before the batch does, from 0 to 1. */
  readonly toleratedFailures: number;
  /** Lines that are not blank; known once all of the file has been cut into chunks. */
  readonly total?: number;
  readonly chunks?: number;
  readonly chunksDone: number;
  /** Lines that are decided. */
  readonly done: number;
  /** Lines that can never be. */
  readonly failed: number;
}

/** What is left to do of a batch, a piece at a time; each may be done twice, or in any order. */
export type BatchJob =
  | { readonly job: 'cut'; readonly batch: string; readonly from: Cursor }
  | ({ readonly job: 'decide'; readonly batch: string } & Chunk)
  | {
      readonly job: 'join';
      readonly batch: string;
      readonly output: BatchOutput;
      /** The next chunk whose part is to be joined, and the next part of the upload. */
      readonly chunk: number;
      readonly part: number;
      /** Where there is something to join. */
      readonly upload?: string;
    };

/** The two files that a batch leaves. */
export type BatchOutput = 'results' | 'errors';
export const firstCut = (batch: string): BatchJob => ({
  job: 'cut',
  batch,
  from: { chunk: 0, from: 0, line: 1, total: 0 },
});
export const firstJoin = (batch: string, output: BatchOutput = 'results'): BatchJob => ({
  job: 'join',
  batch,
  output,
  chunk: 0,
  part: 1,
});

/** The same caller's batch of the same file is the same batch. */
export const batchId = (pipeline: string, caller: string, { key, etag, modifiedAt }: BatchFile): string =>
  keyedId('batch', pipeline, caller, JSON.stringify([key, etag, modifiedAt]));

/** Whether every line has been dealt with. */
export const isDecided = ({ chunks, chunksDone }: Batch): boolean => chunks !== undefined && chunksDone >= chunks;

/** Whether more lines failed than are tolerated. */
export const failsTooOften = ({ failed, total, toleratedFailures }: Batch): boolean =>
  total !== undefined && failed > toleratedFailures * total;

export interface BatchRequest {
  /** Key of the file in the batch bucket. */
  readonly key: string;
  readonly toleratedFailures: number;
}

const MOST_KEY = 1024;

/** Reads the body of POST /batches; every fault where it is none. */
export function readBatchRequest(
  body: Readonly<Record<string, unknown>>,
  bucket: string,
): { readonly request: BatchRequest } | { readonly problems: readonly InputProblem[] } {
  const { input, toleratedFailures = 1 } = body;
  const problems = unknownFields(body, ['input', 'toleratedFailures']);
  const start = `s3://${bucket}/`;
  const key = typeof input === 'string' && input.startsWith(`${start}in/`) ? input.slice(start.length) : '';
  if (key.length <= 'in/'.length || new TextEncoder().encode(key).length > MOST_KEY)
    problems.push({ pointer: '/input', code: 'LOCATION', detail: `must be a file under ${start}in/` });
  if (!(typeof toleratedFailures === 'number' && toleratedFailures >= 0 && toleratedFailures <= 1))
    problems.push({ pointer: '/toleratedFailures', code: 'SHARE', detail: 'must be a number from 0 to 1' });
  return problems.length > 0 ? { problems } : { request: { key, toleratedFailures: toleratedFailures as number } };
}

/** A batch as its caller sees it. */
export function presentBatch(batch: Batch, bucket: string): Record<string, unknown> {
  const { id, status, reason, total = null, done, failed } = batch;
  const uri = (output: BatchOutput) => `s3://${bucket}/${outputKey(id, output)}`;
  return {
    id,
    status,
    ...(reason === undefined ? {} : { reason }),
    total,
    done,
    failed,
    ...(status === 'succeeded' && done > 0 ? { resultsUri: uri('results') } : {}),
    ...(status === 'succeeded' && failed > 0 ? { errorsUri: uri('errors') } : {}),
  };
}

export const outputKey = (id: string, output: BatchOutput): string => `out/${id}/${output}.jsonl`;

/** What a chunk adds to an output, until it is joined to the others. */
export const partKey = (id: string, output: BatchOutput, chunk: number): string =>
  `work/${id}/${output}/${String(chunk).padStart(8, '0')}.jsonl`;
