/**
 * How the decide path bears load: its own code, breakers and shedder in one process, tables in memory, the model behind
 * HTTP in another process. First the model alone as fast as it answers, then decisions at a steady half of that rate,
 * then at a rising one, past what the machine can do: npx tsx bench/load.ts [--seconds 5] [--json]
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { memoryDecisionStore } from '../adapters/memory-decision-store';
import { sagemakerModel } from '../adapters/sagemaker-model';
import { type DecideResult, decideRequest, recallRequest } from '../core/decision/decide-request';
import { askedByRow, encodeRow, toCsv } from '../core/model/encoding';
import { compilePipeline } from '../core/pipeline/compile';
import { makeArtifact } from '../core/pipeline/make-artifact';
import { guardFirstRead, guardModel } from '../core/resilience/guard';
import { LoadShedder } from '../core/resilience/load-shedder';
import { shed } from '../core/resilience/shed';
import creditRisk from '../examples/credit-risk/pipeline';
import { answers, freePort } from '../local/service';
import { systemClock as clock } from '../lambdas/_runtime/system-clock';
import { applications } from '../test/examples/german-credit';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
});
const SECONDS = Number(values.seconds);
const STEPS = [0.25, 0.5, 1, 1.5, 2, 3];
const IN_FLIGHT = 16;

const pipeline = compilePipeline(makeArtifact(creditRisk));
const accounts = new Map(
  applications.map(({ account }) => [account.id, { ...account, updatedAt: new Date().toISOString() }]),
);

interface Step {
  readonly load: string;
  readonly offeredPerSecond: number;
  readonly decidedPerSecond: number;
  /** Of the accepted requests, those whose answer came inside the deadline. */
  readonly insideDeadline: number;
  readonly shed: number;
  /** Of the decisions, those that the model scored. */
  readonly scored: number;
  readonly p50: number;
  readonly p99: number;
}

async function main(): Promise<void> {
  const port = await freePort();
  const root = join(__dirname, '..');
  const model = join(root, 'examples', 'credit-risk', 'model', 'model.json');
  const main = join(root, 'local', 'model-server-main.ts');
  const server = spawn(process.execPath, ['--import', 'tsx', main, model, 'credit-risk', String(port)], {
    stdio: 'ignore',
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    while (!(await answers(`${url}/ping`))) await sleep(100);
    await measure(url);
  } finally {
    server.kill();
  }
}

async function measure(url: string): Promise<void> {
  const client = new SageMakerRuntimeClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  const direct = sagemakerModel(client, 'credit-risk');
  const rows = applications.map(({ input, account }) =>
    toCsv(
      encodeRow(pipeline.columns, {
        input,
        features: { ...account, instalment: Number(input.credit_amount) / Number(input.duration) },
      }),
    ),
  );
  const decide = decider(direct);
  // Both are warm before either is measured.
  await closedLoop(1, (i) => direct.predict(rows[i % rows.length]!, clock.timeout(5_000)));
  await closedLoop(1, (i) => decide(i));
  const alone = await closedLoop(SECONDS, (i) => direct.predict(rows[i % rows.length]!, clock.timeout(5_000)));
  const asFastAsItGoes = await closedLoop(SECONDS, (i) => decide(i));
  const steps = [await openLoop('steady', 0.5 * asFastAsItGoes, 4 * SECONDS, decide)];
  for (const factor of STEPS) steps.push(await openLoop(`x ${factor}`, factor * asFastAsItGoes, SECONDS, decide));
  const ratio = asFastAsItGoes / alone;
  process.stdout.write(values.json ? `${JSON.stringify({ ratio, steps })}\n` : report(ratio, steps));
}

/** The decide function's composition, over tables in memory. */
function decider(model: ReturnType<typeof sagemakerModel>): (i: number) => Promise<DecideResult> {
  const { budget } = pipeline;
  const arms = { live: { pipeline, model: guardModel(askedByRow(pipeline.columns, model), budget, clock) } };
  const shedder = new LoadShedder();
  let store = memoryDecisionStore();
  const ports = {
    firstRead: guardFirstRead(
      {
        read: async ({ lookups }) => ({
          lookups: Object.fromEntries(lookups.map(({ name, key }) => [name, { item: accounts.get(key)! }])),
          mode: 'normal' as const,
        }),
      },
      budget,
      clock,
    ),
    store: { ...store, create: (record: Parameters<typeof store.create>[0]) => store.create(record) },
    clock,
    modeMemory: {},
    random: () => crypto.getRandomValues(new Uint8Array(10)),
    idSecret: 'secret',
  };
  return (i) => {
    // What is decided is not looked at again: memory stays bounded.
    if (store.records.size > 20_000) store = memoryDecisionStore();
    const startedAt = clock.now();
    const { input } = applications[i % applications.length]!;
    const request = { input, caller: 'bench', startedAt };
    return shed(shedder, clock, budget, startedAt, {
      decide: () => decideRequest(arms, ports, request),
      recall: () => recallRequest(arms, ports, request),
    });
  };
}

/** As fast as it goes, so many at a time; answers a second. */
async function closedLoop(seconds: number, work: (i: number) => Promise<unknown>): Promise<number> {
  const end = Date.now() + seconds * 1_000;
  let done = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (Date.now() < end) await work(done++);
    }),
  );
  return done / seconds;
}

/** Requests come at their rate, whether or not the ones before have been answered. */
async function openLoop(
  load: string,
  perSecond: number,
  seconds: number,
  decide: (i: number) => Promise<DecideResult>,
): Promise<Step> {
  const times: number[] = [];
  let [sent, shedded, scored, late] = [0, 0, 0, 0];
  const open: Promise<void>[] = [];
  const one = async (i: number) => {
    const began = performance.now();
    const result = await decide(i).catch(() => undefined);
    const took = performance.now() - began;
    if (result?.kind === 'overloaded') return void shedded++;
    times.push(took);
    if (took > pipeline.budget.total || !result) late++;
    if (result && 'record' in result && result.record.modelScore !== null) scored++;
  };
  const began = performance.now();
  while (performance.now() - began < seconds * 1_000) {
    const due = Math.floor(((performance.now() - began) / 1_000) * perSecond);
    while (sent < due) open.push(one(sent++));
    await sleep(2);
  }
  await Promise.all(open);
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  return {
    load,
    offeredPerSecond: sent / seconds,
    decidedPerSecond: times.length / seconds,
    insideDeadline: times.length === 0 ? 1 : 1 - late / times.length,
    shed: shedded / sent,
    scored: times.length === 0 ? 1 : scored / times.length,
    p50: at(0.5),
    p99: at(0.99),
  };
}

function report(ratio: number, steps: readonly Step[]): string {
  const percent = (x: number) => `${(100 * x).toFixed(1)} %`;
  const head = ['load', 'offered/s', 'decided/s', 'in time', 'shed', 'scored', 'p50 ms', 'p99 ms'];
  const lines = steps.map((step) => [
    step.load,
    step.offeredPerSecond.toFixed(0),
    step.decidedPerSecond.toFixed(0),
    percent(step.insideDeadline),
    percent(step.shed),
    percent(step.scored),
    step.p50.toFixed(0),
    step.p99.toFixed(0),
  ]);
  return [
    `decisions at ${ratio.toFixed(2)} times the rate of the model called directly, both through ${IN_FLIGHT} at a time`,
    ...[head, ...lines].map((line) => line.map((cell) => cell.padStart(10)).join('')),
    '',
  ].join('\n');
}

void main();
