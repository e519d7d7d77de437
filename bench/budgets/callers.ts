/** A process of callers that ask one budget at once, and that is killed now and then: see bench/budgets.ts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf } from '../../core/random';
import { type Load, type Told, budgetsUnderTest, timeOf } from './load';

const load = JSON.parse(process.argv[2]!) as Load;
const { budgets, calls } = budgetsUnderTest(load);
const random = randomOf(load.seed);
let told = 0;

/** Written at once: to a pipe, also by a process that is about to be killed. */
function tell(...lines: Told[]): void {
  const all: Told[] = [...lines, { is: 'calls', calls: calls() - told }];
  told = calls();
  process.stdout.write(all.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

const dies = () => random() < load.killed / 2;

async function caller(n: number): Promise<void> {
  for (let i = 0; Date.now() < load.endsAt; i++) {
    const id = `${load.name}-${n}-${i}`;
    const ask = { inputTokens: 50 + Math.floor(random() * 350), outputTokens: 100 + Math.floor(random() * 500) };
    const answer = await budgets.reserve({ ...ask, id, caller: `caller ${n}`, now: timeOf(load) });
    if ('limited' in answer) {
      tell({ is: 'refused' });
      await sleep(100 * random());
      continue;
    }
    tell({ is: 'reserved', id, tokens: ask.inputTokens + ask.outputTokens });
    // The model is at work.
    await sleep(5 + 45 * random());
    if (dies()) process.kill(process.pid, 'SIGKILL');
    const usage = { inputTokens: ask.inputTokens, outputTokens: Math.floor(ask.outputTokens * random()) };
    tell({ is: 'settling', reservation: answer.reservation, usage });
    const settled = budgets.settle(answer.reservation, usage);
    if (dies()) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
    await settled;
    tell({ is: 'settled', id });
  }
}

void Promise.all(Array.from({ length: load.callers }, (_, n) => caller(n)));
