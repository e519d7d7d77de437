/** What the policy, without a guarantee, proposes to decide alone for one labelled row, and what came of it. */
export interface Proposal {
  /** 0 to 1; a threshold automates what has at least its value. */
  readonly confidence: number;
  readonly wrong: boolean;
  /** What the decision cost, 0 or more. @default 0 */
  readonly cost?: number;
}

/**
 * What labelled rows say about every threshold of a fixed grid: plain data of a few kilobytes, however many rows. Cell
 * i of a list counts the proposals whose confidence is at least THRESHOLDS[i] and below the next; all counts are sums,
 * so the order of the rows does not matter.
 */
export interface Evidence {
  /** All rows, with a proposal or without. */
  readonly rows: number;
  readonly proposed: readonly number[];
  readonly wrong: readonly number[];
  readonly costs?: CostEvidence;
}

export interface CostEvidence {
  /** The most that one decision can cost, known beforehand: a bound on a mean needs it. */
  readonly largest: number;
  /** The most that one did cost. */
  readonly seen: number;
  /**
   * For each of COST_LEVELS a list of hundredths of rows by cell. A cost between two levels is shared between them so
   * that the mean stays, rounded up. Log-capital is concave in the cost, so sharing errs on the safe side.
   */
  readonly spread: readonly (readonly number[])[];
}

/**
 * 0, then 1 / (1 + exp(−z)) for z from 0 to 9 in steps of 0.05: what can be chosen is settled before any row is seen,
 * as the tests require. At 0 everything proposed is automated.
 */
export const THRESHOLDS: readonly number[] = [
  0,
  ...Array.from({ length: 181 }, (_, step) => 1 / (1 + Math.exp(-step / 20))),
];

/** Shares of the largest cost; closer at the top would tell little more, closer below 1/16 less. */
export const COST_LEVELS: readonly number[] = [1 / 16, 1 / 8, 1 / 4, 3 / 8, 1 / 2, 5 / 8, 3 / 4, 7 / 8, 1];

/** Gathers evidence row by row, in constant memory. */
export interface EvidenceBuilder {
  /** One labelled row; without a proposal the policy leaves it to a person. */
  add(proposal?: Proposal): void;
  evidence(): Evidence;
}

/** `largestCost` is the most that one decision can cost; without it costs are not gathered. */
export function gatherEvidence(largestCost?: number): EvidenceBuilder {
  const empty = () => THRESHOLDS.map(() => 0);
  const [proposed, wrong] = [empty(), empty()];
  const spread = COST_LEVELS.map(empty);
  let rows = 0;
  let seen = 0;
  return {
    add(proposal) {
      rows++;
      if (!proposal) return;
      const cell = cellOf(proposal.confidence);
      proposed[cell]!++;
      if (proposal.wrong) wrong[cell]!++;
      const { cost = 0 } = proposal;
      seen = Math.max(seen, cost);
      if (largestCost !== undefined) share(spread, cell, cost / largestCost);
    },
    evidence: () => ({
      rows,
      proposed: [...proposed],
      wrong: [...wrong],
      ...(largestCost !== undefined && {
        costs: { largest: largestCost, seen, spread: spread.map((level) => [...level]) },
      }),
    }),
  };
}

/** Evidence of rows at hand. */
export function evidenceOf(rows: Iterable<Proposal | undefined>, largestCost?: number): Evidence {
  const builder = gatherEvidence(largestCost);
  for (const row of rows) builder.add(row);
  return builder.evidence();
}

/** Whether a value read from a file is evidence on this grid. */
export function isEvidence(value: unknown): value is Evidence {
  const { rows, proposed, wrong, costs } = (value ?? {}) as Partial<Evidence>;
  const counts = (list: unknown): list is number[] =>
    Array.isArray(list) && list.length === THRESHOLDS.length && list.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!counts(proposed) || !counts(wrong) || !wrong.every((n, i) => n <= proposed[i]!)) return false;
  if (!Number.isSafeInteger(rows) || rows! < proposed.reduce((sum, n) => sum + n, 0)) return false;
  if (costs === undefined) return true;
  if (!(costs?.largest > 0 && costs.largest < Infinity && costs.seen >= 0)) return false;
  const { spread } = costs;
  if (!Array.isArray(spread) || spread.length !== COST_LEVELS.length || !spread.every(counts)) return false;
  return proposed.every((n, i) => spread.reduce((sum, level) => sum + level[i]!, 0) <= 100 * n);
}

/** The last threshold that the confidence reaches. */
function cellOf(confidence: number): number {
  let [low, high] = [0, THRESHOLDS.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (confidence >= THRESHOLDS[middle]!) low = middle;
    else high = middle;
  }
  return low;
}

/** Shares 100 hundredths between the levels on both sides of a cost; what falls to level 0 is not written down. */
function share(spread: number[][], cell: number, cost: number): void {
  if (cost <= 0) return;
  const upper = cost >= 1 ? COST_LEVELS.length - 1 : COST_LEVELS.findIndex((level) => level >= cost);
  const below = COST_LEVELS[upper - 1] ?? 0;
  const exact = (100 * (Math.min(cost, 1) - below)) / (COST_LEVELS[upper]! - below);
  // Rounding of the quotient itself must not cost a hundredth.
  const hundredths = Math.ceil(exact - 1e-9);
  spread[upper]![cell]! += hundredths;
  if (upper > 0) spread[upper - 1]![cell]! += 100 - hundredths;
}
