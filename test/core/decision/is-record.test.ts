import { isRecord } from '../../../core/decision/is-record';
import { labelRecord } from '../../../core/decision/truth';
import { changed, pathsOf } from '../pipeline/change';
import { decidedRecord, idOf, pendingRecord } from '../review/loans';

const labelled = labelRecord(decidedRecord(idOf(3)), { label: 'good', at: '2026-12-01T00:00:00.000Z', by: 'x' });

test.each([pendingRecord(), decidedRecord(idOf(2)), labelled])('takes a record for one', (record) => {
  expect(isRecord(record)).toBe(true);
});

// What somebody else wrote into the table, or an older version: whatever a part reads must be there.
test.each([
  ['id', 'x'],
  ['at', 'yesterday'],
  ['status', 'done'],
  ['route', 'nowhere'],
  ['mode', 'weird'],
  ['caller', 7],
  ['reasons', {}],
  ['reasons.0', 'TEXT'],
  ['history', undefined],
  ['toSend', 'DecisionMade'],
  ['toSend.0', 'Nonsense'],
  ['timings', undefined],
  ['timings.totalMs', 'fast'],
  ['timings.modelMs', NaN],
  ['input', 'text'],
  ['features', null],
  ['gaps', undefined],
  ['modelScore', undefined],
  ['modelScore', 'high'],
])('takes none whose %s is %j', (path, value) => {
  expect(isRecord(changed(pendingRecord(), path.split('.'), value) as never)).toBe(false);
});

test.each([
  ['truth', undefined],
  ['truth', 'good'],
  ['truth.label', 1],
  ['truth.at', undefined],
])('takes none that announces a truth whose %s is %j', (path, value) => {
  expect(isRecord(changed(labelled, path.split('.'), value) as never)).toBe(false);
});

test('never throws, whatever is missing', () => {
  for (const record of [pendingRecord(), labelled])
    for (const path of pathsOf(record))
      expect(typeof isRecord(changed(record, path, undefined) as never)).toBe('boolean');
});
