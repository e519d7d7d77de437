/**
 * Whether budgets hold when 64 callers in 4 processes use one up on DynamoDB (the emulator), and processes are killed between
 * reserving and settling: npx tsx bench/budgets.ts [--seconds 20] [--json]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Limits } from '../core/llm/budgets/limits';
import { VENV_BIN } from '../local/paths';
import { freePort, startService, stopService } from '../local/service';
import { type Outcome, type Trial, measure } from './budgets/run';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
});

const tokensPerDay = 250_000;
/** The largest request that is allowed says how many shards a limit can have. */
const withLargest = (inputTokens: number): Limits => ({
  perRequest: { inputTokens, outputTokens: 600 },
  perPipeline: { tokensPerDay },
});
const load = { processes: 4, callersEach: 16, seconds: Number(values.seconds), killed: 0.01, speed: 20 };
const TRIALS: readonly Trial[] = [
  { ...load, kind: 'look, then charge', limits: withLargest(100_000) },
  { ...load, kind: 'reserve, then settle', limits: withLargest(100_000) },
  { ...load, kind: 'reserve, then settle', limits: withLargest(7_000) },
  { ...load, kind: 'reserve, then settle', limits: withLargest(400) },
];

const number = (n: number): string => Math.round(n).toLocaleString('en-US');

const row = (o: Outcome): string =>
  `| ${[
    `${o.kind}, ${o.shards} ${o.shards === 1 ? 'item' : 'items'}`,
    ...[o.limit, o.reserved, o.used, o.exceededBy, o.charged - o.used].map(number),
    ...[o.requests, o.refused, o.kills, o.expired, o.expiredTokens, o.again, o.perSecond].map(number),
    o.callsPerRequest.toFixed(2),
  ].join(' | ')} |`;

const HEADER = [
  'budget',
  ...['limit', 'reserved', 'used', 'exceeded by', 'charged wrongly'],
  ...['served', 'refused', 'kills', 'expired', 'their tokens', 'settled again', 'requests a second', 'calls a request'],
];

async function main(): Promise<void> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const named = process.env.PLUMBLINE_ENDPOINT_URL;
  const port = await freePort();
  const emulator = named
    ? undefined
    : await startService('budgets-emulator', [join(VENV_BIN, 'ministack')], {
        url: `http://127.0.0.1:${port}`,
        health: '/_ministack/health',
        env: { GATEWAY_PORT: String(port), BIND_HOST: '127.0.0.1', IOT_MTLS_ENABLED: '0', SFTP_ENABLED: '0' },
      });
  try {
    if (!values.json)
      process.stdout.write(`| ${HEADER.join(' | ')} |\n| --- |${' ---: |'.repeat(HEADER.length - 1)}\n`);
    for (const trial of TRIALS) {
      const outcome = await measure(named ?? emulator!.url, trial);
      process.stdout.write(`${values.json ? JSON.stringify(outcome) : row(outcome)}\n`);
    }
  } finally {
    if (emulator) await stopService(emulator);
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
    process.exit(1);
  },
);
