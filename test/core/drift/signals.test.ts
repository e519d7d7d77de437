import { compileObservation, compileSegments } from '../../../core/drift/observation';
import { signalVariables, signalsOf } from '../../../core/drift/signals';
import type { DecisionRecord } from '../../../core/decision/decision';
import { applications, credit, creditWith } from '../credit';

const { input } = applications[0]!;
const record = {
  id: '01JD3V9M8Q6T4R2N0K7H5F3D1B',
  at: '2026-11-28T09:00:00.000Z',
  route: 'automated',
  outcome: 'approve',
  mode: 'normal',
  score: 0.1,
  confidence: 0.9,
  reasons: [{ code: 'EXPECTED_COST', detail: '' }],
  gaps: {},
  input,
  features: {},
  timings: { totalMs: 20, featuresMs: 4, modelMs: 8 },
} as unknown as DecisionRecord;

describe('signals', () => {
  const signals = signalsOf(credit);

  test('of an automated decision are its score, confidence, error, cost and lookups', () => {
    expect(signals(record)).toEqual({
      $score: 0.1,
      $confidence: 0.9,
      $error: expect.closeTo(0.1, 12) as number,
      // A default of one in ten, at five each.
      $cost: expect.closeTo(0.5, 12) as number,
      $decision: 'automated approve',
      '$lookup.accounts': 'ok',
    });
    expect(Object.keys(signals(record)).sort()).toEqual(Object.keys(signalVariables(credit)).sort());
  });

  test('of a review are its price, and no error', () => {
    const review = signals({ ...record, route: 'review', outcome: null, gaps: { accounts: 'stale' } });
    expect(review).toMatchObject({ $decision: 'review', $cost: 0.5, '$lookup.accounts': 'stale' });
    expect(review).not.toHaveProperty('$error');
  });

  test('of a decision that was drawn for a blind review are those of the pipeline', () => {
    const drawn = { ...record, route: 'review', outcome: null, sampled: 'decline' } as const;
    expect(signals(drawn)).toMatchObject({ $decision: 'automated decline', $cost: 0.9, $error: expect.any(Number) });
  });

  test('do not count what a mode or a model that is away decides', () => {
    for (const other of [
      { mode: 'cautious' },
      { score: null, confidence: null, reasons: [{ code: 'MODEL_TIMEOUT', detail: '' }], route: 'heuristic' },
    ] as const)
      expect(signals({ ...record, ...other })).not.toHaveProperty('$decision');
  });

  test('price by expressions where costs are expressions', () => {
    const { decide } = credit.definition;
    const costs = { ...decide.costs, approve: { good: 0, bad: 'double(input.credit_amount) / 1000.0' } } as const;
    const priced = signalsOf(creditWith({ decide: { ...decide, costs } }))(record);
    expect(priced.$cost).toBeCloseTo((0.1 * Number(input.credit_amount)) / 1_000, 9);
  });
});

test('a request is in the segments whose condition holds', () => {
  const { drift } = credit.definition;
  const { features } = drift!.baseline;
  const baseline = {
    ...drift!.baseline,
    features: { ...features, 'long/age': features.age!, 'rich/age': features.age! },
  };
  const pipeline = creditWith({
    drift: { baseline, segments: { long: 'input.duration > 36', rich: "features.savings_status == '>=1000'" } },
  });
  const segmentsOf = compileSegments(pipeline);
  expect(segmentsOf({ ...input, duration: 48 }, {})).toEqual(['long']);
  expect(segmentsOf({ ...input, duration: 12 }, { savings_status: '>=1000' })).toEqual(['rich']);
  const observed = compileObservation(pipeline)({ ...record, input: { ...input, duration: 60 } });
  expect(observed.segments).toEqual(['long']);
});

test('a decision counts as unanswered once, whatever failed, and not where another endpoint answered', () => {
  const observe = compileObservation(credit);
  const failed = (codes: string[]) =>
    observe({ ...record, reasons: codes.map((code) => ({ code, detail: '' })) }).reasons;
  expect(failed(['MODEL_TIMEOUT', 'MODEL_ERROR'])).toEqual(['MODEL_TIMEOUT', 'MODEL_ERROR', 'MODEL_UNANSWERED']);
  expect(failed(['SECOND_ENDPOINT', 'MODEL_TIMEOUT'])).toEqual(['MODEL_TIMEOUT']);
  expect(failed(['MODEL_SKIPPED'])).toEqual(['MODEL_SKIPPED']);
});
