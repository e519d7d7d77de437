import type { Decision, DecisionRecord } from '../../core/decision/decision';

/** What a client did about one request, and what it heard. */
export interface Sent {
  readonly key: string;
  /** Which of the real applications. */
  readonly applicant: string;
  readonly answers: readonly ClientAnswer[];
  /** From the first try to the last answer, waits included, in milliseconds; undefined where nobody waits. */
  readonly wallMs?: number;
}

export interface ClientAnswer {
  /** Undefined where there was no answer at all. */
  readonly status: number | undefined;
  readonly decision?: Decision;
  /** The pipeline's own code of a refusal. */
  readonly code?: string;
  /** What was heard where it did not have the pipeline's form: the emulator's own words. */
  readonly emulators?: string;
}

/** An event as it came over the bus. */
export interface Heard {
  readonly type: string;
  readonly eventId: string;
  readonly decision: string;
}

/** What is there when all has come to its end. */
export interface Remains {
  /** All decisions since the fault began. */
  readonly records: readonly DecisionRecord[];
  /** Events, as often as they were delivered. */
  readonly events: readonly Heard[];
  /** By decision, how many executions of the review run or have succeeded. */
  readonly reviews: ReadonlyMap<string, number>;
  /** By decision, how often the drift windows have counted it. */
  readonly counted: ReadonlyMap<string, number>;
  /** By how many decisions the windows' sums differ from whom they name. */
  readonly miscounted: number;
  /** Loan accounts by decision. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Whether the same core comes to the same decision by the record. */
  reproduces(record: DecisionRecord): boolean;
  /** Whether the looked-up values are those of the applicant. */
  hasItsFeatures(record: DecisionRecord): boolean;
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
  /** What those heard last that were never accepted, and how many did. */
  readonly refused: Readonly<Record<string, number>>;
  /** Of those, how many have a decision all the same: the write was done, and nobody could be told. */
  readonly decidedUnheard: number;
  /** What the emulator answered by itself, in its own words, and how often. */
  readonly emulator: Readonly<Record<string, number>>;
  /** Null where nobody waited. */
  readonly clientP50Ms: number | null;
  readonly clientP99Ms: number | null;
  readonly routes: Readonly<Record<string, number>>;
  /** What is wrong, for whoever looks into it. */
  readonly findings: readonly string[];
}

const accepted = ({ status }: ClientAnswer): boolean => status === 200 || status === 202;
const SAME_SCORE = 1e-6;

type Kind = 'lost' | 'duplicated' | 'wrong';
type Find = (kind: Kind, what: string) => void;

/**
 * Judges what a fault did. Lost is what was promised and is not there or has not come to its end: an accepted request
 * without a record, a decision that still waits, an event, a count or an account that never came. Duplicated is what is
 * there twice. Wrong is what should not have been decided so, or reads otherwise than was told.
 */
export function judge(sent: readonly Sent[], remains: Remains, deadlineMs: number): Judgement {
  const findings: string[] = [];
  const count = { lost: 0, duplicated: 0, wrong: 0 };
  const find: Find = (kind, what) => {
    count[kind]++;
    findings.push(`${kind}: ${what}`);
  };
  const byId = new Map(remains.records.map((record) => [record.id, record]));
  for (const one of sent) judgeRequest(one, remains.records, byId, find);
  const events = groupEvents(remains.events);
  for (const record of remains.records) judgeRecord(record, remains, events, find);
  for (const id of remains.accounts.keys()) if (!byId.has(id)) find('wrong', `an account for ${id}, no decision`);
  for (const { decision, type } of remains.events)
    if (!byId.has(decision)) find('wrong', `${type} about ${decision}, no decision`);
  for (const [name, ids] of events) if (ids.size > 1) find('duplicated', `${name} was sent as ${[...ids].join(', ')}`);

  if (remains.miscounted > 0) find('duplicated', `the windows' sums hold ${remains.miscounted} decisions too many`);
  if (remains.miscounted < 0) find('lost', `the windows' sums lack ${-remains.miscounted} decisions`);

  const decided = new Set(remains.records.map(({ input }) => input.applicant_id));
  const last = sent.map(({ answers }) => answers.findLast(accepted));
  const decisions = last.flatMap((answer) => (answer ? [answer.decision!] : []));
  const walls = sent.flatMap(({ wallMs }) => wallMs ?? []).sort((a, b) => a - b);
  return {
    requests: sent.length,
    accepted: decisions.length,
    answeredInDeadline: decisions.filter(({ timings }) => timings !== undefined && timings.totalMs <= deadlineMs)
      .length,
    ...count,
    refused: tallied(sent.filter((_, i) => !last[i]).map(({ answers }) => saying(answers.at(-1)))),
    decidedUnheard: sent.filter(({ applicant }, i) => !last[i] && decided.has(applicant)).length,
    emulator: tallied(sent.flatMap(({ answers }) => answers.flatMap(({ emulators }) => emulators ?? []))),
    clientP50Ms: quantile(walls, 0.5),
    clientP99Ms: quantile(walls, 0.99),
    routes: tallied(decisions.map(({ route }) => route)),
    findings,
  };
}

function judgeRequest(
  { key, applicant, answers }: Sent,
  records: readonly DecisionRecord[],
  byId: ReadonlyMap<string, DecisionRecord>,
  find: Find,
): void {
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
    if (now && now.score !== one.score) find('wrong', `${one.id} was told the score ${one.score}, not ${now.score}`);
  }
}

function judgeRecord(
  record: DecisionRecord,
  remains: Remains,
  events: ReadonlyMap<string, ReadonlySet<string>>,
  find: Find,
): void {
  const { id, status, outcome, route, score, modelScore, toSend } = record;
  if (status === 'pending_review') find('lost', `${id} never came to an end`);
  if (toSend.length > 0) find('lost', `${id} has events to send: ${toSend.join()}`);
  const expected = ['DecisionMade', ...(status === 'decided' ? [] : ['ReviewRequested'])];
  if (status === 'resolved') expected.push('DecisionResolved');
  for (const type of expected) if (!events.has(`${id} ${type}`)) find('lost', `${id}: nobody heard of ${type}`);

  const reviews = remains.reviews.get(id) ?? 0;
  if (reviews > 1) find('duplicated', `${id} has ${reviews} reviews`);
  if (reviews > 0 && status === 'decided') find('wrong', `${id} needs no review, and has one`);
  const counted = remains.counted.get(id) ?? 0;
  if (counted > 1) find('duplicated', `${id} is counted ${counted} times in the windows`);
  if (counted === 0) find('lost', `${id} is in no window`);

  const account = remains.accounts.get(id);
  if (outcome === 'approve' && account !== 'open') find('lost', `${id} is approved, its account is ${account}`);
  if (outcome !== 'approve' && account !== undefined) find('wrong', `${id} is ${outcome}, and has an account`);
  if (outcome === 'approve' && route !== 'review' && score === null) find('wrong', `${id} is approved unseen`);
  if (!remains.hasItsFeatures(record)) find('wrong', `${id} was decided by values that are not the applicant's`);
  if (modelScore !== null && Math.abs(modelScore - remains.scoreOf(record)) > SAME_SCORE)
    find('wrong', `${id} has the score ${modelScore}, which is not the model's`);
  if (!remains.reproduces(record)) find('wrong', `${id} is decided otherwise by the same core`);
}

/** The ids under which each event of each decision came; more than one, and consumers take it for two. */
function groupEvents(events: readonly Heard[]): ReadonlyMap<string, ReadonlySet<string>> {
  const ids = new Map<string, Set<string>>();
  for (const { type, decision, eventId } of events) {
    const name = `${decision} ${type}`;
    ids.set(name, (ids.get(name) ?? new Set()).add(eventId));
  }
  return ids;
}

const saying = (answer: ClientAnswer | undefined): string =>
  answer === undefined ? 'nothing' : `${answer.status ?? 'no answer'} ${answer.code ?? answer.emulators ?? ''}`.trim();

function tallied(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const quantile = (sorted: readonly number[], q: number): number | null =>
  sorted.length === 0 ? null : Math.round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!);
