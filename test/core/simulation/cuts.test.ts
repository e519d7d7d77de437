import fc from 'fast-check';
import { Cuts, type Treated } from '../../../core/simulation/cuts';
import { randomOf } from '../../../core/random';

interface Row {
  readonly at: number;
  readonly above: Treated;
  readonly below: Treated;
}

const cutsOf = (rows: readonly Row[]) => {
  const cuts = new Cuts();
  for (const { at, above, below } of rows) cuts.add(at, above, below);
  return cuts;
};

/** The figures of a cut, worked out from the rows. */
function naive(rows: readonly Row[], threshold: number) {
  const treated = rows.map(({ at, above, below }) => (at >= threshold ? above : below));
  return {
    above: rows.filter(({ at }) => at >= threshold).length,
    sum: treated.reduce((sum, { difference }) => sum + difference, 0),
    squares: treated.reduce((sum, { difference }) => sum + difference ** 2, 0),
    wrongAbove: rows.filter(({ at, above }) => at >= threshold && above.wrong).length,
    wrongBelow: rows.filter(({ at, below }) => at < threshold && below.wrong).length,
  };
}

// Whole differences, so that sums are exact in any order.
const treated = fc.record({ difference: fc.integer({ min: -5, max: 5 }), wrong: fc.boolean() });
const row = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), above: treated, below: treated });
const rows = fc.array(row, { maxLength: 40 });

test('every cut, between any two numbers that differ however little, counts as the rows do', () => {
  fc.assert(
    fc.property(rows, (list) => {
      const cuts = [...cutsOf(list).cuts()];
      expect(cuts).toHaveLength(new Set(list.map(({ at }) => at)).size + 1);
      for (const { threshold, ...figures } of cuts) expect(figures).toEqual(naive(list, threshold));
      const thresholds = cuts.map(({ threshold }) => threshold);
      expect(thresholds).toEqual(thresholds.toSorted((a, b) => b - a));
      expect(cuts[0]!.above).toBe(0);
      expect(cuts.at(-1)!.above).toBe(list.length);
    }),
    { seed: 1, numRuns: 40 },
  );
});

test('the best cut is the cheapest, and of equals that with the highest threshold', () => {
  fc.assert(
    fc.property(rows, (list) => {
      const cuts = cutsOf(list);
      const costs = [...cuts.cuts()].map(({ threshold }) => naive(list, threshold).sum);
      const best = costs.indexOf(Math.min(...costs));
      expect(cuts.best()).toEqual([...cuts.cuts()][best]);
    }),
    { seed: 2, numRuns: 40 },
  );
});

test('a cut can be taken at a number that no row has', () => {
  fc.assert(
    fc.property(rows, fc.double({ min: 0, max: 1.1, noNaN: true }), (list, at) => {
      const { threshold: _, ...figures } = cutsOf(list).at(at);
      expect(figures).toEqual(naive(list, at));
    }),
    { seed: 3, numRuns: 40 },
  );
});

test('two sets of rows add up to one', () => {
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      expect([...cutsOf(a).plus(cutsOf(b)).cuts()]).toEqual([...cutsOf([...a, ...b]).cuts()]);
    }),
    { seed: 4, numRuns: 15 },
  );
});

describe('more numbers than are told apart', () => {
  const random = randomOf(5);
  const many = Array.from({ length: 100_000 }, (): Row => {
    const at = random();
    return {
      at,
      above: { difference: at < 0.7 ? 1 : -1, wrong: at < 0.7 },
      below: { difference: 0, wrong: false },
    };
  });
  const cuts = cutsOf(many);
  const half = cutsOf(many.slice(0, 50_000)).plus(cutsOf(many.slice(50_000)));

  test('are rounded, all of them, and none is lost', () => {
    const all = [...cuts.cuts()];
    expect(all.length).toBeLessThanOrEqual(65_538);
    expect(all.at(-1)!).toMatchObject(naive(many, 0));
    expect(cuts.total).toBe(100_000);
    for (const { threshold } of all.slice(1)) expect(Number.isInteger(threshold * 65_536)).toBe(true);
  });

  test('are cut to within a step', () => {
    expect(Math.abs(cuts.best().threshold - 0.7)).toBeLessThan(2 / 65_536);
    const exact = naive(many, 0.25);
    expect(Math.abs(cuts.at(0.25).above - exact.above)).toBeLessThan(20);
  });

  test('add up the same when it is the sum of two sets that has too many', () => {
    expect([...half.cuts()]).toEqual([...cuts.cuts()]);
  });
});
