import type { Reason } from '../decision/decision';
import { Differences, shareOf } from '../simulation/estimate';
import { SkippedRows } from '../simulation/skipped-rows';
import type { CostComparison, Flip, FlipReport } from './flip-report';

/** One request as two definitions decide it. */
export interface ComparedCase {
  readonly row: number;
  readonly id?: string | undefined;
  readonly before: { readonly choice: string; readonly reasons: readonly Reason[] };
  readonly after: { readonly choice: string; readonly reasons: readonly Reason[] };
  /** What both choices cost, by the costs of the one definition and of the other. */
  readonly byOldCosts: CostPair | undefined;
  readonly byNewCosts: CostPair | undefined;
  /** Whether the truth is known, so that costs are what they were. */
  readonly measured: boolean;
}

export interface CostPair {
  readonly before: number;
  readonly after: number;
}

const FIRST = 10;
const TOP_REASONS = 10;

/** Counts what flips, in bounded memory. */
export class FlipTally {
  private rows = 0;
  private flipped = 0;
  private notReproduced = 0;
  private readonly cells = new Map<string, { from: string; to: string; rows: number; old: Sum; now: Sum }>();
  private readonly reasons = new Map<string, { from: readonly string[]; to: readonly string[]; rows: number }>();
  private readonly first: Flip[] = [];
  private readonly skipped = new SkippedRows();
  private readonly byOldCosts = new CostTally();
  private readonly byNewCosts = new CostTally();

  skip(row: number, cause: string): void {
    this.skipped.add(row, cause);
  }

  addNotReproduced(): void {
    this.notReproduced++;
  }

  add(compared: ComparedCase): void {
    const { before, after, byOldCosts, byNewCosts, measured } = compared;
    this.rows++;
    this.byOldCosts.add(byOldCosts, measured);
    this.byNewCosts.add(byNewCosts, measured);
    const key = JSON.stringify([before.choice, after.choice]);
    const cell = this.cells.get(key) ?? {
      from: before.choice,
      to: after.choice,
      rows: 0,
      old: new Sum(),
      now: new Sum(),
    };
    this.cells.set(key, cell);
    cell.rows++;
    cell.old.add(byOldCosts);
    cell.now.add(byNewCosts);
    if (before.choice !== after.choice) this.addFlip(compared);
  }

  private addFlip({ row, id, before, after }: ComparedCase): void {
    this.flipped++;
    const [from, to] = [before, after].map(({ reasons }) => reasons.map(({ code }) => code)) as [string[], string[]];
    const key = JSON.stringify([from, to]);
    const rows = (this.reasons.get(key)?.rows ?? 0) + 1;
    this.reasons.set(key, { from, to, rows });
    if (this.first.length >= FIRST) return;
    this.first.push({
      row,
      ...(id === undefined ? {} : { id }),
      from: before.choice,
      to: after.choice,
      reasonsBefore: before.reasons,
      reasonsAfter: after.reasons,
    });
  }

  report(): FlipReport {
    const { rows, flipped, notReproduced } = this;
    return {
      rows,
      flipped,
      flippedShare: shareOf(flipped, rows),
      matrix: [...this.cells.values()]
        .map(({ old, now, ...cell }) => ({ ...cell, difference: { byOldCosts: old.value, byNewCosts: now.value } }))
        .sort((a, b) => b.rows - a.rows),
      cost: { byOldCosts: this.byOldCosts.figures(), byNewCosts: this.byNewCosts.figures() },
      reasons: [...this.reasons.values()].sort((a, b) => b.rows - a.rows).slice(0, TOP_REASONS),
      first: this.first,
      skipped: this.skipped.figures(),
      notReproduced,
    };
  }
}

/** The sum of the differences that there are; null without any. */
class Sum {
  value: number | null = null;

  add(pair: CostPair | undefined): void {
    if (pair) this.value = (this.value ?? 0) + pair.after - pair.before;
  }
}

class CostTally {
  private rows = 0;
  private measured = 0;
  private before = 0;
  private after = 0;
  private readonly differences = new Differences();

  add(pair: CostPair | undefined, measured: boolean): void {
    if (!pair) return;
    this.rows++;
    if (measured) this.measured++;
    this.before += pair.before;
    this.after += pair.after;
    this.differences.add(pair.after - pair.before);
  }

  figures(): CostComparison | null {
    const { rows, measured, before, after } = this;
    if (rows === 0) return null;
    return { rows, measured, before: before / rows, after: after / rows, difference: this.differences.estimate() };
  }
}
