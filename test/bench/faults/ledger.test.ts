import { type Remains, type Sent, judge } from '../../../bench/faults/ledger';
import { presentDecision } from '../../../core/decision/decision';
import { decidedRecord, idOf, pendingRecord } from '../../core/review/loans';

const made = (n: number, over = {}) =>
  decidedRecord(idOf(n), { input: { applicant_id: `a${n}` }, toSend: [], ...over });
const told = (n: number, over = {}): Sent => ({
  key: `k${n}`,
  applicant: `a${n}`,
  answers: [{ status: 200, decision: presentDecision(made(n)), ms: 50 }],
  ...over,
});
const remains = (over: Partial<Remains> = {}): Remains => ({
  records: [made(1), made(2)],
  eventIds: [`${idOf(1)}.DecisionMade`, `${idOf(2)}.DecisionMade`, `${idOf(2)}.DecisionMade`],
  accounts: new Map([
    [idOf(1), 'open'],
    [idOf(2), 'open'],
  ]),
  reproduces: () => true,
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

test('a request that was refused, and then answered, is accepted once; its times add up', () => {
  const retried = told(1, {
    answers: [
      { status: 503, ms: 100 },
      { status: undefined, ms: 10, emulators: 'reset' },
      { status: 200, decision: presentDecision(made(1)), ms: 50 },
    ],
  });
  expect(judged([retried, told(2)])).toMatchObject({ accepted: 2, clientP99Ms: 160, emulatorsErrors: 1, lost: 0 });
  expect(judged([told(1, { answers: [{ status: 503, ms: 1 }] }), told(2)])).toMatchObject({ accepted: 1, lost: 0 });
});

test.each<[string, object, readonly Sent[], Partial<Remains>]>([
  ['a record is gone', { lost: 1 }, both, { records: [made(1)], accounts: new Map([[idOf(1), 'open']]) }],
  [
    'a review never ends',
    { lost: 1 },
    [],
    { records: [pendingRecord(idOf(1), { input: {}, toSend: [] })], accounts: new Map() },
  ],
  ['an event never came', { lost: 1 }, both, { eventIds: [`${idOf(1)}.DecisionMade`] }],
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
  ['it was approved unseen', { wrong: 1 }, both, { records: [made(1, { score: null, modelScore: null }), made(2)] }],
  ['garbage was taken for a score', { wrong: 2 }, both, { scoreOf: () => 0.5 }],
  ['the core does not come to it', { wrong: 2 }, both, { reproduces: () => false }],
  ['an account has no decision', { wrong: 1 }, [told(1)], { records: [made(1)] }],
])('it is found where %s', (_, found, sent, over) => {
  const { lost, duplicated, wrong, findings } = judged(sent, over);
  expect({ lost, duplicated, wrong }).toEqual({ lost: 0, duplicated: 0, wrong: 0, ...found });
  expect(findings.length).toBeGreaterThan(0);
});

test('an answer after the deadline does not count as in time', () => {
  const late = presentDecision(made(1, { timings: { totalMs: 900, featuresMs: 5, modelMs: 20 } }));
  expect(judged([told(1, { answers: [{ status: 200, decision: late, ms: 950 }] }), told(2)])).toMatchObject({
    accepted: 2,
    answeredInDeadline: 1,
  });
});
