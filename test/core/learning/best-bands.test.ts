import fc from 'fast-check';
import { type PricedRow, bestBands } from '../../../core/learning/best-bands';
import { thresholds } from '../../../core/pipeline/define';

const OUTCOMES = ['approve', 'decline'];
const both = thresholds({ approve: { below: 0.1 }, decline: { from: 0.9 } });

/** Probabilities of few values, so that many rows are alike. */
const row = fc.record({
  probability: fc.integer({ min: 1, max: 12 }).map((x) => x / 13),
  weight: fc.integer({ min: 1, max: 3 }),
  costs: fc.constantFrom([0, 1], [5, 0], [3, 2]),
  review: fc.constantFrom(0.5, 1, 2.5),
});
const rows = fc.array(row, { minLength: 40, maxLength: 60 });

const costOf = (list: readonly PricedRow[], below: number, from: number) =>
  list.reduce((sum, { probability, weight, costs, review }) => {
    const cost = probability < below ? costs[0]! : probability >= from ? costs[1]! : review;
    return sum + weight * cost;
  }, 0);

test('no other limits would have cost less, rows of one probability treated alike', () => {
  fc.assert(
    fc.property(rows, (list) => {
      const { approve, decline } = bestBands(both, OUTCOMES, list);
      const limits = Array.from({ length: 14 }, (_, i) => (i - 0.5) / 13);
      const least = Math.min(
        ...limits.flatMap((below) => limits.filter((from) => from >= below).map((from) => costOf(list, below, from))),
      );
      expect(costOf(list, approve!.below!, decline!.from!)).toBeCloseTo(least, 9);
      expect(approve!.below!).toBeLessThanOrEqual(decline!.from!);
    }),
    { seed: 1, numRuns: 300 },
  );
});

describe('limits', () => {
  const many = (probability: number, costs: readonly number[]): PricedRow[] =>
    Array.from({ length: 30 }, () => ({ probability, weight: 1, costs, review: 0.5 }));

  test('have no more digits than it takes to part the rows', () => {
    const list = [...many(0.0931, [0, 1]), ...many(0.118, [5, 1]), ...many(0.7, [5, 0])];
    expect(bestBands(both, OUTCOMES, list)).toEqual({ approve: { below: 0.1 }, decline: { from: 0.4 } });
  });

  test('of one band alone are looked for, and none is added', () => {
    const list = [...many(0.1, [0, 1]), ...many(0.7, [5, 0])];
    expect(bestBands(thresholds({ approve: { below: 0.2 } }), OUTCOMES, list)).toEqual({ approve: { below: 0.4 } });
  });

  test.each([
    ['of few rows', thresholds({ approve: { below: 0.2 } }), many(0.1, [0, 1])],
    ['in the middle', thresholds({ approve: { from: 0.1, below: 0.2 } }), [...many(0.1, [0, 1]), ...many(0.3, [0, 1])]],
  ])('%s stay', (_, policy, list) => {
    expect(bestBands(policy, OUTCOMES, list)).toBe(policy.bands);
  });
});
