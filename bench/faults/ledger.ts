import type { Decision, DecisionRecord } from '../../core/decision/decision';

/** What a client did about one request, and what it heard. */
export interface Sent {
  readonly key: string;
  /** Which of the real applications. */
  readonly applicant: string;
  readonly answers: readonly ClientAnswer[];
}

export interface ClientAnswer {
  /** Undefined where there was no answer at all. */
  readonly status: number | undefined;
  readonly decision?: Decision;
  /** Wall time, in milliseconds. */
  readonly ms: number;
  /** An error that the emulator gave by itself, not the pipeline. */
  readonly emulators?: string;
}

/** What is there when all has come to its end. */
export interface Remains {
  /** All decisions since the fault began. */
  readonly records: readonly DecisionRecord[];
  /** The ids of events, as often as they were delivered. */
  readonly eventIds: readonly string[];
  /** Loan accounts by decision. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Whether the same core comes to the same decision by the record. */
  reproduces(record: DecisionRecord): boolean;
  /** The model's own score for an application. */
  scoreOf(record: DecisionRecord): number;
}

export interface Judgement {
  readonly requests: number;
  readonly accepted: number;
  readonly answeredInDeadline: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly wrong: number;
  /** Answers that the emulator gave by itself. */
  readonly emulatorsErrors: number;
  readonly clientP50Ms: number;
  readonly clientP99Ms: number;
  readonly routes: Readonly<Record<string, number>>;
  /** What is wrong, for whoever looks into it. */
  readonly findings: readonly string[];
}

const accepted = ({ status }: ClientAnswer): boolean => status === 200 || status === 202;
const SAME_SCORE = 1e-6;

/**
 * Judges what a fault did. Lost is what was promised and is not there or has not come to its end: an accepted request
 * without a record, a decision that still waits, an event or an account that never came. Duplicated is what is there
 * twice. Wrong is what should not have been decided so, or reads otherwise than was told.
 */
export function judge(sent: readonly Sent[], remains: Remains, deadlineMs: number): Judgement {
  const { records, accounts } = remains;
  const events = new Set(remains.eventIds);
  const byId = new Map(records.map((record) => [record.id, record]));
  const findings: string[] = [];
  const count = { lost: 0, duplicated: 0, wrong: 0 };
  const find = (kind: keyof typeof count, what: string) => {
    count[kind]++;
    findings.push(`${kind}: ${what}`);
  };

  for (const { key, applicant, answers } of sent) {
    const told = answers.filter(accepted).map(({ decision }) => decision!);
    const ids = [...new Set(told.map(({ id }) => id))];
    if (ids.length > 1) find('duplicated', `${key} was told ${ids.join(' and ')}`);
    const own = records.filter(({ input }) => input.applicant_id === applicant);
    if (own.length > 1) find('duplicated', `${key} has ${own.length} decisions`);
    for (const id of ids) if (!byId.has(id)) find('lost', `${key} was told ${id}, which is not there`);
    for (const one of told) {
      const now = byId.get(one.id);
      if (now && one.status !== 'pending_review' && now.outcome !== one.outcome)
        find('wrong', `${one.id} was told as ${one.outcome}, and is ${now.outcome}`);
    }
  }

  for (const record of records) {
    const { id, status, outcome, route, score, modelScore, toSend } = record;
    if (status === 'pending_review') find('lost', `${id} never came to an end`);
    if (toSend.length > 0) find('lost', `${id} has events to send: ${toSend.join()}`);
    const expected = ['DecisionMade', ...(status === 'resolved' ? ['ReviewRequested', 'DecisionResolved'] : [])];
    for (const type of expected) if (!events.has(`${id}.${type}`)) find('lost', `${id}: nobody heard of ${type}`);
    const account = accounts.get(id);
    if (outcome === 'approve' && account !== 'open') find('lost', `${id} is approved, its account is ${account}`);
    if (outcome !== 'approve' && account !== undefined) find('wrong', `${id} is ${outcome}, and has an account`);
    if (outcome === 'approve' && route !== 'review' && score === null) find('wrong', `${id} is approved unseen`);
    if (modelScore !== null && Math.abs(modelScore - remains.scoreOf(record)) > SAME_SCORE)
      find('wrong', `${id} has the score ${modelScore}, which is not the model's`);
    if (!remains.reproduces(record)) find('wrong', `${id} is decided otherwise by the same core`);
  }
  for (const id of accounts.keys()) if (!byId.has(id)) find('wrong', `an account for ${id}, which is no decision`);

  const last = sent.map(({ answers }) => answers.findLast(accepted));
  const decisions = last.filter((answer) => answer !== undefined);
  const times = sent.map(({ answers }) => answers.reduce((sum, { ms }) => sum + ms, 0)).sort((a, b) => a - b);
  const quantile = (q: number) => Math.round(times[Math.min(times.length - 1, Math.floor(q * times.length))] ?? 0);
  const routes: Record<string, number> = {};
  for (const { decision } of decisions) routes[decision!.route] = (routes[decision!.route] ?? 0) + 1;
  return {
    requests: sent.length,
    accepted: decisions.length,
    answeredInDeadline: decisions.filter(({ decision }) => (decision!.timings?.totalMs ?? Infinity) <= deadlineMs)
      .length,
    ...count,
    emulatorsErrors: sent.flatMap(({ answers }) => answers).filter(({ emulators }) => emulators !== undefined).length,
    clientP50Ms: quantile(0.5),
    clientP99Ms: quantile(0.99),
    routes,
    findings,
  };
}
