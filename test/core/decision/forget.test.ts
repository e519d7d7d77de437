import { forgetRecord } from '../../../core/decision/forget';
import { isRecord } from '../../../core/decision/is-record';
import { learnedOf } from '../../../core/drift/learned';
import { compilePipeline } from '../../../core/pipeline/compile';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import { compileExplainer } from '../../../core/explanation/compile-explainer';
import { decidedRecord, idOf, loans, pendingRecord, START } from '../review/loans';

const at = new Date(START + 1_000).toISOString();
const forgotten = { at, by: 'arn:aws:iam::1:user/ann', reason: 'request 12' };

test('a tombstone says that a decision was made, how and with which outcome, and nothing of the person', () => {
  const record = decidedRecord(idOf(1), {
    asked: { other: { score: 0.4711 } },
    reasons: [
      { code: 'WITHIN_THRESHOLDS', detail: 'probability 0.3 is below 0.6' },
      { code: 'EXPECTED_COST', detail: 'expected cost: approve 0.4711, decline 0.815, review 0.5' },
    ],
    sampled: 'decline',
    history: [{ at, type: 'ReviewResolved', by: 'ben', reason: 'OTHER', note: 'she called from 4711' }],
    toSend: [],
  });
  const tombstone = forgetRecord(record, forgotten)!;
  expect(tombstone).toMatchObject({
    id: idOf(1),
    at: record.at,
    status: 'decided',
    outcome: 'approve',
    route: 'automated',
    reasons: [
      { code: 'WITHIN_THRESHOLDS', detail: 'erased' },
      { code: 'EXPECTED_COST', detail: 'erased' },
    ],
    toSend: [],
    forgotten,
  });
  expect(JSON.stringify(tombstone)).not.toMatch(/4711|815|0\.3/);
  expect(tombstone).not.toHaveProperty('sampled');
  expect(tombstone.inputHash).toBe('');
  expect(tombstone.history.map(({ type }) => type)).toEqual(['ReviewResolved', 'Forgotten']);
  expect(isRecord({ ...tombstone })).toBe(true);
});

test('a pending review ends in the safe default, and that is announced; without the definition it is left', () => {
  const tombstone = forgetRecord(pendingRecord(), forgotten, loans)!;
  expect(tombstone).toMatchObject({ status: 'resolved', outcome: 'decline', route: 'safe_default' });
  expect(tombstone.toSend).toEqual(['DecisionMade', 'ReviewRequested', 'DecisionResolved']);
  expect(tombstone).not.toHaveProperty('reviewBy');
  expect(forgetRecord(pendingRecord(), forgotten)).toBeUndefined();
});

test('nothing is learned or explained of it any more', () => {
  const truth = { label: 'bad', at, by: 'x' };
  const artifact = makeArtifact(loans);
  const record = decidedRecord(idOf(1), { version: artifact.version, truth });
  const tombstone = forgetRecord(record, forgotten)!;
  const pipeline = compilePipeline(artifact);
  expect(learnedOf(pipeline, record)).toHaveLength(1);
  expect(learnedOf(pipeline, tombstone)).toEqual([]);
  expect(compileExplainer(artifact)(tombstone)).toMatchObject({ unavailable: 'FORGOTTEN' });
});
