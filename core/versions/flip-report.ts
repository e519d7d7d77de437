import type { Reason } from '../decision/decision';
import type { Estimate } from '../simulation/report';

/** What became of a request: an outcome, `review`, or one of these where there is neither. */
export const NO_OUTCOME = '(none)';
export const REFUSED = '(refused)';

/** How decisions of the past come out under two definitions. */
export interface FlipReport {
  /** Decisions that both definitions could be asked about. */
  readonly rows: number;
  /** Those that come out differently. */
  readonly flipped: number;
  readonly flippedShare: Estimate;
  /** How many went from what to what, the unchanged among them. */
  readonly matrix: readonly MatrixCell[];
  /** What the decisions cost, counted by the costs of the old definition and of the new; null where nothing can be. */
  readonly cost: { readonly byOldCosts: CostComparison | null; readonly byNewCosts: CostComparison | null };
  /** Of the flipped, the most frequent reasons before and after. */
  readonly reasons: readonly {
    readonly from: readonly string[];
    readonly to: readonly string[];
    readonly rows: number;
  }[];
  /** The first that flipped. */
  readonly first: readonly Flip[];
  /** Decisions that could not be compared, by cause, with the number of the first of each. */
  readonly skipped: Readonly<Record<string, { readonly rows: number; readonly first: number }>>;
  /** Records that the definition of their own version does not decide as it did then. */
  readonly notReproduced: number;
}

export interface MatrixCell {
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  /** How much more they cost now, all together; null where nothing can be counted. */
  readonly difference: { readonly byOldCosts: number | null; readonly byNewCosts: number | null };
}

export interface CostComparison {
  /** Decisions with a cost under both definitions. */
  readonly rows: number;
  /**
   * Those among them whose truth is known, as it was reported or as a reviewer's outcome says; the others are counted in
   * expectation, by their probability.
   */
  readonly measured: number;
  /** The cost of a row as the old definition decides, and as the new one does. */
  readonly before: number;
  readonly after: number;
  /** How much more a row costs now. */
  readonly difference: Estimate;
}

export interface Flip {
  /** The row's number in its file, from 0. */
  readonly row: number;
  /** Of a recorded decision. */
  readonly id?: string;
  readonly from: string;
  readonly to: string;
  readonly reasonsBefore: readonly Reason[];
  readonly reasonsAfter: readonly Reason[];
}
