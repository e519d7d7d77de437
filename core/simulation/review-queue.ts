import type { HourLoad, QueueFigures } from './report';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const MOST_STAFF = 200;
/** Waits are counted by whole minutes, so that memory stays bounded: 13 days at most. */
const MOST_MINUTES = 13 * 24 * 60;

export interface StaffPlan {
  readonly staff: number;
  readonly minutesPerReview: number;
  readonly slaMs: number;
}

/**
 * Reviewers who take the oldest task first, each for the same time, around the clock; a task that nobody has begun by
 * its SLA expires. Requests must be added in order of time.
 */
export class ReviewQueue {
  /** When each reviewer is free again. All reviews take equally long, so they get free in the order they began in. */
  private readonly free: Float64Array;
  private next = 0;
  /** When each waiting task stops waiting, from `gone` on; in order, since the oldest is taken first. */
  private leaves: number[] = [];
  private gone = 0;
  private readonly waits = new Uint32Array(MOST_MINUTES + 1);
  private readonly byHour = Array.from({ length: 24 }, () => ({ reviews: 0, wait: 0 }));
  private first: number | undefined;
  private last = 0;
  private served = 0;
  private expired = 0;
  private largest = 0;
  private longest = 0;

  constructor(private readonly plan: StaffPlan) {
    this.free = new Float64Array(plan.staff);
  }

  /** Tasks that wait at a time. */
  backlog(at: number): number {
    while (this.gone < this.leaves.length && this.leaves[this.gone]! <= at) this.gone++;
    if (this.gone > 1_000) {
      this.leaves = this.leaves.slice(this.gone);
      this.gone = 0;
    }
    return this.leaves.length - this.gone;
  }

  /** A request that needs no review still moves the clock. */
  tick(at: number): void {
    this.first ??= at;
    this.last = Math.max(this.last, at);
  }

  add(at: number): void {
    this.tick(at);
    const { minutesPerReview, slaMs } = this.plan;
    const begins = Math.max(at, this.free[this.next]!);
    const expires = begins - at > slaMs;
    const wait = expires ? slaMs : begins - at;
    if (expires) this.expired++;
    else {
      this.served++;
      this.free[this.next] = begins + minutesPerReview * MINUTE;
      this.next = (this.next + 1) % this.free.length;
      this.waits[Math.min(MOST_MINUTES, Math.floor(wait / MINUTE))]!++;
    }
    this.longest = Math.max(this.longest, wait);
    this.leaves.push(at + wait);
    this.largest = Math.max(this.largest, this.backlog(at));
    const hour = this.byHour[new Date(at).getUTCHours()]!;
    hour.reviews++;
    hour.wait += wait;
  }

  /** How many people the reviews keep busy in the mean: with fewer, the queue would grow for ever. */
  get load(): number {
    return ((this.served + this.expired) * this.plan.minutesPerReview * MINUTE) / this.span;
  }

  private get span(): number {
    return Math.max(HOUR, this.last - (this.first ?? this.last));
  }

  /** Share of the tasks that nobody got to in time. */
  get expiredShare(): number {
    const all = this.served + this.expired;
    return all === 0 ? 0 : this.expired / all;
  }

  figures(staffNeeded: number | null): QueueFigures {
    const { staff, minutesPerReview, slaMs } = this.plan;
    const days = Math.max(1, this.span / (24 * HOUR));
    return {
      staff,
      minutesPerReview,
      slaMinutes: slaMs / MINUTE,
      waitMinutes: { p50: this.wait(0.5), p95: this.wait(0.95), max: this.longest / MINUTE },
      largestBacklog: this.largest,
      expired: this.expired,
      utilization: Math.min(1, (this.served * minutesPerReview * MINUTE) / (this.span * staff)),
      staffNeeded,
      byHour: this.byHour.map(({ reviews, wait }, hour): HourLoad => ({
        hour,
        reviews,
        perHour: reviews / days,
        waitMinutes: reviews === 0 ? 0 : wait / reviews / MINUTE,
      })),
    };
  }

  private wait(share: number): number {
    let seen = 0;
    for (let minutes = 0; minutes <= MOST_MINUTES; minutes++) {
      seen += this.waits[minutes]!;
      if (seen > 0 && seen >= share * this.served) return minutes;
    }
    return 0;
  }
}

/** The same reviews for many sizes of staff at once: how many people it takes. */
export class StaffSearch {
  private readonly queues: readonly { readonly staff: number; readonly queue: ReviewQueue }[];

  constructor(plan: Omit<StaffPlan, 'staff'>) {
    // Coarser as they grow: the answer is rounded up to the next.
    const sizes: number[] = [];
    for (let staff = 1; staff <= MOST_STAFF; staff = Math.max(staff + 1, Math.floor(staff * 1.15))) sizes.push(staff);
    this.queues = sizes.map((staff) => ({ staff, queue: new ReviewQueue({ ...plan, staff }) }));
  }

  add(at: number): void {
    for (const { queue } of this.queues) queue.add(at);
  }

  /** The fewest people with whom at most 1 % expire, and who keep up for ever; null where even the most are too few. */
  needed(): number | null {
    return this.queues.find(({ staff, queue }) => staff >= queue.load && queue.expiredShare <= 0.01)?.staff ?? null;
  }
}
