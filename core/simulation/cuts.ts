/** Bins of a probability: fine enough that a cut between two of them is as good as one between two rows. */
const BINS = 65_536;

/** What it would change to treat rows on one side of a cut one way, and those on the other side another. */
export interface Cut {
  readonly threshold: number;
  /** Rows from the threshold on. */
  readonly above: number;
  /** Sum and sum of squares, over all rows, of how much more they cost than under the policy simulated. */
  readonly sum: number;
  readonly squares: number;
  /** Wrong decisions among the rows from the threshold on, and below it. */
  readonly wrongAbove: number;
  readonly wrongBelow: number;
}

interface Side {
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  readonly wrong: Uint32Array;
}

const side = (): Side => ({
  sum: new Float64Array(BINS + 1),
  squares: new Float64Array(BINS + 1),
  wrong: new Uint32Array(BINS + 1),
});

/**
 * Counts rows by a number from 0 to 1, so that any cut of it can be costed afterwards in bounded memory. Each row says
 * how much more (or less) it would cost than it did, treated as one above the cut and as one below it.
 */
export class Cuts {
  private readonly rows = new Uint32Array(BINS + 1);
  private readonly above = side();
  private readonly below = side();
  total = 0;

  add(at: number, above: { difference: number; wrong: boolean }, below: { difference: number; wrong: boolean }): void {
    const bin = Math.round(at * BINS);
    this.rows[bin]!++;
    this.total++;
    for (const [where, { difference, wrong }] of [[this.above, above] as const, [this.below, below] as const]) {
      where.sum[bin]! += difference;
      where.squares[bin]! += difference * difference;
      if (wrong) where.wrong[bin]!++;
    }
  }

  plus(other: Cuts): Cuts {
    const both = new Cuts();
    both.total = this.total + other.total;
    for (let bin = 0; bin <= BINS; bin++) {
      both.rows[bin] = this.rows[bin]! + other.rows[bin]!;
      for (const where of ['above', 'below'] as const) {
        both[where].sum[bin] = this[where].sum[bin]! + other[where].sum[bin]!;
        both[where].squares[bin] = this[where].squares[bin]! + other[where].squares[bin]!;
        both[where].wrong[bin] = this[where].wrong[bin]! + other[where].wrong[bin]!;
      }
    }
    return both;
  }

  /** Every cut that separates rows, from the one that leaves all below it to the one that leaves all above. */
  *cuts(): Generator<Cut> {
    let above = 0;
    let [sum, squares] = [total(this.below.sum), total(this.below.squares)];
    let [wrongAbove, wrongBelow] = [0, total(this.below.wrong)];
    yield { threshold: 1 + 1 / BINS, above, sum, squares, wrongAbove, wrongBelow };
    for (let bin = BINS; bin >= 0; bin--) {
      if (this.rows[bin] === 0) continue;
      above += this.rows[bin]!;
      sum += this.above.sum[bin]! - this.below.sum[bin]!;
      squares += this.above.squares[bin]! - this.below.squares[bin]!;
      wrongAbove += this.above.wrong[bin]!;
      wrongBelow -= this.below.wrong[bin]!;
      yield { threshold: bin / BINS, above, sum, squares, wrongAbove, wrongBelow };
    }
  }

  /** The cut of least cost; of equals the highest threshold. */
  best(): Cut {
    let best: Cut | undefined;
    for (const cut of this.cuts()) if (!best || cut.sum < best.sum) best = cut;
    return best!;
  }

  /** The cut at a threshold that need not be one of its own. */
  at(threshold: number): Cut {
    let last: Cut | undefined;
    for (const cut of this.cuts()) {
      if (cut.threshold < threshold) break;
      last = cut;
    }
    return last!;
  }
}

const total = (list: Float64Array | Uint32Array): number => {
  let sum = 0;
  for (const x of list) sum += x;
  return sum;
};
