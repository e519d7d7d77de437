/** What one row costs, by what becomes of it. */
export class RowCosts {
  private readonly least: number;

  /** `costs` are those of the outcomes under the row's truth, in their order; `reviewPrice` is that of a review. */
  constructor(
    private readonly outcomes: readonly string[],
    private readonly costs: readonly number[],
    private readonly reviewPrice: number,
    private readonly reviewerAccuracy: number,
  ) {
    this.least = Math.min(...costs);
  }

  /** The cost of an outcome; of a review, where it is null. */
  of(outcome: string | null): number {
    return outcome === null ? this.reviewed() : this.costs[this.outcomes.indexOf(outcome)]!;
  }

  /** An outcome is wrong where another costs less under the truth. A review is not. */
  isWrong(outcome: string | null): boolean {
    return outcome !== null && this.of(outcome) > this.least;
  }

  /** A reviewer decides right with a given probability; a wrong outcome costs the mean of the wrong ones. */
  private reviewed(): number {
    const wrong = this.costs.filter((cost) => cost > this.least);
    const mistaken = wrong.length === 0 ? this.least : wrong.reduce((sum, cost) => sum + cost, 0) / wrong.length;
    return this.reviewPrice + this.reviewerAccuracy * this.least + (1 - this.reviewerAccuracy) * mistaken;
  }
}
