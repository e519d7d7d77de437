/** When a circuit opens and how it closes again. */
export interface BreakerSettings {
  /** How far back calls count, in milliseconds. */
  readonly windowMs: number;
  /** The last so many of them count: a dependency that dies is noticed as fast where calls are many. */
  readonly mostCalls: number;
  /** With fewer calls nothing is concluded. */
  readonly fewestCalls: number;
  /** The share of failed ones, 0 to 1, from which on it opens. */
  readonly failureShare: number;
  /** How long it stays open before a probe, in milliseconds; doubled by each probe that fails, up to `longestOpenMs`. */
  readonly openMs: number;
  readonly longestOpenMs: number;
  /** Probes in a row that must succeed for it to close. */
  readonly probes: number;
}

/** What became of a call. `neither` tells nothing of the dependency, such as one that was given too little time. */
export type CallResult = 'success' | 'failure' | 'neither';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** An admitted call; its result is reported with it. */
export interface Admission {
  readonly at: number;
  readonly probe: boolean;
  /** Which opening of the circuit it belongs to: what was admitted before tells nothing of what is now. */
  readonly epoch: number;
}

interface Call {
  readonly at: number;
  readonly failed: boolean;
}

/**
 * Cuts calls to a dependency short that would fail anyway, and probes it until it is well again (circuit breaker;
 * Nygard, "Release It!", 2007). Of one execution environment; time is an argument, in epoch milliseconds.
 */
export class CircuitBreaker {
  private calls: Call[] = [];
  private opened: { readonly until: number; readonly openMs: number } | undefined;
  private succeeded = 0;
  private probing = false;
  private epoch = 0;

  constructor(private readonly settings: BreakerSettings) {}

  state(now: number): BreakerState {
    if (!this.opened) return 'closed';
    return now < this.opened.until ? 'open' : 'half-open';
  }

  /** After how many milliseconds the next call may be admitted; 0 where one may be now. */
  opensIn(now: number): number {
    return Math.max(0, (this.opened?.until ?? now) - now);
  }

  /** Admits a call, or undefined where it is cut short. Every admission must be reported. */
  admit(now: number): Admission | undefined {
    const state = this.state(now);
    // One probe at a time: a dependency that just comes back is not to be run over.
    if (state === 'open' || (state === 'half-open' && this.probing)) return undefined;
    const probe = state === 'half-open';
    if (probe) this.probing = true;
    return { at: now, probe, epoch: this.epoch };
  }

  report({ probe, epoch }: Admission, result: CallResult, now: number): void {
    if (epoch !== this.epoch) return;
    if (probe) return this.reportProbe(result, now);
    if (result === 'neither') return;
    this.calls.push({ at: now, failed: result === 'failure' });
    this.calls = this.calls.slice(-this.settings.mostCalls).filter(({ at }) => at > now - this.settings.windowMs);
    const failed = this.calls.filter((call) => call.failed).length;
    const { fewestCalls, failureShare, openMs } = this.settings;
    if (this.calls.length >= fewestCalls && failed >= failureShare * this.calls.length) this.open(now, openMs);
  }

  private reportProbe(result: CallResult, now: number): void {
    this.probing = false;
    if (result === 'neither') return;
    if (result === 'failure') return this.open(now, Math.min(2 * this.opened!.openMs, this.settings.longestOpenMs));
    if (++this.succeeded >= this.settings.probes) this.close();
  }

  private open(now: number, openMs: number): void {
    this.opened = { until: now + openMs, openMs };
    this.reset();
  }

  private close(): void {
    this.opened = undefined;
    this.reset();
  }

  private reset(): void {
    this.calls = [];
    this.succeeded = 0;
    this.probing = false;
    this.epoch++;
  }
}
