import fc from 'fast-check';
import { LEVEL_MS, levelsOf, lookBack, startsOf } from '../../../core/drift/blocks';

const MINUTE = 60_000;

test.each([1, 5, 60, 360, 1_440])(
  'what is looked back at never overlaps and leaves no gap, windows of %i minutes',
  (minutes) => {
    const windowMs = minutes * MINUTE;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000_000 }), fc.boolean(), (n, seasonal) => {
        const window = n * windowMs;
        const { windows, hours, days } = lookBack(window, windowMs, seasonal);
        const blocks = [
          ...windows.map((start) => [start, start + windowMs]),
          ...hours.map((start) => [start, start + LEVEL_MS.hour]),
          ...days.map((start) => [start, start + LEVEL_MS.day]),
        ] as [number, number][];
        expect(blocks[0]).toEqual([window, window + windowMs]);
        blocks.slice(1).forEach(([, end], i) => expect(end).toBe(blocks[i]![0]));
        // Days cannot tell the hours of a season apart.
        if (seasonal && minutes < 1_440) expect(days).toEqual([]);
        expect(blocks.length).toBeLessThan(500);
        expect(window - blocks.at(-1)![0]).toBeGreaterThanOrEqual(14 * LEVEL_MS.day);
      }),
      { seed: 20261128 },
    );
  },
);

test('windows are added up to what is longer', () => {
  expect(levelsOf(MINUTE)).toEqual(['hour', 'day']);
  expect(levelsOf(LEVEL_MS.hour)).toEqual(['day']);
  expect(levelsOf(LEVEL_MS.day)).toEqual([]);
});

test('spans begin where there are enough rows, and grow', () => {
  const rows = (list: number[]) => list.map((n) => ({ rows: n }));
  expect(startsOf(rows([10, 30, 20, 5, 0, 30, 100]))).toEqual([3, 6, 7]);
  expect(startsOf(rows([49]))).toEqual([]);
  expect(startsOf([])).toEqual([]);
});
