/** Count, sum and range of some numbers: what CloudWatch takes in the place of the numbers. */
export interface StatisticSet {
  readonly n: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export const NO_STATISTICS: StatisticSet = { n: 0, sum: 0, minimum: Infinity, maximum: -Infinity };

export const addNumber = ({ n, sum, minimum, maximum }: StatisticSet, x: number): StatisticSet => ({
  n: n + 1,
  sum: sum + x,
  minimum: Math.min(minimum, x),
  maximum: Math.max(maximum, x),
});

export function addStatistics(a: StatisticSet, b: StatisticSet): StatisticSet {
  return {
    n: a.n + b.n,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  };
}

export type PackedStatistics = readonly [n: number, sum: number, minimum: number, maximum: number] | [];

/** JSON knows no infinity. */
export const packStatistics = ({ n, sum, minimum, maximum }: StatisticSet): PackedStatistics =>
  n === 0 ? [] : [n, sum, minimum, maximum];

export function unpackStatistics(packed: PackedStatistics): StatisticSet {
  const [n, sum, minimum, maximum] = packed;
  return n === undefined ? NO_STATISTICS : { n, sum: sum!, minimum: minimum!, maximum: maximum! };
}
