import fc from 'fast-check';
import { scaleOver, tick } from '../../../bin/report/axes';

test.each([
  [[0.15, 0.22], { min: 0, max: 0.3, interval: 0.1 }],
  [[3, 47], { min: 0, max: 60, interval: 20 }],
  [[-2, 9], { min: -5, max: 10, interval: 5 }],
  [[-3, -1], { min: -3, max: 0, interval: 1 }],
  [[0, 0], { min: 0, max: 1, interval: 0.25 }],
  [[], { min: 0, max: 1, interval: 0.25 }],
])('an axis over %j', (values, scale) => {
  const { min, max, interval } = scaleOver(values);
  expect({ min, max, interval }).toEqual({
    min: expect.closeTo(scale.min) as number,
    max: expect.closeTo(scale.max) as number,
    interval: expect.closeTo(scale.interval) as number,
  });
});

test('holds all values and zero, in a few whole steps', () => {
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-9);
  fc.assert(
    fc.property(fc.array(value, { maxLength: 20 }), (values) => {
      const { min, max, interval } = scaleOver(values);
      const slack = 1e-8 * (max - min);
      expect(Math.min(0, ...values)).toBeGreaterThanOrEqual(min - slack);
      expect(Math.max(0, ...values)).toBeLessThanOrEqual(max + slack);
      const steps = (max - min) / interval;
      expect(steps).toBeCloseTo(Math.round(steps), 6);
      expect(steps).toBeGreaterThanOrEqual(1);
      expect(steps).toBeLessThanOrEqual(6);
    }),
    { seed: 3, numRuns: 1000 },
  );
});

test('ticks have the decimals of their interval', () => {
  const ticks = (interval: number) => [0, interval, -2 * interval].map(tick({ min: 0, max: 1, interval }));
  expect(ticks(0.25)).toEqual(['0.00', '0.25', '−0.50']);
  expect(ticks(0.1)).toEqual(['0.0', '0.1', '−0.2']);
  expect(ticks(2500)).toEqual(['0', '2,500', '−5,000']);
  expect(ticks(2_500_000)).toEqual(['0', '2.5M', '−5M']);
});
