import fc from 'fast-check';
import { calibrate } from '../../../core/model/calibration';
import { type ScoredSample, fitIsotonic, fitPlatt } from '../../../core/model/fit-calibration';
import { checkDefinition } from '../../../core/pipeline/check';
import { applications, modelFile } from '../../examples/german-credit';
import { creditRisk } from '../credit';

const sample = fc.record({
  score: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.25, 0.5, 0.75, 1)),
  positive: fc.boolean(),
  weight: fc.oneof(fc.constant(1), fc.double({ min: 0.1, max: 9, noNaN: true })),
});
const samples = fc.array(sample, { minLength: 1, maxLength: 40 });
const scored = (...pairs: [score: number, label: 0 | 1][]): ScoredSample[] =>
  pairs.map(([score, label]) => ({ score, positive: label === 1 }));

test.each([
  ['Platt', fitPlatt],
  ['isotonic', fitIsotonic],
])('%s: whatever the samples, a definition may have what is fitted', (_, fit) => {
  const passes = (list: readonly ScoredSample[]) => {
    const { evidence: _, ...decide } = creditRisk.decide;
    const model = { ...creditRisk.model, calibration: fit(list) };
    return checkDefinition({ ...creditRisk, decide, model }).filter(({ code }) => code === 'MODEL_CALIBRATION');
  };
  fc.assert(
    fc.property(samples, (list) => expect(passes(list)).toEqual([])),
    { seed: 1, numRuns: 60 },
  );
  expect(() => fit([])).toThrow(new RangeError('A calibration needs at least one sample.'));
});

describe('Platt', () => {
  const { scores } = modelFile<{ scores: number[] }>('out-of-fold.json');
  const rows = applications.map(({ truth }, i) => ({ score: scores[i]!, positive: truth === 'bad' }));

  test("is what train.py's platt() finds on the same scores", () => {
    const { a, b } = fitPlatt(rows);
    expect(a).toBeCloseTo(-0.9811924606882853, 11);
    expect(b).toBeCloseTo(0.013013175480828925, 11);
  });

  test('a weight of two is the row twice', () => {
    const twice = rows.flatMap((row) => (row.positive ? [row, row] : [row]));
    const weighted = rows.map((row) => ({ ...row, weight: row.positive ? 2 : 1 }));
    expect(fitPlatt(weighted).a).toBeCloseTo(fitPlatt(twice).a, 10);
    expect(fitPlatt(weighted).b).toBeCloseTo(fitPlatt(twice).b, 10);
  });

  test('no other slope and offset is likelier', () => {
    const loss = (list: readonly Required<ScoredSample>[], a: number, b: number) => {
      const weight = (of: boolean) =>
        list.reduce((sum, { positive, weight }) => sum + (positive === of ? weight : 0), 0);
      const [low, high] = [1 / (weight(false) + 2), 1 - 1 / (weight(true) + 2)];
      return list.reduce((sum, { score, positive, weight }) => {
        const at = Math.min(Math.max(score, 1e-7), 1 - 1e-7);
        const p = calibrate({ method: 'platt', a, b }, at);
        const target = positive ? high : low;
        return sum - weight * (target * Math.log(p) + (1 - target) * Math.log(1 - p));
      }, 0);
    };
    fc.assert(
      fc.property(
        samples,
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        (list, da, db) => {
          const { a, b } = fitPlatt(list);
          // Beyond this the reference itself overflows.
          fc.pre(Math.abs(a) < 1.5 && a + da <= 0);
          expect(loss(list, a, b)).toBeLessThanOrEqual(loss(list, a + da, b + db) + 1e-8);
        },
      ),
      { seed: 2, numRuns: 1_000 },
    );
  });

  test('scores that a threshold separates, even those of 0 and 1, get probabilities short of 0 and 1', () => {
    const separable = fitPlatt(scored([0, 0], [0.1, 0], [0.2, 0], [0.8, 1], [0.9, 1], [1, 1]));
    expect([separable.a, separable.b].every(Number.isFinite)).toBe(true);
    expect(calibrate(separable, 0.9)).toBeGreaterThan(0.5);
    expect(calibrate(separable, 0.9)).toBeLessThan(0.95);
  });

  test('scores that are all the same are shifted to the mean of the targets', () => {
    // Two of three are positive, so the targets are 3/4 and 1/3.
    const { a, b } = fitPlatt(scored([0.2, 1], [0.2, 1], [0.2, 0]));
    expect(a).toBe(-1);
    expect(calibrate({ method: 'platt', a, b }, 0.2)).toBeCloseTo((3 / 4 + 3 / 4 + 1 / 3) / 3, 12);
  });

  test('scores that fall with the label say nothing: all get the mean of the targets', () => {
    const flat = fitPlatt(scored([0.9, 0], [0.8, 0], [0.2, 1], [0.1, 1]));
    for (const score of [0.1, 0.5, 0.9]) expect(calibrate(flat, score)).toBeCloseTo(0.5, 6);
  });
});

describe('isotonic', () => {
  test('a known example: violators are pooled, blocks are flat', () => {
    const { x, y } = fitIsotonic(scored([0.1, 0], [0.2, 1], [0.3, 0], [0.4, 0], [0.5, 1], [0.6, 1]));
    expect(x).toEqual([0.1, 0.2, 0.4, 0.5, 0.6]);
    expect(y).toEqual([0, 1 / 3, 1 / 3, 1, 1]);
  });

  test('equal scores get one probability, their share, in whatever order', () => {
    const { x, y } = fitIsotonic(scored([0.4, 0], [0.5, 0], [0.5, 1], [0.5, 1]));
    expect(x).toEqual([0.4, 0.5]);
    expect(y).toEqual([0, 2 / 3]);
  });

  test('is the least-squares fit: the max-min formula, for every score', () => {
    fc.assert(
      fc.property(samples, (list) => {
        const at = [...new Set(list.map(({ score }) => score))].sort((a, b) => a - b);
        const fit = fitIsotonic(list);
        const share = (from: number, to: number) => {
          const within = list.filter(({ score }) => score >= from && score <= to);
          const sum = (some: readonly { weight: number }[]) => some.reduce((total, { weight }) => total + weight, 0);
          return sum(within.filter(({ positive }) => positive)) / sum(within);
        };
        for (const score of at) {
          const best = Math.max(
            ...at
              .filter((from) => from <= score)
              .map((from) => Math.min(...at.filter((to) => to >= score).map((to) => share(from, to)))),
          );
          expect(calibrate(fit, score)).toBeCloseTo(best, 9);
        }
      }),
      { seed: 3, numRuns: 400 },
    );
  });

  test('keeps at most 100 knots, and the mean, of however many blocks', () => {
    // Odd scores a little more positive than the even ones before: each pair is a block of its own.
    const many = Array.from({ length: 1_000 }, (_, i) => [
      { score: i / 1_000, positive: true, weight: i + 1 },
      { score: i / 1_000, positive: false, weight: 1_000 - i },
    ]).flat();
    const fit = fitIsotonic(many);
    expect(fit.x.length).toBe(100);
    const error = many.map(({ score }, i) => Math.abs(calibrate(fit, score) - (Math.floor(i / 2) + 1) / 1_001));
    expect(Math.max(...error)).toBeLessThan(0.02);
  });
});
