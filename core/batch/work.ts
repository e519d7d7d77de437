import type { Clock } from '../ports';
import { type Batch, type BatchJob, failsTooOften, firstJoin, isDecided, outputKey, partKey } from './batch';
import { cut } from './cut';
import { type LinePorts, decideLines } from './decide-lines';
import { linesOf } from './lines';
import type { BatchFiles, BatchJobs, BatchStore } from './ports';

export interface WorkPorts extends LinePorts {
  readonly batches: BatchStore;
  readonly files: BatchFiles;
  readonly jobs: BatchJobs;
  readonly clock: Pick<Clock, 'now'>;
}

type Job<Name extends BatchJob['job']> = Extract<BatchJob, { job: Name }>;

/** A line may be as long as a body by API. */
const MOST_LINE = 256 * 1024;
/** Chunks that one job finds; another goes on from there. */
const MOST_CUT = 2_000;
/** Jobs are sent so many at a time: as many as one call of the queue takes. */
const SENT_AT_ONCE = 10;
/** S3 takes parts of 5 MiB and more, 10,000 of them. */
const PART_SIZE = 8 * 1024 * 1024;
const READ_AT_ONCE = 20;
/** After so long a job of joining leaves the rest to another. */
const JOIN_MS = 20_000;

/**
 * Does one job of a batch, which may lead to others. Each may be done twice, crash anywhere and come in any order:
 * lines have keys, chunks are counted once, and what is written is the same each time. Throws where it should be tried
 * again.
 */
export async function work(ports: WorkPorts, job: BatchJob): Promise<void> {
  const batch = await ports.batches.get(job.batch);
  if (batch?.status !== 'running') return;
  switch (job.job) {
    case 'cut':
      return cutFile(ports, batch, job);
    case 'decide':
      return decideChunk(ports, batch, job);
    case 'join':
      return joinParts(ports, batch, job);
  }
}

async function cutFile({ files, jobs, batches }: WorkPorts, batch: Batch, { from }: Job<'cut'>): Promise<void> {
  const rest = from.from < batch.file.size ? await files.read(batch.file, from.from) : nothing();
  if (!rest) return batches.end(batch.id, 'failed', 'FILE_CHANGED');
  let waiting: BatchJob[] = [];
  const flush = async () => {
    if (waiting.length > 0) await jobs.send(waiting);
    waiting = [];
  };
  const result = await cut(rest, from, MOST_CUT, async (chunk) => {
    waiting.push({ job: 'decide', batch: batch.id, ...chunk });
    if (waiting.length === SENT_AT_ONCE) await flush();
  });
  if ('fault' in result) return batches.end(batch.id, 'failed', result.fault);
  await flush();
  if ('next' in result) return jobs.send([{ job: 'cut', batch: batch.id, from: result.next }]);
  const { total, chunk: chunks } = result.end;
  return goOn({ jobs, batches }, await batches.setTotal(batch.id, { total, chunks }));
}

async function decideChunk(ports: WorkPorts, batch: Batch, { chunk, from, to, line }: Job<'decide'>): Promise<void> {
  const { batches, files } = ports;
  const [before] = await batches.finished(batch.id, chunk, chunk + 1);
  // It may have crashed after it was counted and before it went on.
  if (before) return goOn(ports, batch);
  const bytes = await files.read(batch.file, from, to);
  if (!bytes) return batches.end(batch.id, 'failed', 'FILE_CHANGED');
  const { results, errors, done, failed } = await decideLines(ports, batch, linesOf(bytes, line, MOST_LINE));
  if (done > 0) await files.writeText(partKey(batch.id, 'results', chunk), results);
  if (failed > 0) await files.writeText(partKey(batch.id, 'errors', chunk), errors);
  return goOn(ports, await batches.finishChunk(batch.id, chunk, { done, failed }));
}

/** What a batch as it stands leads to: its end, or that its outputs are joined. */
async function goOn({ jobs, batches }: Pick<WorkPorts, 'jobs' | 'batches'>, batch: Batch): Promise<void> {
  if (failsTooOften(batch)) return batches.end(batch.id, 'failed', 'TOO_MANY_FAILURES');
  if (isDecided(batch)) await jobs.send([firstJoin(batch.id)]);
}

/** Joins the parts of chunks, in their order, to one file: of results, then of errors, then the batch has succeeded. */
async function joinParts({ files, jobs, batches, clock }: WorkPorts, batch: Batch, job: Job<'join'>): Promise<void> {
  const began = clock.now();
  const { id, chunks = 0 } = batch;
  const { output } = job;
  const key = outputKey(id, output);
  let { chunk, part, upload } = job;
  let held: string[] = [];
  let size = 0;
  const write = async () => {
    upload ??= await files.startUpload(key);
    const written = await files.uploadPart(key, upload, part++, held.join(''));
    held = [];
    size = 0;
    return written;
  };
  // The upload may have been finished by this job, which then died: it begins again, and writes the same.
  const again = () => jobs.send([firstJoin(id, output)]);
  while (chunk < chunks) {
    const to = Math.min(chunk + READ_AT_ONCE, chunks);
    const counts = await batches.finished(id, chunk, to);
    const filled = counts.filter(({ done, failed }) => (output === 'results' ? done : failed) > 0);
    const texts = await Promise.all(filled.map((one) => files.readText(partKey(id, output, one.chunk))));
    held.push(...texts);
    size += texts.reduce((sum, text) => sum + text.length, 0);
    chunk = to;
    if (size < PART_SIZE) continue;
    if (!(await write())) return again();
    if (clock.now() - began > JOIN_MS)
      return jobs.send([{ job: 'join', batch: id, output, chunk, part, upload: upload! }]);
  }
  if (size > 0 && !(await write())) return again();
  if (upload) await files.finishUpload(key, upload);
  if (output === 'results') return jobs.send([firstJoin(id, 'errors')]);
  return batches.end(id, 'succeeded');
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
