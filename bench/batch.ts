/**
 * A batch of many rows on the local stack, killed half-way: npx tsx bench/batch.ts [--rows 50000] [--json]
 * Its rows are the real applications, over and over. Half-way the functions' processes are killed and the queue of
 * what is left is emptied; then the same file is asked for again. Told are the lines decided, those that came out
 * otherwise than by API, ids that were given twice, the most memory that a function's process took, and the time.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readCreditCsv } from '../examples/credit-risk/applications';
import { inParallel, machineClient, persistently } from '../local/client';
import { deploy } from '../local/deploy';
import { writeLocalInfo } from '../local/local-info';
import { inHome, inRoot } from '../local/paths';
import { seed } from '../local/seed';
import { killServices, startServices, stopServices } from '../local/services';
import { functionProcesses } from '../test/e2e/kill';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '50000' }, json: { type: 'boolean', default: false } },
});
const ROWS = Number(values.rows);
const say = (text: string) => void (values.json || process.stdout.write(`${text}\n`));

async function main(): Promise<boolean> {
  mkdirSync(inHome('logs'), { recursive: true });
  const services = await startServices();
  process.once('exit', () => killServices(services));
  try {
    const info = await writeLocalInfo(services, await deploy(services.emulator.url, 'bench/batch-app.ts'));
    const pipeline = info.pipelines['credit-risk']!;
    const { batchBucket: Bucket, stackName } = pipeline;
    const applications = readCreditCsv(readFileSync(inRoot('examples/credit-risk/data/german-credit.csv'), 'utf8'));
    await seed(info, applications);
    const call = machineClient(pipeline.apiUrl, info.credentials, info.region);
    await call('PUT', '/mode', { mode: 'normal', reason: 'a bench', pinned: true });
    say('What the API decides of the 700 applications');
    const byApi = await inParallel(applications, 6, async ({ input }) => {
      // While the emulator starts processes, answers are late and the fallback chain decides: those are asked again.
      for (;;) {
        const { body } = await call('POST', '/decisions', { input });
        const { reasons } = body as { reasons: { code: string }[] };
        if (!reasons.some(({ code }) => /^MODEL_|^FEATURES_/.test(code))) return body as Record<string, unknown>;
      }
    });

    const aws = { endpoint: info.endpointUrl, region: info.region, credentials: info.credentials };
    const s3 = new S3Client(aws);
    const nth = (i: number) => applications[i % applications.length]!;
    const file = Array.from({ length: ROWS }, (_, i) => JSON.stringify({ input: nth(i).input })).join('\n');
    await s3.send(new PutObjectCommand({ Bucket, Key: 'in/many.jsonl', Body: file }));
    const input = `s3://${Bucket}/in/many.jsonl`;

    const began = Date.now();
    let mostKb = 0;
    let killed = false;
    let batch = (await call('POST', '/batches', { input })).body;
    const { id } = batch as { id: string };
    while (batch.status === 'running') {
      await sleep(1_000);
      for (const pid of functionProcesses(pipeline, 'Chunks')) mostKb = Math.max(mostKb, peakKb(pid));
      ({ body: batch } = await persistently(() => call('GET', `/batches/${id}`)));
      say(
        `${((Date.now() - began) / 1000).toFixed(0).padStart(5)} s  ${String(batch.done).padStart(6)} of ${batch.total ?? '?'}`,
      );
      if (killed || Number(batch.done) < ROWS / 2) continue;
      killed = true;
      const sqs = new SQSClient(aws);
      const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
      const QueueUrl = QueueUrls.find((url) => url.includes(stackName) && url.includes('Jobs'));
      await sqs.send(new PurgeQueueCommand({ QueueUrl }));
      const pids = functionProcesses(pipeline, 'Chunks');
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      say(`  killed ${pids.length} processes, and the queue is empty: asking again`);
      await call('POST', '/batches', { input });
    }
    const seconds = (Date.now() - began) / 1000;

    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket, Key: String(batch.resultsUri).replace(`s3://${Bucket}/`, '') }),
    );
    const results = (await Body!.transformToString())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    // A review that has ended since, when a line was asked again, ended in the safe default. Where a rule decides, the
    // score matters to nobody, and may be missing.
    const chosen = ({ status, outcome, route, reasons }: Record<string, unknown>) =>
      JSON.stringify(status === 'resolved' ? [null, 'review', reasons] : [outcome, route, reasons]);
    const different = results.filter((row, i) => chosen(row) !== chosen(byApi[i % byApi.length]!)).length;
    const twice = results.length - new Set(results.map((row) => row.id)).size;
    const inOrder = results.every(({ line }, i) => line === i + 1);
    const report = {
      rows: ROWS,
      status: batch.status,
      done: batch.done,
      failed: batch.failed,
      lost: ROWS - results.length,
      twice,
      different,
      inOrder,
      killedHalfWay: killed,
      seconds: Math.round(seconds),
      rowsPerSecond: Math.round(ROWS / seconds),
      mostMemoryMb: Math.round(mostKb / 1024),
      fileMb: Math.round(file.length / 1e5) / 10,
    };
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, null, 2)}\n`);
    return batch.status === 'succeeded' && killed && inOrder && report.lost + twice + different === 0;
  } finally {
    await stopServices(services);
  }
}

/** The most memory that a process has held. */
function peakKb(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

void main().then((held) => process.exit(held ? 0 : 1));
