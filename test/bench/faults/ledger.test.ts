import { type Remains, type Sent, judge } from '../../../bench/faults/ledger';
import { presentDecision } from '../../../core/decision/decision';
import { decidedRecord, idOf, pendingRecord } from '../../core/review/loans';

const made = (n: number, over = {}) =>
  decidedRecord(idOf(n), { input: { applicant_id: `a${n}` }, toSend: [], ...over });
const told = (n: number, over = {}): Sent => ({
  key: `k${n}`,
  applicant: `a${n}`,
  answers: [{ status: 200, decision: presentDecision(made(n)) }],
  wallMs: 50,
  ...over,
});
const heard = (n: number, type = 'DecisionMade', eventId = `${idOf(n)}.${type}`) => ({
  type,
  eventId,
  decision: idOf(n),
});
const remains = (over: Partial<Remains> = {}): Remains => ({
  records: [made(1), made(2)],
  events: [heard(1), heard(2), heard(2)],
  reviews: new Map(),
  counted: new Map([
    [idOf(1), 1],
    [idOf(2), 1],
  ]),
  miscounted: 0,
  accounts: new Map([
    [idOf(1), 'open'],
    [idOf(2), 'open'],
  ]),
  reproduces: () => true,
  hasItsFeatures: () => true,
  scoreOf: () => 0.3,
  ...over,
});
const judged = (sent: readonly Sent[], over: Partial<Remains> = {}) => judge(sent, remains(over), 800);
const both = [told(1), told(2)];

test('where all is well, nothing is lost, duplicated or wrong, however often an event came', () => {
  expect(judged(both)).toMatchObject({
    requests: 2,
    accepted: 2,
    answeredInDeadline: 2,
    lost: 0,
    duplicated: 0,
    wrong: 0,
    routes: { automated: 2 },
    findings: [],
  });
});

test('a request that was refused, and then answered, is accepted once, by what its client waited in all', () => {
  const retried = told(1, {
    answers: [
      { status: 503, code: 'OVERLOADED' },
      { status: undefined, emulators: 'reset' },
      { status: 200, decision: presentDecision(made(1)) },
    ],
    wallMs: 1_160,
  });
  expect(judged([retried, told(2)])).toMatchObject({
    accepted: 2,
    clientP99Ms: 1_160,
    emulator: { reset: 1 },
    refused: {},
    lost: 0,
  });
});

test('of a request that was never accepted it is told what was heard last', () => {
  const refused = told(1, {
    answers: [
      { status: undefined, emulators: 'reset' },
      { status: 503, code: 'OVERLOADED' },
    ],
  });
  expect(judged([refused, told(2)])).toMatchObject({ accepted: 1, refused: { '503 OVERLOADED': 1 }, lost: 0 });
});

test('of those that were never accepted it is told how many were decided all the same', () => {
  const refused = (n: number) => told(n, { answers: [{ status: 503, code: 'OVERLOADED' }] });
  expect(judged([refused(1), told(2)])).toMatchObject({ decidedUnheard: 1, lost: 0 });
  expect(judged([told(1), told(2), refused(3)])).toMatchObject({ decidedUnheard: 0, refused: { '503 OVERLOADED': 1 } });
});

test('where nobody waited there are no times to tell', () => {
  const { wallMs, ...queued } = told(1);
  expect(judged([queued])).toMatchObject({ accepted: 1, clientP50Ms: null, clientP99Ms: null });
});

test('a review that is run and ended is one, with its three events', () => {
  const ended = pendingRecord(idOf(1), {
    input: {},
    toSend: [],
    status: 'resolved',
    outcome: null,
    route: 'safe_default',
  });
  const over = {
    records: [ended],
    accounts: new Map<string, string>(),
    reviews: new Map([[idOf(1), 1]]),
    events: ['DecisionMade', 'ReviewRequested', 'DecisionResolved'].map((type) => heard(1, type)),
  };
  expect(judged([], over).findings).toEqual([]);
  expect(judged([], { ...over, events: over.events.slice(0, 2) })).toMatchObject({ lost: 1 });
});

test.each<[string, object, readonly Sent[], Partial<Remains>]>([
  [
    'a record is gone',
    { lost: 1 },
    both,
    { records: [made(1)], accounts: new Map([[idOf(1), 'open']]), events: [heard(1)] },
  ],
  [
    'a review never ends',
    { lost: 1 },
    [],
    {
      records: [pendingRecord(idOf(1), { input: {}, toSend: [] })],
      accounts: new Map(),
      events: [heard(1), heard(1, 'ReviewRequested')],
    },
  ],
  ['an event never came', { lost: 1 }, both, { events: [heard(1)] }],
  ['events are still to send', { lost: 1 }, both, { records: [made(1, { toSend: ['DecisionMade'] }), made(2)] }],
  ['no account was opened', { lost: 1 }, both, { accounts: new Map([[idOf(1), 'open']]) }],
  [
    'a key has two decisions',
    { duplicated: 1 },
    [told(1)],
    { records: [made(1), made(2, { input: { applicant_id: 'a1' } })] },
  ],
  ['a key was told two ids', { duplicated: 1 }, [told(1, { answers: [...told(1).answers, ...told(2).answers] })], {}],
  [
    'another outcome was told',
    { wrong: 1 },
    both,
    { records: [made(1, { outcome: 'decline' }), made(2)], accounts: new Map([[idOf(2), 'open']]) },
  ],
  ['a refusal has an account', { wrong: 1 }, [], { records: [made(1, { outcome: 'decline' }), made(2)] }],
  ['it was approved unseen', { wrong: 1 }, [], { records: [made(1, { score: null, modelScore: null }), made(2)] }],
  ['garbage was taken for a score', { wrong: 2 }, both, { scoreOf: () => 0.5 }],
  ['the core does not come to it', { wrong: 2 }, both, { reproduces: () => false }],
  ['an account has no decision', { wrong: 1 }, [told(1)], { records: [made(1)], events: [heard(1)] }],
  ['an event is about no decision', { wrong: 1 }, both, { events: [heard(1), heard(2), heard(3)] }],
  [
    'an event came under two ids',
    { duplicated: 1 },
    both,
    { events: [heard(1), heard(2), heard(2, 'DecisionMade', 'x')] },
  ],
  ['a review runs that nobody asked for', { wrong: 1 }, both, { reviews: new Map([[idOf(1), 1]]) }],
  [
    'a decision has two reviews',
    { duplicated: 1, lost: 1 },
    [],
    {
      records: [pendingRecord(idOf(1), { input: {}, toSend: [] })],
      accounts: new Map(),
      reviews: new Map([[idOf(1), 2]]),
      events: [heard(1), heard(1, 'ReviewRequested')],
    },
  ],
  [
    'two windows count a decision',
    { duplicated: 1 },
    both,
    {
      counted: new Map([
        [idOf(1), 2],
        [idOf(2), 1],
      ]),
    },
  ],
  ['no window counts a decision', { lost: 1 }, both, { counted: new Map([[idOf(1), 1]]) }],
  ["a window's sums count one twice", { duplicated: 1 }, both, { miscounted: 1 }],
  ["a window's sums leave one out", { lost: 1 }, both, { miscounted: -1 }],
  ["another applicant's values were looked up", { wrong: 2 }, both, { hasItsFeatures: () => false }],
  ['another score was told', { wrong: 1 }, both, { records: [made(1, { score: 0.4 }), made(2)] }],
])('it is found where %s', (_, found, sent, over) => {
  const { lost, duplicated, wrong, findings } = judged(sent, over);
  expect({ lost, duplicated, wrong }).toEqual({ lost: 0, duplicated: 0, wrong: 0, ...found });
  expect(findings.length).toBeGreaterThan(0);
});

test('an answer after the deadline does not count as in time', () => {
  const late = presentDecision(made(1, { timings: { totalMs: 900, featuresMs: 5, modelMs: 20 } }));
  expect(judged([told(1, { answers: [{ status: 200, decision: late }] }), told(2)])).toMatchObject({
    accepted: 2,
    answeredInDeadline: 1,
  });
});
