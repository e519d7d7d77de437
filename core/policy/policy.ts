/** The cost of each outcome under each truth, in one unit of the user's choice. */
export type CostMatrix = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Picks what costs least in expectation: one of the outcomes, or a review at its price. */
export interface ExpectedCostPolicy {
  readonly kind: 'expectedCost';
  readonly costs: CostMatrix;
  /** The price of one review, in the unit of `costs`. */
  readonly review: number;
}

export type Policy = ExpectedCostPolicy;
