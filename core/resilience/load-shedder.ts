import { type Admission, type CallResult, CircuitBreaker } from './circuit-breaker';
import { BREAKER } from './guard';

/** Requests at once, at the start and at the least and most. */
const FIRST_LIMIT = 20;
const LEAST_LIMIT = 1;
const MOST_LIMIT = 500;
/** What is left of the limit when requests come too late. */
const BACK_OFF = 0.7;
const RETRY_AFTER_MS = 1_000;

/** A request that was let in; it says how it ended, once. */
export interface Entry {
  readonly at: number;
  /** Undefined where no record can be written now. */
  readonly write: Admission | undefined;
}

/**
 * Keeps requests from waiting for what they will not get: refuses those beyond as many at a time as still end in time,
 * and tells when records cannot be written. The limit grows by one a round while all is well and shrinks by a
 * third when not (additive increase, multiplicative decrease: Chiu & Jain, 1989). Of one execution environment; time
 * is an argument, in epoch milliseconds.
 */
export class LoadShedder {
  private inFlight = 0;
  private limit = FIRST_LIMIT;
  private backedOffAt = -Infinity;

  constructor(private readonly writes: CircuitBreaker = new CircuitBreaker(BREAKER)) {}

  /** Lets a request in, or says after how many milliseconds it may come again. */
  enter(now: number): Entry | { readonly retryAfterMs: number } {
    if (this.inFlight >= Math.floor(this.limit)) return { retryAfterMs: RETRY_AFTER_MS };
    this.inFlight++;
    return { at: now, write: this.writes.admit(now) };
  }

  /** After how many milliseconds a record may be written again. */
  writableIn(now: number): number {
    return Math.max(RETRY_AFTER_MS, this.writes.opensIn(now));
  }

  /** `write`: what became of the record's write. `late`: the request ended after, or all but at, its deadline. */
  leave({ at, write }: Entry, result: { readonly write: CallResult; readonly late: boolean }, now: number): void {
    this.inFlight--;
    if (write) this.writes.report(write, result.write, now);
    if (!result.late) {
      // A limit that is not reached says nothing of a higher one.
      if (this.inFlight + 1 >= this.limit / 2) this.limit = Math.min(MOST_LIMIT, this.limit + 1 / this.limit);
    } else if (at >= this.backedOffAt) {
      // Of requests that ran together, all late for one cause, only the first counts.
      this.limit = Math.max(LEAST_LIMIT, this.limit * BACK_OFF);
      this.backedOffAt = now;
    }
  }
}
