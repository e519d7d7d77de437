/** So many different values are told apart; when there are more, all are rounded to this many steps. */
const STEPS = 65_536;
/** The cut that leaves every row below it: no probability is above 1. */
const ABOVE_ALL = 1 + Number.EPSILON;

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

/** How a row fares, treated as one above the cut or as one below it. */
export interface Treated {
  readonly difference: number;
  readonly wrong: boolean;
}

class Side {
  readonly sum = new Float64Array(STEPS + 1);
  readonly squares = new Float64Array(STEPS + 1);
  readonly wrong = new Uint32Array(STEPS + 1);

  add(place: number, sum: number, squares: number, wrong: number): void {
    this.sum[place]! += sum;
    this.squares[place]! += squares;
    this.wrong[place]! += wrong;
  }

  take(place: number, from: Side, other: number): void {
    this.add(place, from.sum[other]!, from.squares[other]!, from.wrong[other]!);
  }
}

/**
 * Counts rows by a number from 0 to 1, so that any cut of it can be costed afterwards in bounded memory: exactly up to
 * 65,537 different numbers, and to 1/65,536 with more. Each row says how much more (or less) it would cost than it
 * did, treated as one above the cut and as one below it.
 */
export class Cuts {
  private places = new Map<number, number>();
  private rounded = false;
  private rows = new Uint32Array(STEPS + 1);
  private above = new Side();
  private below = new Side();
  total = 0;

  add(at: number, above: Treated, below: Treated): void {
    const place = this.place(at);
    this.total++;
    this.rows[place]!++;
    this.above.add(place, above.difference, above.difference ** 2, Number(above.wrong));
    this.below.add(place, below.difference, below.difference ** 2, Number(below.wrong));
  }

  plus(other: Cuts): Cuts {
    const both = new Cuts();
    both.take(this);
    both.take(other);
    return both;
  }

  /** Every cut that separates rows, from the one that leaves all below it to the one that leaves all above. */
  *cuts(): Generator<Cut> {
    let above = 0;
    let [sum, squares] = [total(this.below.sum), total(this.below.squares)];
    let [wrongAbove, wrongBelow] = [0, total(this.below.wrong)];
    yield { threshold: ABOVE_ALL, above, sum, squares, wrongAbove, wrongBelow };
    for (const [threshold, place] of [...this.places].sort(([a], [b]) => b - a)) {
      above += this.rows[place]!;
      sum += this.above.sum[place]! - this.below.sum[place]!;
      squares += this.above.squares[place]! - this.below.squares[place]!;
      wrongAbove += this.above.wrong[place]!;
      wrongBelow -= this.below.wrong[place]!;
      yield { threshold, above, sum, squares, wrongAbove, wrongBelow };
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
      if (last && cut.threshold < threshold) break;
      last = cut;
    }
    return last!;
  }

  /** Where in the lists the rows of a number are counted. */
  private place(at: number): number {
    const key = this.rounded ? Math.round(at * STEPS) / STEPS : at;
    const found = this.places.get(key);
    if (found !== undefined) return found;
    if (this.places.size > STEPS) {
      this.round();
      return this.place(at);
    }
    const place = this.places.size;
    this.places.set(key, place);
    return place;
  }

  private round(): void {
    const exact = Object.assign(new Cuts(), this);
    this.places = new Map();
    this.rows = new Uint32Array(STEPS + 1);
    this.above = new Side();
    this.below = new Side();
    this.total = 0;
    this.rounded = true;
    this.take(exact);
  }

  private take(other: Cuts): void {
    this.total += other.total;
    for (const [at, from] of other.places) {
      const place = this.place(at);
      this.rows[place]! += other.rows[from]!;
      this.above.take(place, other.above, from);
      this.below.take(place, other.below, from);
    }
  }
}

const total = (list: Float64Array | Uint32Array): number => {
  let sum = 0;
  for (const x of list) sum += x;
  return sum;
};
