import type { ModeChange } from '../control/mode-state';
import { UNANSWERED } from '../decision/model-answer';
import type { CountedSpan } from '../drift/rolling-baseline';
import { SIGNALS } from '../drift/signals';
import { type StatisticSet, NO_STATISTICS, addStatistics } from '../drift/statistic-set';
import type { Tally } from '../drift/tally';
import { type Recovery, recoveriesOf } from './recoveries';

/** What a pipeline did over some time, and what that was worth. Costs are in the unit of `decide.costs`. */
export interface Figures {
  readonly decisions: number;
  /** By who decided. */
  readonly routes: Readonly<Record<string, number>>;
  /** Share that the pipeline decided alone; null without a decision. */
  readonly automation: number | null;
  /** Mean of a decision, by the model's word; null where nothing is known. */
  readonly expectedCost: number | null;
  /** Mean of the decisions whose truth has come back, and of how many. */
  readonly realizedCost: { readonly decisions: number; readonly mean: number } | null;
  /** What having a person decide all of it would have cost more than it is expected to cost now. */
  readonly avoided: number | null;
  /** Of what is automated, the share that is wrong by the model's word. */
  readonly estimatedError: number | null;
  /** Of blind samples, the share that people decided otherwise. */
  readonly overrides: { readonly samples: number; readonly share: number } | null;
  /** Decisions that wanted a model's answer and got none. */
  readonly unanswered: number;
  /** Of the reviews that people have made. */
  readonly reviewMinutes: { readonly reviews: number; readonly mean: number } | null;
  /** What reviews cost, at their price. */
  readonly reviewCost: number | null;
  /** In dollars, by list prices. */
  readonly infrastructure: number;
}

export interface BusinessImpact {
  readonly pipeline: string;
  /** ISO 8601; null where nothing was counted. */
  readonly from: string | null;
  readonly until: string | null;
  readonly total: Figures;
  /** By day and by month (UTC), oldest first. */
  readonly days: readonly (Figures & { readonly day: string })[];
  readonly months: readonly (Figures & { readonly month: string })[];
  /** Times that the pipeline did less by itself than it normally does, oldest first. */
  readonly recoveries: readonly Recovery[];
}

/** List prices of us-east-1 for one decision, in dollars; see "What it costs" in the README. */
const AUTOMATED = 10e-6;
const REVIEWED = 100e-6;

/**
 * Adds up what windows, hours and days have counted; they must not overlap. `reviewPrice` is undefined where it depends
 * on the request. Costs, averages and errors are each over the decisions that have them.
 */
export function businessImpact(
  pipeline: string,
  counted: readonly CountedSpan<Tally>[],
  changes: readonly ModeChange[],
  reviewPrice: number | undefined,
): BusinessImpact {
  const inOrder = [...counted].sort((a, b) => a.start - b.start);
  const by = <K extends string>(name: K, length: number) => {
    const groups = new Map<string, CountedSpan<Tally>[]>();
    for (const one of inOrder) {
      const key = iso(one.start).slice(0, length);
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    return [...groups].map(
      ([key, group]) => ({ [name]: key, ...figuresOf(group, reviewPrice) }) as Figures & Record<K, string>,
    );
  };
  return {
    pipeline,
    from: inOrder[0] ? iso(inOrder[0].start) : null,
    until: inOrder.length > 0 ? iso(Math.max(...inOrder.map(({ end }) => end))) : null,
    total: figuresOf(inOrder, reviewPrice),
    days: by('day', 10),
    months: by('month', 7),
    recoveries: recoveriesOf(changes),
  };
}

function figuresOf(counted: readonly CountedSpan<Tally>[], reviewPrice: number | undefined): Figures {
  const tallies = counted.map(({ tally }) => tally);
  const total = (figure: (tally: Tally) => number) => tallies.reduce((sum, tally) => sum + figure(tally), 0);
  const set = (figure: (tally: Tally) => StatisticSet | undefined) =>
    tallies.reduce((sum, tally) => addStatistics(sum, figure(tally) ?? NO_STATISTICS), NO_STATISTICS);
  const decisions = total(({ rows }) => rows);
  const routes = new Map<string, number>();
  for (const tally of tallies) for (const [route, n] of tally.routes) routes.set(route, (routes.get(route) ?? 0) + n);
  const priced = total((tally) => tally.features[SIGNALS.cost]?.moments.n ?? 0);
  const expected = total((tally) => {
    const { n, mean } = tally.features[SIGNALS.cost]?.moments ?? { n: 0, mean: 0 };
    return n * mean;
  });
  const realized = set((tally) => tally.realizedCost);
  const errors = set((tally) => tally.estimatedError);
  const samples = set((tally) => tally.overrides);
  const minutes = set((tally) => tally.reviewMinutes);
  const reviews = routes.get('review') ?? 0;
  return {
    decisions,
    routes: Object.fromEntries(routes),
    automation: decisions === 0 ? null : (routes.get('automated') ?? 0) / decisions,
    expectedCost: priced === 0 ? null : expected / priced,
    realizedCost: realized.n === 0 ? null : { decisions: realized.n, mean: realized.sum / realized.n },
    avoided: priced === 0 || reviewPrice === undefined ? null : priced * reviewPrice - expected,
    estimatedError: errors.n === 0 ? null : errors.sum / errors.n,
    overrides: samples.n === 0 ? null : { samples: samples.n, share: samples.sum / samples.n },
    unanswered: total(({ reasons }) => reasons.get(UNANSWERED) ?? 0),
    reviewMinutes: minutes.n === 0 ? null : { reviews: minutes.n, mean: minutes.sum / minutes.n },
    reviewCost: reviewPrice === undefined ? null : reviews * reviewPrice,
    infrastructure: decisions * AUTOMATED + reviews * REVIEWED,
  };
}

const iso = (at: number): string => new Date(at).toISOString();
