import { setTimeout as sleep } from 'node:timers/promises';
import { type Decision, type DecisionRecord, presentDecision } from '../../core/decision/decision';
import { DEADLINE_MS } from './definition';
import { listen } from './events';
import { type Judgement, type Sent, judge } from './ledger';
import type { Line } from './line';
import type { Fault } from './matrix';
import { readRemains } from './remains';
import type { FaultStack } from './stack';

/** So many good answers one after the other are a recovery. */
const GOOD_AGAIN = 10;
const MOST_RECOVERY_MS = 60_000;
/** Time for reviews to end by their SLA, and for the sweeper to find what the stream has lost. */
const SETTLE_MS = 180_000;

/** Runs a fault under so many requests of different applicants; `n` tells its runs apart. */
export async function run(stack: FaultStack, fault: Fault, requests: number, n: number): Promise<Line> {
  stack.notes = [];
  const events = await listen(stack);
  try {
    const applications = stack.applications.slice(0, requests);
    const since = Date.now();
    const name = `${n}-${since.toString(36)}`;
    const { sent, struck } = await strike(stack, fault, () =>
      fault.send ? fault.send(stack, applications, name) : stack.send(applications, name, fault.width ?? 8),
    );
    const over = Date.now();
    const recoverySeconds = await recovered(stack, name);
    const judgement = await settle(over + SETTLE_MS, async () => {
      const remains = await readRemains(stack, applications, since, await events.heard());
      return judge(answered(sent, remains.records), remains, DEADLINE_MS);
    });
    const settledSeconds = Math.round((Date.now() - over) / 1_000);
    return { fault: fault.name, ...judgement, struck, recoverySeconds, settledSeconds, notes: stack.notes };
  } finally {
    await events.stop();
  }
}

/** The fault ends whatever comes of the requests: others are run after it. */
async function strike(
  stack: FaultStack,
  fault: Fault,
  send: () => Promise<Sent[]>,
): Promise<{ readonly sent: Sent[]; readonly struck: number | null }> {
  const end = await fault.begin(stack);
  let sent: Sent[];
  try {
    sent = await send();
    await fault.after?.(stack);
  } catch (error) {
    await end();
    throw error;
  }
  return { sent, struck: await end() };
}

/** Looks until nothing is missing any more, or the time is over. */
async function settle(until: number, look: () => Promise<Judgement>): Promise<Judgement> {
  for (;;) {
    const judgement = await look();
    if (judgement.lost === 0 || Date.now() > until) return judgement;
    await sleep(1_000);
  }
}

/** By queue nobody is answered: what was sent was promised a decision, and the record tells it. */
function answered(sent: readonly Sent[], records: readonly DecisionRecord[]): readonly Sent[] {
  return sent.map((one) => {
    if (one.answers.length > 0) return one;
    const record = records.find(({ input }) => input.applicant_id === one.applicant);
    const decision = record ? presentDecision(record) : ({ id: `of ${one.key}` } as Decision);
    return { ...one, answers: [{ status: 202, decision }] };
  });
}

/** Seconds until answers are as without a fault again, or null if they are not in time. */
async function recovered(stack: FaultStack, name: string): Promise<number | null> {
  const began = Date.now();
  const others = stack.applications.slice(-100);
  let good = 0;
  let since = began;
  for (let i = 0; good < GOOD_AGAIN; i++) {
    if (Date.now() - began > MOST_RECOVERY_MS) return null;
    const [sent] = await stack.send([others[i % others.length]!], `${name}-after-${i}`, 1);
    const { answers } = sent!;
    const { decision } = answers.at(-1)!;
    const stopgap = !decision || decision.reasons.some(({ code }) => /^(MODEL_|FEATURES_)/.test(code));
    if (stopgap || answers.length > 1) [good, since] = [0, Date.now()];
    else good++;
  }
  return Math.round((since - began) / 100) / 10;
}
