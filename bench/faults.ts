/**
 * What faults do to a deployed pipeline: npm run faults [-- --json] [--only <name>,…] [--requests 500]
 * Starts the emulator, the model server and a proxy between the functions and the services, deploys the example, and
 * breaks one part after the other under concurrent requests of real applications. Then it waits until every decision
 * has come to its end, and judges what is there: see faults/ledger.ts.
 */
import { parseArgs, styleText } from 'node:util';
import { type Decision, type DecisionRecord, presentDecision } from '../core/decision/decision';
import { listen } from './faults/events';
import { DEADLINE_MS } from './faults/definition';
import { type Judgement, type Sent, judge } from './faults/ledger';
import { FAULTS, type Fault } from './faults/matrix';
import { FaultStack } from './faults/stack';

const HELP = `Usage: npm run faults [-- options]

  --json             a JSON line a fault
  --only <names>     only faults whose names begin so, by commas
  --requests <n>     requests a fault; default 500
  --findings         what was lost, duplicated or wrong, one by one
`;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    requests: { type: 'string', default: '500' },
    findings: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** So many good answers one after the other are a recovery. */
const GOOD_AGAIN = 10;
const MOST_RECOVERY_MS = 60_000;
/** Time for reviews to end by their SLA, and for the sweeper to find what the stream has lost. */
const SETTLE_MS = 180_000;

type Line = Judgement & {
  readonly fault: string;
  readonly recoverySeconds: number;
  readonly notes?: readonly string[];
};

async function run(stack: FaultStack, fault: Fault, count: number, n: number): Promise<Line> {
  stack.notes = [];
  const events = await listen(stack);
  const applications = stack.applications.slice(0, count);
  const since = Date.now();
  const name = `${n}-${since.toString(36)}`;
  const end = await fault.begin(stack);
  const send = fault.send ?? ((to, some, id) => to.send(some, id, fault.width ?? 8));
  let sent = await send(stack, applications, name);
  await fault.after?.(stack);
  await end();
  const recoverySeconds = await recovered(stack, name);
  const remains = await stack.remains(since, SETTLE_MS, events.heard);
  await events.stop();
  // By queue nobody is answered: what was sent was promised, and is told by its record.
  if (sent.every(({ answers }) => answers.length === 0)) sent = sent.map((one) => answeredBy(one, remains.records));
  // Those that showed the recovery are not among the requests.
  const own = new Set(applications.map(({ account }) => String(account.id)));
  const records = remains.records.filter(({ input }) => own.has(String(input.applicant_id)));
  const ids = new Set(records.map(({ id }) => id));
  const accounts = new Map([...remains.accounts].filter(([id]) => ids.has(id)));
  const judgement = judge(sent, { ...remains, records, accounts }, DEADLINE_MS);
  return {
    fault: fault.name,
    ...judgement,
    recoverySeconds,
    ...(stack.notes.length > 0 ? { notes: stack.notes } : {}),
  };
}

/** A sender to the queue is promised a decision; the record tells it. */
function answeredBy(one: Sent, records: readonly DecisionRecord[]): Sent {
  const record = records.find(({ input }) => input.applicant_id === one.applicant);
  const decision = record ? presentDecision(record) : ({ id: `of ${one.key}` } as Decision);
  return { ...one, answers: [{ status: 202, decision, ms: 0 }] };
}

/** Seconds until answers are as without a fault again. */
async function recovered(stack: FaultStack, name: string): Promise<number> {
  const began = Date.now();
  const others = stack.applications.slice(-100);
  let good = 0;
  let since = began;
  for (let i = 0; good < GOOD_AGAIN; i++) {
    if (Date.now() - began > MOST_RECOVERY_MS) return Infinity;
    const [{ answers }] = (await stack.send([others[i % others.length]!], `${name}-after-${i}`, 1)) as [Sent];
    const { decision } = answers.at(-1)!;
    const stopgap = !decision || decision.reasons.some(({ code }) => /^(MODEL_|FEATURES_)/.test(code));
    if (stopgap || answers.length > 1) [good, since] = [0, Date.now()];
    else good++;
  }
  return Math.round((since - began) / 100) / 10;
}

const kept = (one: Judgement): boolean =>
  one.lost + one.duplicated + one.wrong === 0 && one.accepted === one.answeredInDeadline;

async function main(): Promise<boolean> {
  if (values.help) {
    process.stdout.write(HELP);
    return true;
  }
  const only = values.only?.split(',').map((name) => name.trim());
  const faults = FAULTS.filter(({ name }) => !only || only.some((start) => name.startsWith(start)));
  const stack = await FaultStack.start();
  let held = true;
  try {
    // Functions that have never run take long to answer for the first time; that is not what is measured.
    await stack.send(stack.applications.slice(-60), `warm-${Date.now()}`, 8);
    if (!values.json) process.stdout.write(HEADER);
    for (const [n, fault] of faults.entries()) {
      const { findings, ...line } = await run(stack, fault, fault.requests ?? Number(values.requests), n);
      held &&= kept({ ...line, findings });
      process.stdout.write(values.json ? `${JSON.stringify(line)}\n` : row(line));
      if (line.notes && !values.json) process.stdout.write(`    ${line.notes.join(', ')}\n`);
      if (values.findings) for (const finding of findings.slice(0, 20)) process.stdout.write(`    ${finding}\n`);
    }
  } finally {
    await stack.stop();
  }
  return held;
}

const COLUMNS = ['accepted', 'in time', 'lost', 'twice', 'wrong', 'recovery', 'client p50', 'p99'];
const HEADER = `\n  ${''.padEnd(42)}${COLUMNS.map((name) => name.padStart(11)).join('')}\n`;

function row(line: Omit<Line, 'findings'>): string {
  const { fault, requests, accepted, answeredInDeadline, lost, duplicated, wrong, recoverySeconds } = line;
  const cells = [
    `${accepted}/${requests}`,
    `${answeredInDeadline}`,
    `${lost}`,
    `${duplicated}`,
    `${wrong}`,
    `${recoverySeconds} s`,
    `${line.clientP50Ms} ms`,
    `${line.clientP99Ms} ms`,
  ];
  const mark = kept({ ...line, findings: [] }) ? styleText('green', '✓') : styleText('red', '✗');
  return `${mark} ${fault.padEnd(42)}${cells.map((cell) => cell.padStart(11)).join('')}\n`;
}

main().then(
  (held) => process.exit(held ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
    process.exit(1);
  },
);
