import fc from 'fast-check';
import { type Calibration, calibrate } from '../../../core/model/calibration';
import { checkDefinition } from '../../../core/pipeline/check';
import { applications, creditRisk, scores } from '../credit';

const score = fc.double({ min: 0, max: 1, noNaN: true });
const unit = fc.array(score, { minLength: 1, maxLength: 6 });
const ascending = (list: readonly number[]) => [...list].sort((a, b) => a - b);
const platt = fc.record({
  method: fc.constant('platt' as const),
  a: fc.double({ max: -Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true }),
  b: fc.double({ noNaN: true, noDefaultInfinity: true }),
});
const isotonic = fc.tuple(unit, unit).map(([x, y]): Calibration => {
  const knots = Math.min(x.length, y.length);
  return { method: 'isotonic', x: ascending(x.slice(0, knots)), y: ascending(y.slice(0, knots)) };
});

test('without a calibration the score is the probability', () => expect(calibrate(undefined, 0.3)).toBe(0.3));

test('Platt: 1 / (1 + exp(a·logit + b)), with its limits at 0 and 1', () => {
  expect(calibrate({ method: 'platt', a: -1, b: 0 }, 0.3)).toBeCloseTo(0.3, 12);
  expect(calibrate({ method: 'platt', a: -2, b: 1 }, 0.5)).toBeCloseTo(1 / (1 + Math.E), 12);
  expect([0, 1].map((at) => calibrate({ method: 'platt', a: -0.5, b: 3 }, at))).toEqual([0, 1]);
});

test('isotonic: linear between the knots, flat outside', () => {
  const calibration: Calibration = { method: 'isotonic', x: [0.2, 0.4, 0.8], y: [0.1, 0.5, 0.6] };
  const at = (x: number) => calibrate(calibration, x);
  expect([at(0), at(0.2), at(0.4), at(0.8), at(1)]).toEqual([0.1, 0.1, 0.5, 0.6, 0.6]);
  expect(at(0.3)).toBeCloseTo(0.3, 12);
  expect(at(0.6)).toBeCloseTo(0.55, 12);
});

test('whatever calibration passes the check, every score becomes a probability, and a higher one no lower', () => {
  fc.assert(
    fc.property(fc.oneof(platt, isotonic), score, score, (calibration, one, other) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)].map((at) => calibrate(calibration, at)) as [
        number,
        number,
      ];
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(high + 1e-12);
    }),
    { seed: 1, numRuns: 2_000 },
  );
  const passes = (calibration: Calibration) =>
    checkDefinition({ ...creditRisk, model: { ...creditRisk.model, calibration } });
  fc.assert(
    fc.property(fc.oneof(platt, isotonic), (calibration) => expect(passes(calibration)).toEqual([])),
    { seed: 2, numRuns: 20 },
  );
});

test("the example's probabilities are right in the mean", () => {
  const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
  const bad = applications.map(({ truth }) => Number(truth === 'bad'));
  expect(mean(scores.map((s) => calibrate(creditRisk.model.calibration, s)))).toBeCloseTo(mean(bad), 1);
});
