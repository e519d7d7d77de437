import type { Clock } from '../../core/ports';

interface Due {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** Virtual time: it passes only while everybody waits, and what is due at one moment comes in an order drawn by the seed. */
export class Scheduler implements Clock {
  private readonly heap: Due[] = [];
  private time: number;

  constructor(
    start: number,
    readonly random: () => number,
  ) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  timeout(ms: number): AbortSignal {
    const controller = new AbortController();
    this.after(ms, () => controller.abort());
    return controller.signal;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Lets time pass up to a moment. */
  async run(until: number): Promise<void> {
    for (;;) {
      // What has been woken does all that it can before the next is.
      await new Promise(setImmediate);
      const next = this.heap[0];
      if (!next || next.at > until) break;
      this.pop();
      this.time = next.at;
      next.fire();
    }
    this.time = until;
  }

  private after(ms: number, fire: () => void): void {
    // Clocks tell whole milliseconds.
    const entry = { at: this.time + Math.max(0, Math.ceil(ms)), order: this.random(), fire };
    let i = this.heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!earlier(entry, this.heap[parent]!)) break;
      this.heap[i] = this.heap[parent]!;
      i = parent;
    }
    this.heap[i] = entry;
  }

  private pop(): void {
    const last = this.heap.pop()!;
    const { heap } = this;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child++;
      if (!earlier(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}

const earlier = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
