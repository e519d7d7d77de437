import { labelRecord } from '../../../core/decision/truth';
import type { DecisionRecord } from '../../../core/decision/decision';
import { learnedOf } from '../../../core/drift/learned';
import { compilePipeline } from '../../../core/pipeline/compile';
import { resolveRecord } from '../../../core/review/resolution';
import { decidedRecord, idOf, loans, pendingRecord } from '../review/loans';

const definition = { ...loans, protected: ['input.origin'] };
const pipeline = compilePipeline({ version: '', definition });
const learn = (record: DecisionRecord) => learnedOf(pipeline, record);
const reported = (record: DecisionRecord, label: string, hour = 12) =>
  labelRecord(record, { label, at: `2026-11-23T${hour}:00:00.000Z`, by: 'x' });
const resolved = (record: DecisionRecord, outcome: string | null, hour = 11) =>
  resolveRecord(record, {
    id: record.id,
    outcome,
    route: outcome === null ? 'safe_default' : 'review',
    entry: { at: `2026-11-23T${hour}:00:00.000Z`, type: outcome === null ? 'ReviewExpired' : 'ReviewResolved' },
  });
const at = (hour: number) => Date.parse(`2026-11-23T${hour}:00:00.000Z`);
const id = idOf(1);

test('of a decision alone nothing is learned', () => {
  expect(learn(decidedRecord())).toEqual([]);
  expect(learn(pendingRecord())).toEqual([]);
  expect(learn(resolved(pendingRecord(), 'approve'))).toEqual([]);
});

test.each([
  ['approve', 'good', 0, false],
  ['approve', 'bad', 5, true],
  ['decline', 'good', 1, true],
  ['decline', 'bad', 0, false],
])('%s of a %s one, reported, has cost %d', (outcome, label, cost, wrong) => {
  expect(learn(reported(decidedRecord(id, { outcome }), label))).toEqual([
    {
      id: `${id}~`,
      at: at(12),
      learned: { cost, error: { source: 'reported', wrong }, groups: ['input.origin=(none)'] },
    },
  ]);
});

test('what a person decided costs the review too, and is no error of the policy', () => {
  const record = reported(resolved(pendingRecord(), 'approve'), 'bad');
  expect(learn(record)).toEqual([
    { id: `${id}~`, at: at(12), learned: { cost: 5.5, groups: ['input.origin=(none)'] } },
  ]);
});

test('a review that a person made says how long it took, and whether a blind sample was decided otherwise', () => {
  const made = (record: DecisionRecord, outcome: string) =>
    resolveRecord(record, {
      id: record.id,
      outcome,
      route: 'review',
      entry: { at: '2026-11-23T11:00:00.000Z', type: 'ReviewResolved', by: 'ann', seconds: 90 },
    });
  expect(learn(made(pendingRecord(), 'approve'))).toEqual([
    { id: `${id}!`, at: at(11), learned: { review: { minutes: 1.5 }, groups: [] } },
  ]);
  const sample = { ...pendingRecord(), sampled: 'approve' };
  expect(learn(made(sample, 'decline'))[0]!.learned.review).toEqual({ minutes: 1.5, overridden: true });
  expect(learn(made(sample, 'approve'))[0]!.learned.review).toEqual({ minutes: 1.5, overridden: false });
});

test('a truth that is known before the outcome counts from the outcome on', () => {
  const early = reported(pendingRecord(), 'bad', 10);
  expect(learn(early)).toEqual([]);
  expect(learn(resolved(early, 'decline'))).toMatchObject([{ at: at(11), learned: { cost: 0.5 } }]);
});

test('the null response has no cost, and a label that is no longer known says nothing', () => {
  expect(learn(reported(resolved(pendingRecord(), null), 'bad'))).toEqual([]);
  expect(learn(reported(decidedRecord(), 'ugly'))).toEqual([]);
});

test.each([
  ['approve', 'approve', false],
  ['approve', 'decline', true],
  ['decline', 'approve', true],
])(
  'of a sample it is learned whether it would have been wrong: %s, where the reviewer says %s',
  (sampled, says, wrong) => {
    const record = resolved(pendingRecord(id, { sampled }), says);
    const sample = { id: `${id}^`, at: at(11), learned: { error: { source: 'sample', wrong }, groups: [] } };
    expect(learn(record)).toEqual([sample]);
    // A truth that comes later says what it cost, and leaves the sample as it was counted.
    expect(learn(reported(record, 'good'))).toEqual([expect.objectContaining({ id: `${id}~` }), sample]);
  },
);

test('a sample that nobody reviewed in time says nothing', () => {
  expect(learn(resolved(pendingRecord(id, { sampled: 'approve' }), null))).toEqual([]);
});
