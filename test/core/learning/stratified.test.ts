import fc from 'fast-check';
import type { LabelledDecision } from '../../../core/learning/group';
import { estimateOf, estimateOfShare, meanOf, minus } from '../../../core/learning/stratified';
import { shareOf } from '../../../core/simulation/estimate';

/** Labels of strata: of each, how many decisions it has, and the values of its labels. */
function sampleOf(strata: readonly { readonly rows: number; readonly values: readonly number[] }[]) {
  const values = strata.flatMap((one) => one.values);
  const labelled = strata.flatMap((one, stratum) =>
    one.values.map(() => ({ stratum, weight: one.rows / one.values.length }) as LabelledDecision),
  );
  return { labelled, values };
}

const average = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
const variance = (list: readonly number[]) =>
  list.reduce((sum, x) => sum + (x - average(list)) ** 2, 0) / (list.length - 1);

test('a mean over strata has the variance that the textbook gives it', () => {
  const stratum = fc.record({
    rows: fc.integer({ min: 10, max: 1000 }),
    values: fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 9 }),
  });
  fc.assert(
    fc.property(fc.array(stratum, { minLength: 1, maxLength: 4 }), (strata) => {
      const { labelled, values } = sampleOf(strata);
      const { mean, low, high } = estimateOf(
        labelled,
        meanOf(labelled, (i) => values[i])!,
      );
      const all = strata.reduce((sum, { rows }) => sum + rows, 0);
      const sum = (of: (share: number, list: readonly number[]) => number) =>
        strata.reduce((total, one) => total + of(one.rows / all, one.values), 0);
      expect(mean).toBeCloseTo(
        sum((share, list) => share * average(list)),
        9,
      );
      const error = Math.sqrt(sum((share, list) => (share ** 2 * variance(list)) / list.length));
      expect(high - mean).toBeCloseTo(1.959964 * error, 9);
      expect(mean - low).toBeCloseTo(1.959964 * error, 9);
    }),
    { seed: 1 },
  );
});

test('a share of labels of equal weight has Wilson’s interval, where none is counted too', () => {
  for (const counted of [0, 1, 15, 30]) {
    const values = Array.from({ length: 30 }, (_, i) => Number(i < counted));
    const { labelled } = sampleOf([{ rows: 3000, values }]);
    const share = estimateOfShare(
      labelled,
      meanOf(labelled, (i) => values[i])!,
    );
    const wilson = shareOf(counted, 30);
    expect(share.mean).toBe(wilson.mean);
    // One label fewer is free, as always when a variance is estimated.
    expect(share.low).toBeCloseTo(wilson.low, 1);
    expect(share.high).toBeCloseTo(wilson.high, 1);
    expect(share.high - share.low).toBeGreaterThan(0.05);
  }
});

test('a share of unequal weights is worth fewer labels', () => {
  const { labelled, values } = sampleOf([
    { rows: 9000, values: [...Array<number>(9).fill(0), 1] },
    { rows: 100, values: [...Array<number>(89).fill(0), 1] },
  ]);
  const share = estimateOfShare(
    labelled,
    meanOf(labelled, (i) => values[i])!,
  );
  expect(share.mean).toBeCloseTo(0.099, 3);
  expect(share.high - share.low).toBeGreaterThan(shareOf(1, 10).high - shareOf(1, 10).low - 0.02);
});

test('what does not belong to a mean is not in it, and strata of one label count in full', () => {
  const { labelled } = sampleOf([
    { rows: 50, values: [1, 1] },
    { rows: 10, values: [0] },
  ]);
  const mean = meanOf(labelled, (i) => [4, undefined, 1][i])!;
  expect(mean.value).toBeCloseTo((25 * 4 + 10 * 1) / 35, 9);
  expect(estimateOf(labelled, mean).high).toBeGreaterThan(mean.value);
  expect(meanOf(labelled, () => undefined)).toBeUndefined();
});

test('a mean does not differ from itself, however little is known of it', () => {
  const { labelled, values } = sampleOf([{ rows: 100, values: [3, -2, 7] }]);
  const mean = meanOf(labelled, (i) => values[i])!;
  expect(estimateOf(labelled, minus(mean, mean))).toEqual({ mean: 0, low: 0, high: 0 });
});
