import type { HourLoad, QueueFigures } from './report';
import { Reviewers, type StaffPlan } from './reviewers';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Waits are counted by whole minutes, so that memory stays bounded: 13 days at most. */
const MOST_MINUTES = 13 * 24 * 60;

/** The queue of reviews before a given staff, and what is told of it. Requests must come in order of time. */
export class ReviewQueue {
  private readonly reviewers: Reviewers;
  /** When each waiting task stops waiting, from `gone` on; in order, since the oldest is taken first. */
  private leaves: number[] = [];
  private gone = 0;
  private readonly waits = new Uint32Array(MOST_MINUTES + 1);
  private readonly byHour = Array.from({ length: 24 }, () => ({ reviews: 0, wait: 0 }));
  private first: number | undefined;
  private last = 0;
  private largest = 0;
  private longest = 0;

  constructor(private readonly plan: StaffPlan) {
    this.reviewers = new Reviewers(plan);
  }

  /** Tasks that wait at a time. */
  backlog(at: number): number {
    while (this.gone < this.leaves.length && this.leaves[this.gone]! <= at) this.gone++;
    if (this.gone > 1_000 && this.gone > this.leaves.length / 2) {
      this.leaves = this.leaves.slice(this.gone);
      this.gone = 0;
    }
    return this.leaves.length - this.gone;
  }

  /** A request that needs no review still moves the clock. */
  tick(at: number): void {
    this.first ??= at;
    this.last = at;
  }

  add(at: number): void {
    this.tick(at);
    const wait = this.reviewers.take(at);
    this.waits[Math.min(MOST_MINUTES, Math.ceil(wait / MINUTE))]!++;
    this.longest = Math.max(this.longest, wait);
    this.leaves.push(at + wait);
    this.largest = Math.max(this.largest, this.backlog(at));
    const hour = this.byHour[new Date(at).getUTCHours()]!;
    hour.reviews++;
    hour.wait += wait;
  }

  /** How many people the reviews keep busy in the mean. */
  get load(): number {
    return (this.reviews * this.plan.minutesPerReview * MINUTE) / this.span;
  }

  private get reviews(): number {
    return this.reviewers.served + this.reviewers.expired;
  }

  private get span(): number {
    return Math.max(HOUR, this.last - (this.first ?? this.last));
  }

  figures(staffNeeded: number | null): QueueFigures {
    const { staff, minutesPerReview, slaMs } = this.plan;
    const { served, expired } = this.reviewers;
    const days = Math.max(1, this.span / (24 * HOUR));
    return {
      staff,
      minutesPerReview,
      slaMinutes: slaMs / MINUTE,
      waitMinutes: { p50: this.wait(0.5), p95: this.wait(0.95), max: this.longest / MINUTE },
      largestBacklog: this.largest,
      expired,
      utilization: Math.min(1, (served * minutesPerReview * MINUTE) / (this.span * staff)),
      staffNeeded,
      byHour: this.byHour.map(({ reviews, wait }, hour): HourLoad => ({
        hour,
        reviews,
        perHour: reviews / days,
        waitMinutes: reviews === 0 ? 0 : wait / reviews / MINUTE,
      })),
    };
  }

  /** The least whole number of minutes within which a share of the tasks was begun, or had expired. */
  private wait(share: number): number {
    let seen = 0;
    for (let minutes = 0; minutes <= MOST_MINUTES; minutes++) {
      seen += this.waits[minutes]!;
      if (seen > 0 && seen >= share * this.reviews) return minutes;
    }
    return 0;
  }
}
