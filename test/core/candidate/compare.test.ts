import fc from 'fast-check';
import { compareCandidate } from '../../../core/candidate/compare';
import { decide } from '../../../core/decision/decide';
import { makeRecord } from '../../../core/decision/decide-request';
import { answerOf, evidenceOf } from '../../../core/decision/replay';
import { resolveFeatures } from '../../../core/features/features';
import type { Pipeline } from '../../../core/pipeline/compile';
import { applications, creditRisk, creditWith, featuresOf, scores, START, uncalibrated } from '../credit';

const timings = { totalMs: 1, featuresMs: 1, modelMs: 1 };
/** The record that a pipeline makes of an application. */
const recordOf = (
  pipeline: Pipeline,
  row: number,
  score: number | null = scores[row]!,
  draw = 1,
  features = featuresOf(pipeline, row),
) => {
  const failed = features.onGap === 'none' ? 'MODEL_TIMEOUT' : 'MODEL_SKIPPED';
  const model = score === null ? ({ failed } as const) : { score };
  const evidence = { input: applications[row]!.input, features, mode: 'normal' as const, model, draw };
  return makeRecord(pipeline, {
    id: '01J00000000000000000000001',
    caller: 'x',
    hash: 'x',
    startedAt: START,
    evidence,
    verdict: decide(pipeline, evidence),
    timings,
  });
};
const { costs } = creditRisk.decide;
const live = creditWith({ model: uncalibrated });
const dearer = creditWith({ model: uncalibrated, decide: { ...creditRisk.decide, costs: { ...costs, review: 0.9 } } });
const same = (score: number) => ({ live: { score }, candidate: { score } });

test('the same definition flips nothing and costs no more, whoever decided', () => {
  fc.assert(
    fc.property(fc.nat(699), (row) => {
      const record = recordOf(live, row);
      const answers = { live: answerOf(record), candidate: answerOf(record) };
      expect(compareCandidate(live, creditWith({ model: uncalibrated }), record, answers)).toEqual({
        flip: false,
        cost: 0,
      });
    }),
    { seed: 1, numRuns: 50 },
  );
});

test('a flip is counted by the prices of the live definition', () => {
  const record = recordOf(live, 0, 0.3);
  expect(record.status).toBe('pending_review');
  // Declining costs 0.7 in expectation, a review 0.5.
  const { flip, cost } = compareCandidate(live, dearer, record, same(0.3))!;
  expect(flip).toBe(true);
  expect(cost).toBeCloseTo(0.2, 10);
  const back = compareCandidate(live, dearer, recordOf(dearer, 0, 0.3), same(0.3));
  expect(back).toEqual({ flip, cost });
});

test('a decision that was drawn for review is compared as it would have been', () => {
  const sampling = creditWith({ model: uncalibrated, review: { ...creditRisk.review, sample: 0.5 } });
  const record = recordOf(sampling, 0, 0.02, 0.1);
  expect(record).toMatchObject({ status: 'pending_review', sampled: 'approve' });
  expect(compareCandidate(live, dearer, record, same(0.02))).toEqual({ flip: false, cost: 0 });
});

test('each is given the answer of its own model', () => {
  const answers = { live: { score: 0.02 }, candidate: { score: 0.9 } };
  const { flip, cost } = compareCandidate(live, live, recordOf(live, 0, 0.02), answers)!;
  expect(flip).toBe(true);
  expect(cost).toBeCloseTo(0.98 - 0.1, 10);
});

test('without a probability a flip counts and a cost is not known', () => {
  const record = recordOf(live, 0, null);
  const failed = answerOf(record);
  expect(failed).toEqual({ failed: 'MODEL_TIMEOUT' });
  const bold = creditWith({ model: uncalibrated, fallback: [{ step: 'safe_default', outcome: 'decline' }] });
  expect(compareCandidate(live, bold, record, { live: failed, candidate: failed })).toEqual({ flip: true, cost: null });
});

test('what one of them did not have to ask, and the other would have, is not compared', () => {
  const { accounts } = creditRisk.features!.lookups!;
  const { id: _, ...bankHeld } = applications[0]!.account;
  const lookups = { accounts: { ...accounts!, onMissing: { default: bankHeld } } };
  const careless = creditWith({ model: uncalibrated, features: { ...creditRisk.features, lookups } });
  const features = resolveFeatures(live, applications[0]!.input, { accounts: { failed: 'missing' } }, START);
  const record = recordOf(live, 0, null, 1, features);
  const answers = { live: answerOf(record), candidate: answerOf(record) };
  expect(answers.live).toEqual({ failed: 'MODEL_SKIPPED' });
  expect(compareCandidate(live, careless, record, answers)).toBeUndefined();
  expect(compareCandidate(live, dearer, record, answers)).toEqual({ flip: false, cost: null });
});

test('what a rule decided while the model failed is compared: the model was asked', () => {
  const ruled = creditWith({
    model: uncalibrated,
    decide: { ...creditRisk.decide, rules: [{ id: 'all', when: 'input.age > 0', outcome: 'approve', reason: 'ALL' }] },
  });
  const record = recordOf(ruled, 0, null);
  const answers = { live: answerOf(record), candidate: answerOf(record) };
  expect(answers.live).toEqual({ failed: 'MODEL_SKIPPED' });
  expect(compareCandidate(live, ruled, record, answers)).toEqual({ flip: true, cost: null });
});

test('a record holds all that its decision rested on', () => {
  fc.assert(
    fc.property(fc.nat(699), fc.option(fc.double({ min: 0, max: 1, noNaN: true })), (row, score) => {
      const record = recordOf(live, row, score);
      const { outcome, route, reasons, score: probability, confidence } = decide(live, evidenceOf(live, record));
      const { outcome: was, route: by, reasons: why, score: p, confidence: c } = record;
      expect({ outcome, route, reasons, probability, confidence }).toEqual({
        outcome: was,
        route: by,
        reasons: why,
        probability: p,
        confidence: c,
      });
    }),
    { seed: 2, numRuns: 200 },
  );
});
