/**
 * Runs many seeded schedules of the whole decision path in virtual time (test/schedules), on all processors, and tells
 * what they reached and which broke a promise: npm run schedules -- [--count 100000] [--from 0] [--bug <name>] [--json]
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runSchedule } from '../test/schedules/schedule';
import { BUGS, type Bug } from '../test/schedules/world';

interface Part {
  readonly failed: readonly { readonly seed: number; readonly violations: readonly string[] }[];
  readonly reached: Readonly<Record<string, number>>;
}

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    from: { type: 'string', default: '0' },
    bug: { type: 'string' },
    json: { type: 'boolean', default: false },
    part: { type: 'boolean', default: false },
  },
});
const count = Number(values.count);
const from = Number(values.from);
const bug = values.bug as Bug | undefined;
if (!(Number.isInteger(count) && count > 0 && Number.isInteger(from) && (bug === undefined || BUGS.includes(bug)))) {
  process.stderr.write(`--count and --from are whole numbers, --bug is one of ${BUGS.join(', ')}\n`);
  process.exit(2);
}

async function runPart(): Promise<Part> {
  const failed: { seed: number; violations: readonly string[] }[] = [];
  const reached: Record<string, number> = {};
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await runSchedule(seed, bug);
    if (outcome.violations.length > 0) failed.push({ seed, violations: outcome.violations });
    for (const [name, n] of outcome.reached) reached[name] = (reached[name] ?? 0) + n;
    if (seed % 100 === 99) process.send?.({ done: 100 });
  }
  return { failed, reached };
}

async function main(): Promise<void> {
  if (values.part) return void process.send!(await runPart());
  const began = Date.now();
  const workers = Math.min(availableParallelism(), count);
  const share = Math.ceil(count / workers);
  let done = 0;
  const parts = await Promise.all(
    Array.from(
      { length: workers },
      (_, i) =>
        new Promise<Part>((resolve, reject) => {
          const first = from + i * share;
          const args = ['--part', '--from', String(first), '--count', String(Math.min(share, from + count - first))];
          const child = fork(__filename, [...args, ...(bug ? ['--bug', bug] : [])], { execArgv: ['--import', 'tsx'] });
          child.on('message', (message: Part | { readonly done: number }) => {
            if (!('done' in message)) return resolve(message);
            done += message.done;
            if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${count} schedules`);
          });
          child.on('exit', (code) => code !== 0 && reject(new Error(`A worker ended with code ${code}.`)));
        }),
    ),
  );
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const failed = parts.flatMap((part) => part.failed).toSorted((a, b) => a.seed - b.seed);
  const reached: Record<string, number> = {};
  for (const part of parts)
    for (const [name, n] of Object.entries(part.reached)) reached[name] = (reached[name] ?? 0) + n;
  const perMinute = Math.round(count / ((Date.now() - began) / 60_000));
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ schedules: count, failed, perMinute, reached })}\n`
      : `${report(failed, reached)}\n${count} schedules, ${failed.length} broke a promise; ${perMinute} a minute on ${workers} processors\n`,
  );
  if (failed.length > 0 !== (bug !== undefined)) process.exitCode = 1;
}

function report(failed: Part['failed'], reached: Part['reached']): string {
  const lines = Object.entries(reached)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, n]) => `  ${name.padEnd(24)}${String(n).padStart(9)}`);
  const broken = failed.slice(0, 10).map(({ seed, violations }) => `seed ${seed}: ${violations.join('; ')}`);
  return [...lines, ...broken, ''].join('\n');
}

void main();
