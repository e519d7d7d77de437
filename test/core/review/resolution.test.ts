import { leaseBodyProblems, resolveRecord, reviewReasons } from '../../../core/review/resolution';
import { loans, pendingRecord, START } from './loans';

const good = { lease: 'abc', outcome: 'approve', reason: 'INCOME_VERIFIED', note: 'seen the payslip' };
const faults = (body: Record<string, unknown>, resolution = true) =>
  leaseBodyProblems(loans, body, { resolution }).map(({ pointer, code }) => `${pointer} ${code}`);

test('OTHER is always a reason, once', () => {
  expect(reviewReasons(loans)).toEqual(['INCOME_VERIFIED', 'OTHER']);
  expect(reviewReasons({ ...loans, review: { sla: '1h', reasons: ['OTHER'] } })).toEqual(['OTHER']);
  expect(reviewReasons({ ...loans, review: { sla: '1h' } })).toEqual(['OTHER']);
});

test('a good body has no faults, with or without a note', () => {
  expect(faults(good)).toEqual([]);
  expect(faults({ lease: 'abc', outcome: 'decline', reason: 'OTHER' })).toEqual([]);
  expect(faults({ lease: 'abc' }, false)).toEqual([]);
});

test('every fault is named at once, by its pointer', () => {
  expect(faults({ outcome: 'maybe', reason: 7, note: 'x'.repeat(1001), 'a/b~c': 1 })).toEqual([
    '/a~1b~0c UNKNOWN_FIELD',
    '/lease REQUIRED',
    '/outcome ENUM',
    '/reason ENUM',
    '/note NOTE',
  ]);
  expect(faults({}, false)).toEqual(['/lease REQUIRED']);
  expect(faults({ ...good, lease: '' })).toEqual(['/lease LEASE']);
  expect(faults({ ...good, lease: 'x'.repeat(201) })).toEqual(['/lease LEASE']);
  expect(faults({ ...good, note: null })).toEqual(['/note NOTE']);
  expect(faults({ ...good, note: 'x'.repeat(1000) })).toEqual([]);
  expect(faults({ lease: 'abc', outcome: 'approve' }, false)).toEqual(['/outcome UNKNOWN_FIELD']);
});

test('names of the prototype are no outcome and no reason', () => {
  expect(faults({ lease: 'abc', outcome: 'constructor', reason: 'toString' })).toEqual([
    '/outcome ENUM',
    '/reason ENUM',
  ]);
});

test('a resolved record says who decided, asks for its event and is due no more', () => {
  const entry = { at: new Date(START).toISOString(), type: 'ReviewResolved', by: 'ann', reason: 'OTHER' };
  const resolved = resolveRecord(pendingRecord(), {
    id: pendingRecord().id,
    outcome: 'approve',
    route: 'review',
    entry,
  });
  expect(resolved).toMatchObject({ status: 'resolved', outcome: 'approve', route: 'review' });
  expect(resolved.history.at(-1)).toEqual(entry);
  expect(resolved.toSend).toEqual(['DecisionMade', 'ReviewRequested', 'DecisionResolved']);
  expect(resolved).not.toHaveProperty('reviewBy');
});
