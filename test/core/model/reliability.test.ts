import fc from 'fast-check';
import { calibrate } from '../../../core/model/calibration';
import { reliabilityOf } from '../../../core/model/reliability';
import { applications, modelFile } from '../../examples/german-credit';

type Row = readonly [probability: number, positive: boolean, weight?: number];
const figuresOf = (rows: readonly Row[]) => {
  const meter = reliabilityOf();
  for (const row of rows) meter.add(...row);
  return meter.figures();
};

test("the example's scores have the figures that train.py, and SciPy, give them", () => {
  const { scores } = modelFile<{ scores: number[] }>('out-of-fold.json');
  const platt = { method: 'platt', a: -0.9811924606882853, b: 0.013013175480828925 } as const;
  const figures = figuresOf(scores.map((score, i) => [calibrate(platt, score), applications[i]!.truth === 'bad']));
  expect(figures.rows).toBe(700);
  expect(figures.brier).toBeCloseTo(0.16254801692936605, 12);
  expect(figures.logLoss).toBeCloseTo(0.49225125658030394, 12);
  expect(figures.ece).toBeCloseTo(0.0353477438850455, 12);
  expect(figures.auc).toBeCloseTo(0.7881353440926595, 3);
});

test('a bin has its rows, what was said of them and what came, with an interval', () => {
  // 7 of 20: SciPy's binomtest(7, 20).proportion_ci(method='wilson').
  const { bins } = figuresOf(Array.from({ length: 20 }, (_, i) => [i < 10 ? 0.42 : 0.44, i % 3 === 0]));
  expect(bins).toHaveLength(1);
  expect(bins[0]).toMatchObject({ from: 0.4, to: 0.5, rows: 20, observed: 0.35 });
  expect(bins[0]!.meanProbability).toBeCloseTo(0.43, 12);
  expect(bins[0]!.low).toBeCloseTo(0.1811918241010821, 12);
  expect(bins[0]!.high).toBeCloseTo(0.5671457233147638, 12);
});

test('a probability on an edge belongs to the bin above, and 1 to the last', () => {
  const { bins } = figuresOf([0, 0.1, 0.3, 0.6, 0.7, 0.9, 1].map((p) => [p, true]));
  expect(bins.map(({ from, rows }) => [from, rows])).toEqual([
    [0, 1],
    [0.1, 1],
    [0.3, 1],
    [0.6, 1],
    [0.7, 1],
    [0.9, 2],
  ]);
});

test('what is certain and right costs nothing; what is certain and wrong costs a finite sum', () => {
  expect(
    figuresOf([
      [1, true],
      [0, false],
    ]),
  ).toMatchObject({ brier: 0, logLoss: 0, ece: 0, auc: 1 });
  const wrong = figuresOf([
    [0, true],
    [1, false],
  ]);
  expect(wrong).toMatchObject({ brier: 1, ece: 1, auc: 0 });
  expect(wrong.logLoss).toBeCloseTo(-Math.log(1e-15), 9);
});

test('ties count half for the area, and one label alone has none', () => {
  expect(
    figuresOf([
      [0.3, true],
      [0.3, false],
    ]).auc,
  ).toBe(0.5);
  expect(
    figuresOf([
      [0.3, true],
      [0.4, true],
    ]).auc,
  ).toBeNull();
});

test('events that are rare, or nearly certain, are ranked too', () => {
  const near = (edge: number) => figuresOf([1e-6, 2e-6, 3e-6].map((gap, i) => [Math.abs(edge - gap), i === 1])).auc;
  expect([near(0), near(1)]).toEqual([0.5, 0.5]);
  expect(
    figuresOf([
      [1 - 2e-6, false],
      [1 - 1e-6, true],
      [1e-6, false],
      [2e-6, true],
    ]).auc,
  ).toBe(0.75);
});

test('without rows nothing is claimed', () => {
  expect(figuresOf([])).toEqual({ rows: 0, brier: 0, logLoss: 0, ece: 0, eceEqualMass: 0, auc: null, bins: [] });
});

test('bins of equally many rows see a miscalibration that bins of equal width average away', () => {
  // All in one bin of equal width, whose mean is right.
  const rows = Array.from({ length: 100 }, (_, i): Row => [i < 50 ? 0.02 : 0.06, i < 4]);
  const { ece, eceEqualMass } = figuresOf(rows);
  expect(ece).toBeCloseTo(0, 12);
  expect(eceEqualMass).toBeCloseTo(0.5 * Math.abs(0.02 - 0.08) + 0.5 * 0.06, 12);
});

const row = fc.tuple(fc.constantFrom(0, 0.05, 0.2, 0.31, 0.5, 0.77, 0.9, 1), fc.boolean());

test('agrees with the definitions, for few enough probabilities to tell apart', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), (rows) => {
      const { brier, auc, bins } = figuresOf(rows);
      expect(brier).toBeCloseTo(rows.reduce((sum, [p, y]) => sum + (p - Number(y)) ** 2, 0) / rows.length, 10);
      const [ones, noughts] = [rows.filter(([, y]) => y), rows.filter(([, y]) => !y)];
      const won = ones.flatMap(([p]) => noughts.map(([q]) => (p > q ? 1 : p === q ? 0.5 : 0) as number));
      if (won.length === 0) expect(auc).toBeNull();
      else expect(auc).toBeCloseTo(won.reduce((sum, x) => sum + x) / won.length, 10);
      expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(rows.length);
      for (const { low, observed, high } of bins) {
        expect(low).toBeLessThanOrEqual(observed + 1e-12);
        expect(high).toBeGreaterThanOrEqual(observed - 1e-12);
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('a weight is so many rows, save that unequal weights are worth fewer', () => {
  const rows: Row[] = [
    [0.2, false],
    [0.25, true],
    [0.7, true],
    [0.75, false],
    [0.8, true],
  ];
  const { bins: once, rows: five, ...figures } = figuresOf(rows);
  const { bins: tripled, rows: same, ...weighted } = figuresOf(rows.map(([p, y]) => [p, y, 3]));
  expect(same).toBe(five);
  for (const [name, value] of Object.entries(weighted))
    expect(value).toBeCloseTo(figures[name as keyof typeof figures]!, 12);
  expect(tripled.map(({ low }) => low)).toEqual(once.map(({ low }) => expect.closeTo(low, 12) as number));
  // Weights 1 and 3 are worth 4² / 10 = 1.6 rows; this is Wilson's interval of a quarter of these.
  const [uneven] = figuresOf([
    [0.5, true, 1],
    [0.5, false, 3],
  ]).bins;
  expect(uneven).toMatchObject({ rows: 2, observed: 0.25 });
  expect(uneven!.low).toBeCloseTo(0.0221, 4);
  expect(uneven!.high).toBeCloseTo(0.8309, 4);
});
