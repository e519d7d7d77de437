import type { Decide, PipelineDefinition } from '../pipeline/definition';
import { durationMs } from '../pipeline/duration';
import type { CelContext } from '../rules/expressions';
import type { Cost } from './policy';

/** What one request puts at stake: all that a policy chooses by. Lists are in the order of `decide.outcomes`. */
export interface Stakes {
  /** Calibrated probability of the model's label. */
  readonly probability: number;
  /** What each outcome costs in expectation. */
  readonly expected: readonly number[];
  /** The probability that each outcome is the right one: that no other costs less under the truth. */
  readonly right: readonly number[];
  /** The price of a review, as the backlog has raised it. */
  readonly review: number;
}

/** The price of each outcome under each label, and of a review. */
export interface Prices {
  readonly costs: readonly (readonly number[])[];
  readonly review: number;
}

/** Evaluates costs for one request; undefined where one has no value, or none that is a cost. */
export type PriceList = (context: CelContext) => Prices | undefined;

type Evaluate = (context: CelContext) => unknown;

/** Compiles `decide.costs`; `expression` compiles CEL that gives a number. */
export function compilePrices({ decide }: PipelineDefinition, expression: (source: string) => Evaluate): PriceList {
  const { costs, outcomes, labels } = decide;
  const compile = (cost: Cost): Evaluate => (typeof cost === 'number' ? () => cost : expression(cost));
  const table = outcomes.map((outcome) =>
    labels.map((label) => compile((costs[outcome] as Record<string, Cost>)[label]!)),
  );
  const review = compile(costs.review);
  return (context) => {
    const prices = {
      costs: table.map((row) => row.map((cost) => cost(context) as number)),
      review: review(context) as number,
    };
    return isCost(prices.review) && prices.costs.every((row) => row.every(isCost)) ? prices : undefined;
  };
}

const isCost = (x: unknown): boolean => typeof x === 'number' && x >= 0 && Number.isFinite(x);

/** By label, the index of the outcome that is right: of least cost, the first of equals. */
export const rightOutcomes = (costs: Prices['costs']): number[] =>
  costs[0]!.map((_, label) => costs.reduce((best, row, i) => (row[label]! < costs[best]![label]! ? i : best), 0));

/** The most that one outcome can cost; undefined where that depends on the request. */
export function largestCost({ costs, outcomes, labels }: Decide): number | undefined {
  const all = outcomes.flatMap((outcome) => labels.map((label) => (costs[outcome] as Record<string, Cost>)[label]));
  return all.every((cost) => typeof cost === 'number') ? Math.max(...(all as number[])) : undefined;
}

/** By how much a backlog may raise the price of a review. Few steps, so that a promise can be tested at each. */
const SCARCITIES = [1, 2, 4, 8, 16, 32, 64] as const;

export const scarcitiesOf = ({ review }: PipelineDefinition): readonly number[] =>
  review.capacity === undefined ? [1] : SCARCITIES;

/**
 * The factor by which `backlog` waiting reviews raise the price of one more. It doubles when half of what
 * `review.capacity` gets through within the SLA is taken, again when half of the rest is, and so on up to 64: the steps
 * of the barrier 1 / (1 − u), so that the queue is never filled much beyond what can be reviewed in time.
 */
export function compileScarcity({ review }: PipelineDefinition): (backlog: number) => number {
  if (review.capacity === undefined) return () => 1;
  const withinSla = (review.capacity * durationMs(review.sla)!) / 3_600_000;
  return (backlog) => SCARCITIES.findLast((factor) => factor * (1 - backlog / withinSla) <= 1) ?? 1;
}

/** `probability` is that of the label with index `label`; there are two. */
export function stakesOf(prices: Prices, probability: number, label: number, scarcity: number): Stakes {
  const chances = [0, 1].map((i) => (i === label ? probability : 1 - probability));
  const least = chances.map((_, i) => Math.min(...prices.costs.map((row) => row[i]!)));
  return {
    probability,
    expected: prices.costs.map((row) => sum(chances.map((chance, i) => chance * row[i]!))),
    right: prices.costs.map((row) => sum(chances.map((chance, i) => (row[i] === least[i] ? chance : 0)))),
    review: prices.review * scarcity,
  };
}

const sum = (list: readonly number[]): number => list.reduce((total, x) => total + x, 0);

/** The index of the largest (or, negated, the least) of a list; the first of equals. */
export const largest = (list: readonly number[]): number =>
  list.reduce((best, x, i) => (x > list[best]! ? i : best), 0);
