import { Differences, shareOf } from '../../../core/simulation/estimate';
import { randomOf } from '../../../core/random';

const of = (...list: number[]) => {
  const differences = new Differences();
  for (const x of list) differences.add(x);
  return differences;
};

describe('a mean of differences', () => {
  test('has the interval of the normal approximation', () => {
    const { mean, low, high } = of(1, 2, 3, 4).estimate();
    // Variance 5/3 over 4 rows: a standard error of 0.6455.
    expect(mean).toBe(2.5);
    expect(low).toBeCloseTo(2.5 - 1.959964 * 0.645497, 5);
    expect(high).toBeCloseTo(2.5 + 1.959964 * 0.645497, 5);
  });

  test('of none, of one, or of equal ones has no width', () => {
    expect(of().estimate()).toEqual({ mean: 0, low: 0, high: 0 });
    expect(of(3).estimate()).toEqual({ mean: 3, low: 3, high: 3 });
    expect(of(0.1, 0.1, 0.1).estimate()).toEqual({
      mean: expect.closeTo(0.1, 12) as number,
      low: expect.closeTo(0.1, 7) as number,
      high: expect.closeTo(0.1, 7) as number,
    });
  });

  test('of two sets is that of both', () => {
    expect(of(1, 5).plus(of(2)).estimate()).toEqual(of(1, 5, 2).estimate());
  });
});

describe('a share of rows', () => {
  test('has the interval of Wilson', () => {
    const { mean, low, high } = shareOf(15, 200);
    expect(mean).toBe(0.075);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    // Its ends are the shares from which what was seen is just 1.96 standard errors away.
    for (const end of [low, high])
      expect(Math.abs(end - mean) / Math.sqrt((end * (1 - end)) / 200)).toBeCloseTo(1.959964, 9);
  });

  test('is not sure of nothing, nor of everything', () => {
    expect(shareOf(0, 100)).toEqual({ mean: 0, low: 0, high: expect.closeTo(0.037, 3) as number });
    expect(shareOf(100, 100)).toEqual({ mean: 1, low: expect.closeTo(0.963, 3) as number, high: 1 });
    expect(shareOf(0, 0)).toEqual({ mean: 0, low: 0, high: 1 });
  });

  test('holds the truth about 95 times of 100', () => {
    const random = randomOf(7);
    const holds = Array.from({ length: 2_000 }, () => {
      const hits = Array.from({ length: 80 }, () => random()).filter((x) => x < 0.06).length;
      const { low, high } = shareOf(hits, 80);
      return low <= 0.06 && 0.06 <= high;
    });
    const share = holds.filter(Boolean).length / holds.length;
    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThan(0.99);
  });
});
