import fc from 'fast-check';
import type { Costs } from '../../../core/policy/policy';
import { expectedCost } from '../../../core/pipeline/define';
import { calibrate } from '../../../core/model/calibration';
import { applications, creditRisk, scores } from '../credit';
import { policyWith } from './loan-policy';

const outcomes = ['approve', 'decline', 'refer'];
const cost = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double({ min: 0, max: 100, noNaN: true }));
const matrices = fc.record(Object.fromEntries(outcomes.map((o) => [o, fc.record({ good: cost, bad: cost })])));
const probabilities = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1));
const byCost = (costs: Costs) => policyWith({ outcomes, costs, policy: expectedCost() });
const expected = (costs: Costs, outcome: string, p: number) => {
  const { good, bad } = costs[outcome] as Record<string, number>;
  return (1 - p) * good! + p * bad!;
};
const runs = (seed: number) => ({ seed, numRuns: 300 });

test('the choice never costs more than any other outcome, nor than a review', () => {
  fc.assert(
    fc.property(matrices, cost, probabilities, (matrix, review, p) => {
      const costs = { ...matrix, review } as Costs;
      const { outcome } = byCost(costs)(p);
      const price = outcome === null ? review : expected(costs, outcome, p);
      for (const other of outcomes) expect(price).toBeLessThanOrEqual(expected(costs, other, p) + 1e-9);
      expect(price).toBeLessThanOrEqual(review);
    }),
    runs(1),
  );
});

test('a dearer review never adds reviews, whatever raises its price', () => {
  fc.assert(
    fc.property(matrices, cost, cost, fc.nat(500), fc.nat(500), probabilities, (matrix, review, more, b, c, p) => {
      const costs = { ...matrix, review } as Costs;
      const [dear, cheap] = [byCost({ ...matrix, review: review + more } as Costs), byCost(costs)];
      if (cheap(p).outcome !== null) expect(dear(p).outcome).toBe(cheap(p).outcome);
      const scarce = policyWith({ outcomes, costs, policy: expectedCost() }, { capacity: 50 });
      const [busy, calm] = [scarce(p, { backlog: Math.max(b, c) }), scarce(p, { backlog: Math.min(b, c) })];
      if (calm.outcome !== null) expect(busy.outcome).toBe(calm.outcome);
    }),
    runs(2),
  );
});

test('cautious mode decides a part of what normal mode decides, and decides it the same', () => {
  fc.assert(
    fc.property(matrices, cost, probabilities, (matrix, review, p) => {
      const costs = { ...matrix, review } as Costs;
      const choose = byCost(costs);
      const [normal, cautious] = [choose(p), choose(p, { cautious: true })];
      if (cautious.outcome !== null) {
        expect(cautious).toEqual(normal);
        expect(2 * expected(costs, cautious.outcome, p)).toBeLessThan(review + 1e-9);
      } else expect(cautious.reasons[0]!.code).toBe(normal.outcome === null ? 'REVIEW_CHEAPER' : 'NEAR_BOUNDARY');
    }),
    runs(3),
  );
});

test('confidence is the probability of the labels under which the choice is best', () => {
  fc.assert(
    fc.property(matrices, cost, probabilities, (matrix, review, p) => {
      const { outcome, confidence } = byCost({ ...matrix, review } as Costs)(p);
      if (outcome === null) return;
      const best = (label: 'good' | 'bad') =>
        outcomes.every((other) => matrix[outcome]![label] <= matrix[other]![label]);
      expect(confidence).toBeCloseTo((best('good') ? 1 - p : 0) + (best('bad') ? p : 0), 4);
    }),
    runs(4),
  );
});

const even = { approve: { good: 0, bad: 1 }, decline: { good: 1, bad: 0 }, refer: { good: 1, bad: 1 }, review: 0.5 };

test('a tie goes to the review, then to the outcome named first', () => {
  expect(byCost(even)(0.5)).toMatchObject({ outcome: null, reasons: [{ code: 'REVIEW_CHEAPER' }] });
  expect(byCost({ ...even, review: 0.6 })(0.5)).toMatchObject({ outcome: 'approve', confidence: 0.5 });
});

test('cautious mode decides what costs less than half of a review', () => {
  const choose = byCost(even);
  expect(choose(0.24, { cautious: true }).outcome).toBe('approve');
  expect(choose(0.25, { cautious: true })).toMatchObject({ outcome: null, reasons: [{ code: 'NEAR_BOUNDARY' }] });
  expect(choose(0.76, { cautious: true }).outcome).toBe('decline');
});

test('a free review takes everything', () => {
  for (const p of [0, 0.5, 1]) expect(byCost({ ...even, review: 0 })(p).outcome).toBeNull();
});

test('the reason and the options name every price that was compared', () => {
  const { reasons, options } = byCost(even)(0.25);
  expect(reasons).toEqual([
    { code: 'EXPECTED_COST', detail: 'expected cost: approve 0.25, decline 0.75, refer 1, review 0.5' },
  ]);
  expect(options).toEqual({ approve: 0.25, decline: 0.75, refer: 1, review: 0.5 });
});

describe('costs by CEL', () => {
  const byAmount: Costs = {
    approve: { good: 0, bad: '0.6 * input.amount' },
    decline: { good: '0.05 * input.amount', bad: 0 },
    review: 20,
  };
  const choose = policyWith({ costs: byAmount, policy: expectedCost() });

  test('follow the request: the same probability is decided alone when little is at stake', () => {
    expect(choose(0.1, { amount: 100 })).toMatchObject({ outcome: 'decline', options: { approve: 6, decline: 4.5 } });
    expect(choose(0.01, { amount: 100 })).toMatchObject({ outcome: 'approve', options: { approve: 0.6 } });
    expect(choose(0.1, { amount: 1_000 })).toMatchObject({ outcome: null, options: { approve: 60, decline: 45 } });
  });

  test.each(['-1.0 * input.amount', '1.0 / (input.amount - 100.0)', 'features.none'])(
    'that come to nothing (%s) leave the decision to a person',
    (bad) => {
      const costs: Costs = { ...byAmount, approve: { good: 0, bad } };
      const { outcome, confidence, reasons } = policyWith({ costs, policy: expectedCost() })(0.01);
      expect({ outcome, confidence }).toEqual({ outcome: null, confidence: null });
      expect(reasons).toEqual([{ code: 'COST_UNRESOLVED', detail: 'a cost has no value of 0 or more' }]);
    },
  );
});

test('a backlog raises the price of a review: it doubles whenever half of the room within the SLA is gone', () => {
  const scarce = policyWith({ costs: even, outcomes, policy: expectedCost() }, { sla: '4h', capacity: 50 });
  const price = (backlog: number) => scarce(0.5, { backlog }).options!.review!;
  expect([0, 99, 100, 149, 150, 175, 199, 1e9].map(price)).toEqual(
    [1, 1, 2, 2, 4, 8, 64, 64].map((times) => times / 2),
  );
  expect(scarce(0.5, { backlog: 100 }).outcome).toBe('approve');
});

test('on the real applications it costs less than reviewing all, or than either outcome for all', () => {
  const { costs } = creditRisk.decide;
  const choose = policyWith({ costs, policy: expectedCost() });
  const realized = (choice: (row: number) => string | null) =>
    applications.reduce((sum, { truth }, row) => {
      const outcome = choice(row);
      const price = outcome === null ? costs.review : (costs[outcome] as Record<string, number>)[truth]!;
      return sum + (price as number);
    }, 0) / applications.length;
  const byPolicy = realized((row) => choose(calibrate(creditRisk.model.calibration, scores[row]!)).outcome);
  expect(byPolicy).toBeLessThan(realized(() => null) * 0.95);
  expect(byPolicy).toBeLessThan(realized(() => 'decline') * 0.95);
  expect(byPolicy).toBeLessThan(realized(() => 'approve') * 0.95);
});
