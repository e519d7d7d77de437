/** What is kept of a sample, by a draw from 0 to below 1 of its own. */
interface Drawn {
  readonly draw: number;
}

/**
 * A random part of all that is added, in bounded memory: that of the smallest draws (bottom-k sampling; Cohen and
 * Kaplan, PODC 2007). So it depends on what was added, and not on the order.
 */
export class Sample<T extends Drawn> {
  private kept: T[] = [];
  private limit = Infinity;

  constructor(private readonly most: number) {}

  add(one: T): void {
    if (one.draw >= this.limit) return;
    this.kept.push(one);
    if (this.kept.length > 1.25 * this.most) this.cut();
  }

  /** Forgets all. */
  clear(): void {
    this.kept = [];
  }

  /** By draw, the smallest first: in random order. */
  members(): readonly T[] {
    this.cut();
    return this.kept;
  }

  private cut(): void {
    this.kept.sort((a, b) => a.draw - b.draw);
    this.limit = this.kept[this.most]?.draw ?? this.limit;
    this.kept.length = Math.min(this.kept.length, this.most);
  }
}
