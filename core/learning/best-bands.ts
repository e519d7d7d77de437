import type { Band, ThresholdsPolicy } from '../policy/policy';

/** One labelled decision: what each outcome and a review would have cost, and for how many it stands. */
export interface PricedRow {
  readonly probability: number;
  readonly weight: number;
  /** In the order of `decide.outcomes`. */
  readonly costs: readonly number[];
  /** Of a review, with the outcome that it ends in. */
  readonly review: number;
}

/** Fewer rows tell nothing of where a band should end. */
const FEWEST = 40;

/**
 * The bands of least cost over labelled rows, for a policy with one band below and one from a limit on (either may be
 * missing, and then stays so); a person decides what lies between. Other bands, and those of few rows, are left as they
 * are.
 */
export function bestBands(
  { bands }: ThresholdsPolicy,
  outcomes: readonly string[],
  rows: readonly PricedRow[],
): ThresholdsPolicy['bands'] {
  const entries = Object.entries(bands);
  const low = entries.find(([, { from, below }]) => from === undefined && below !== undefined)?.[0];
  const high = entries.find(([, { from, below }]) => from !== undefined && below === undefined)?.[0];
  if (entries.length !== Number(low !== undefined) + Number(high !== undefined) || rows.length < FEWEST) return bands;

  const sorted = rows.toSorted((a, b) => a.probability - b.probability);
  /** How much it would save, from no row taken to all, to give the outcome instead of a review. */
  const savings = (outcome: string, from: readonly PricedRow[]): number[] => {
    const at = outcomes.indexOf(outcome);
    let sum = 0;
    return [0, ...from.map(({ weight, costs, review }) => (sum += weight * (review - costs[at]!)))];
  };
  const nothing = sorted.map(() => 0).concat(0);
  const below = low === undefined ? nothing : savings(low, sorted);
  const above = (high === undefined ? nothing : savings(high, sorted.toReversed())).toReversed();

  // The best end of the lower band for each start of the upper one: they must not cross, nor part rows that are alike.
  let best = { saved: -Infinity, low: 0, high: sorted.length };
  let lowest = 0;
  for (let start = 0; start <= sorted.length; start++) {
    if (sorted[start - 1]?.probability === sorted[start]?.probability) continue;
    if (below[start]! > below[lowest]!) lowest = start;
    const saved = below[lowest]! + above[start]!;
    if (saved > best.saved) best = { saved, low: lowest, high: start };
  }
  const limit = (index: number): number =>
    shortestBetween(sorted[index - 1]?.probability ?? 0, sorted[index]?.probability ?? 1);
  return Object.fromEntries([
    ...(low === undefined ? [] : [[low, { below: limit(best.low) } satisfies Band] as const]),
    ...(high === undefined ? [] : [[high, { from: limit(best.high) } satisfies Band] as const]),
  ]);
}

/** The number of fewest digits near the middle of what is above a and up to b; above 0, as limits must be. */
function shortestBetween(a: number, b: number): number {
  const middle = (a + b) / 2;
  for (let digits = 1; digits <= 17; digits++) {
    const rounded = Number(middle.toPrecision(digits));
    if (rounded > a && rounded <= b) return rounded;
  }
  return Math.max(middle, Number.MIN_VALUE);
}
