import fc from 'fast-check';
import { chooseByCost } from '../../../core/policy/expected-cost';
import type { ExpectedCostPolicy } from '../../../core/policy/policy';
import { policyChoice } from '../../../core/policy/policy-choice';
import { calibrate } from '../../../core/model/calibration';
import { applications, creditRisk, scores } from '../credit';

const labels = ['good', 'bad'];
const outcomes = ['approve', 'decline', 'refer'];
const cost = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double({ min: 0, max: 100, noNaN: true }));
const costs = fc.record(Object.fromEntries(outcomes.map((o) => [o, fc.record({ good: cost, bad: cost })])));
const policies = fc.record({ kind: fc.constant('expectedCost' as const), costs, review: cost });
const probability = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1));
const choose = (policy: ExpectedCostPolicy, p: number, cautious = false) =>
  chooseByCost(policy, { outcomes, labels, label: 'bad', probability: p, cautious });
const expected = ({ costs }: ExpectedCostPolicy, outcome: string, p: number) =>
  (1 - p) * costs[outcome]!.good! + p * costs[outcome]!.bad!;

test('the choice never costs more than any other outcome, nor than a review', () => {
  fc.assert(
    fc.property(policies, probability, (policy, p) => {
      const { outcome } = choose(policy, p);
      const price = outcome === null ? policy.review : expected(policy, outcome, p);
      for (const other of outcomes) expect(price).toBeLessThanOrEqual(expected(policy, other, p) + 1e-9);
      expect(price).toBeLessThanOrEqual(policy.review);
    }),
    { seed: 1, numRuns: 1_000 },
  );
});

test('cautious mode decides a part of what normal mode decides, and decides it the same', () => {
  fc.assert(
    fc.property(policies, probability, (policy, p) => {
      const [normal, cautious] = [choose(policy, p), choose(policy, p, true)];
      if (cautious.outcome !== null) {
        expect(cautious).toEqual(normal);
        expect(2 * expected(policy, cautious.outcome, p)).toBeLessThan(policy.review + 1e-9);
      } else expect(cautious.code).toBe(normal.outcome === null ? 'REVIEW_CHEAPER' : 'NEAR_BOUNDARY');
    }),
    { seed: 2, numRuns: 1_000 },
  );
});

test('confidence is the probability of the labels under which the choice is best', () => {
  fc.assert(
    fc.property(policies, probability, (policy, p) => {
      const { outcome, confidence } = choose(policy, p);
      if (outcome === null) return;
      const best = (label: 'good' | 'bad') =>
        outcomes.every((other) => policy.costs[outcome]![label]! <= policy.costs[other]![label]!);
      expect(confidence).toBeCloseTo((best('good') ? 1 - p : 0) + (best('bad') ? p : 0), 4);
    }),
    { seed: 3, numRuns: 500 },
  );
});

const even: ExpectedCostPolicy = {
  kind: 'expectedCost',
  costs: { approve: { good: 0, bad: 1 }, decline: { good: 1, bad: 0 }, refer: { good: 1, bad: 1 } },
  review: 0.5,
};

test('a tie goes to the review, then to the outcome named first', () => {
  expect(choose(even, 0.5)).toMatchObject({ outcome: null, code: 'REVIEW_CHEAPER' });
  expect(choose({ ...even, review: 0.6 }, 0.5)).toMatchObject({ outcome: 'approve', confidence: 0.5 });
});

test('cautious mode decides what costs less than half of a review', () => {
  expect(choose(even, 0.24, true).outcome).toBe('approve');
  expect(choose(even, 0.25, true)).toMatchObject({ outcome: null, code: 'NEAR_BOUNDARY' });
  expect(choose(even, 0.76, true).outcome).toBe('decline');
});

test('a free review takes everything', () => {
  for (const p of [0, 0.5, 1]) expect(choose({ ...even, review: 0 }, p).outcome).toBeNull();
});

test('the probability is that of the label that the model names', () => {
  const of = (label: string) =>
    chooseByCost(even, { outcomes, labels, label, probability: 0.9, cautious: false }).outcome;
  expect([of('bad'), of('good')]).toEqual(['decline', 'approve']);
});

test('detail names every price that was compared', () => {
  expect(choose(even, 0.25).detail).toBe('expected cost: approve 0.25, decline 0.75, refer 1, review 0.5');
});

test('on the real applications it costs less than reviewing all, or than either outcome for all', () => {
  const realized = (choice: (row: number) => string | null) =>
    applications.reduce((sum, { truth }, row) => {
      const outcome = choice(row);
      return (
        sum + (outcome === null ? creditRisk.decide.policy.review : creditRisk.decide.policy.costs[outcome]![truth]!)
      );
    }, 0) / applications.length;
  const byPolicy = realized(
    (row) => policyChoice(creditRisk, calibrate(creditRisk.model.calibration, scores[row]!), 'normal').outcome,
  );
  expect(byPolicy).toBeLessThan(realized(() => null) * 0.95);
  expect(byPolicy).toBeLessThan(realized(() => 'decline') * 0.95);
  expect(byPolicy).toBeLessThan(realized(() => 'approve') * 0.95);
});
