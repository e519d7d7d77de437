import type { Scheduler } from './scheduler';

/** How often, from 0 to 1, what goes wrong while faults are on. */
export interface Weather {
  readonly crash: number;
  readonly lostBefore: number;
  readonly lostAfter: number;
  readonly slow: number;
}

export const CALM: Weather = { crash: 0, lostBefore: 0, lostAfter: 0, slow: 0 };

export class Lost extends Error {}

/** One run of a function: what it awaits goes through here, and may be where it dies. */
export class Process {
  readonly died: Promise<'crashed'>;
  private die!: (how: 'crashed') => void;
  private dead = false;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly weather: () => Weather,
  ) {
    this.died = new Promise((resolve) => (this.die = resolve));
  }

  /**
   * A call over the network: it takes time to come and to go, it may be lost before it has done anything or after it
   * has done all, and the process may crash before, between and after.
   */
  async call<T>(effect: () => T | Promise<T>): Promise<T> {
    await this.travel();
    if (this.draw(this.weather().lostBefore)) throw new Lost('nothing was done');
    const value = await effect();
    await this.travel();
    if (this.draw(this.weather().lostAfter)) throw new Lost('it was done, but nobody heard');
    return value;
  }

  private async travel(): Promise<void> {
    const { slow, crash } = this.weather();
    const ms = this.draw(slow) ? this.scheduler.random() * 3_000 : 1 + this.scheduler.random() * 20;
    await this.scheduler.sleep(ms);
    if (this.dead || this.draw(crash)) {
      this.dead = true;
      this.die('crashed');
      await new Promise<never>(() => undefined);
    }
  }

  private draw(share: number): boolean {
    return share > 0 && this.scheduler.random() < share;
  }
}

/** Runs a function as a process: what it gives, what it throws, or that it crashed. */
export async function run<T>(
  process: Process,
  work: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly error: unknown } | 'crashed'> {
  return Promise.race([
    process.died,
    work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    ),
  ]);
}
