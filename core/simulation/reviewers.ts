const MINUTE = 60_000;

export interface StaffPlan {
  readonly staff: number;
  readonly minutesPerReview: number;
  readonly slaMs: number;
}

/**
 * Reviewers who take the oldest task first, each for the same time, around the clock; a task that nobody has begun by
 * its SLA expires. With tasks that come at random this is the queue M/D/c with impatience.
 */
export class Reviewers {
  /** When each is free again. All reviews take equally long, so they get free in the order they began in. */
  private readonly free: Float64Array;
  private next = 0;
  served = 0;
  expired = 0;

  constructor(private readonly plan: StaffPlan) {
    this.free = new Float64Array(plan.staff).fill(-Infinity);
  }

  /** How long a task waits, in milliseconds, until it is begun or expires. Tasks must come in order of time. */
  take(at: number): number {
    const { minutesPerReview, slaMs } = this.plan;
    const begins = Math.max(at, this.free[this.next]!);
    if (begins - at > slaMs) {
      this.expired++;
      return slaMs;
    }
    this.served++;
    this.free[this.next] = begins + minutesPerReview * MINUTE;
    this.next = (this.next + 1) % this.free.length;
    return begins - at;
  }
}

const MOST_STAFF = 200;
/** Share of the reviews that may expire. */
const TOLERATED = 0.01;

/** The same reviews for every size of staff at once: how many people it takes. */
export class StaffSearch {
  private readonly sizes: readonly Reviewers[];

  constructor(plan: Omit<StaffPlan, 'staff'>) {
    this.sizes = Array.from({ length: MOST_STAFF }, (_, i) => new Reviewers({ ...plan, staff: i + 1 }));
  }

  add(at: number): void {
    for (const reviewers of this.sizes) reviewers.take(at);
  }

  /**
   * The fewest people with whom at most 1 % expire, and who keep up for ever; null where even the most are too few.
   * `load` is how many people the reviews keep busy in the mean: with fewer, the queue would grow for ever.
   */
  needed(load: number): number | null {
    const found = this.sizes.findIndex(
      ({ served, expired }, i) => i + 1 >= load && expired <= TOLERATED * (served + expired),
    );
    return found < 0 ? null : found + 1;
  }
}
