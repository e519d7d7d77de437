import { compileReplay } from '../../../core/versions/replay';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import type { DecisionRecord } from '../../../core/decision/decision';
import { decidedRecord, idOf, loans, pendingRecord } from '../review/loans';

const artifact = makeArtifact(loans);
const replay = compileReplay(artifact);
const of = (over: Partial<DecisionRecord>) =>
  replay(decidedRecord(idOf(1), { version: artifact.version, features: {}, ...over }));

test('what was automated by the model comes out the same', () => {
  expect(of({ modelScore: 0.01, outcome: 'approve' })).toEqual({ from: 'approve', to: 'approve' });
});

test('what a careful mode kept back is decided as in normal mode', () => {
  const kept = { modelScore: 0.01, mode: 'fallback', route: 'safe_default', outcome: 'decline' } as const;
  expect(of(kept)).toEqual({ from: 'decline', to: 'approve' });
});

test('what cannot be told without asking is said to be so', () => {
  const without = { modelScore: null, route: 'safe_default', outcome: 'decline' } as const;
  expect(of({ ...without, reasons: [{ code: 'MODEL_TIMEOUT', detail: '' }] })).toEqual({
    from: 'decline',
    to: undefined,
  });
  expect(of({ ...without, modelScore: 0.01, gaps: { accounts: 'unavailable' } })).toEqual({
    from: 'decline',
    to: undefined,
  });
  // The model of another version may answer otherwise.
  expect(of({ modelScore: 0.01, version: 'sha256:other' })).toEqual({ from: 'approve', to: undefined });
});

test.each<[string, Partial<DecisionRecord>, string]>([
  ['a person has decided', { status: 'resolved', route: 'review' }, 'REVIEWED'],
  ['a person is to decide', pendingRecord(), 'PENDING'],
  ['is forgotten', { forgotten: { at: '', by: '', reason: '' } }, 'FORGOTTEN'],
  ['is another pipeline’s', { pipeline: 'mail' }, 'OTHER_PIPELINE'],
])('what %s is left', (_, over, not) => {
  expect(of(over)).toEqual({ not });
});
