import type { GroupFigures } from './report';

/** What is counted of a set of decided rows. */
export class OutcomeTally {
  rows = 0;
  automated = 0;
  review = 0;
  wrong = 0;
  cost = 0;
  readonly outcomes: Record<string, number>;

  constructor(outcomes: readonly string[]) {
    this.outcomes = Object.fromEntries(outcomes.map((outcome) => [outcome, 0]));
  }

  /** `outcome` is null for a review. */
  add(outcome: string | null, cost: number, wrong: boolean): void {
    this.rows++;
    this.cost += cost;
    if (outcome === null) {
      this.review++;
      return;
    }
    this.automated++;
    this.outcomes[outcome]!++;
    if (wrong) this.wrong++;
  }

  get automatedError(): number | null {
    return this.automated === 0 ? null : this.wrong / this.automated;
  }

  figures(): GroupFigures {
    const { rows, automated, review, outcomes, cost, automatedError } = this;
    return {
      rows,
      automated,
      review,
      outcomes: { ...outcomes },
      realizedCost: cost,
      costPerRow: rows === 0 ? 0 : cost / rows,
      automatedError,
    };
  }
}
