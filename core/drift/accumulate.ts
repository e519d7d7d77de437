import type { Comparison } from '../candidate/compare';
import type { Baseline } from './baseline';
import { counterOf } from './counter';
import { NO_STATISTICS, type StatisticSet, addNumber } from './statistic-set';
import type {
  ComparisonTally,
  ErrorSource,
  LearnedObservation,
  MadeObservation,
  Measures,
  Observation,
  Tally,
} from './tally';

/** The tally of some decisions, each of which is counted: who must not count one twice looks at ids before. */
export function tallyOf(baseline: Baseline, observations: readonly Observation[]): Tally {
  const counter = counterOf(baseline.features);
  let rows = 0;
  const routes = new Map<string, number>();
  const outcomes = new Map<string, number>();
  const reasons = new Map<string, number>();
  const totalMs = new Map<number, number>();
  const modelMs = new Map<number, number>();
  const groups = new Map<string, Map<string, number>>();
  const automatedErrors = new Map<ErrorSource, StatisticSet>();
  const groupCosts = new Map<string, StatisticSet>();
  const ages = new Map<string, StatisticSet>();
  const measures = new Map<string, StatisticSet>();
  const firstTokenMs = new Map<number, number>();
  let candidate: ComparisonTally = { compared: 0, flips: 0, priced: 0, cost: 0 };
  let estimatedError = NO_STATISTICS;
  let realizedCost = NO_STATISTICS;
  let reviewMinutes = NO_STATISTICS;
  let overrides = NO_STATISTICS;

  function addMade(one: MadeObservation): void {
    rows++;
    counter.add(one.values, one.segments, one.features, one.signals);
    count(routes, one.route);
    if (one.outcome !== null) count(outcomes, one.outcome);
    for (const reason of one.reasons) count(reasons, reason);
    count(totalMs, roundMs(one.totalMs));
    if (one.modelMs !== null) count(modelMs, roundMs(one.modelMs));
    if (one.comparison) candidate = addComparison(candidate, one.comparison);
    for (const group of one.groups ?? []) {
      let results = groups.get(group);
      if (!results) groups.set(group, (results = new Map()));
      count(results, one.outcome ?? one.route);
    }
    for (const lookup in one.ages) addTo(ages, lookup, one.ages[lookup]!);
    addMeasures(one.measures);
    if (one.firstTokenMs !== undefined) count(firstTokenMs, roundMs(one.firstTokenMs));
    const { chanceOfError } = one;
    if (chanceOfError !== null && chanceOfError !== undefined)
      estimatedError = addNumber(estimatedError, chanceOfError);
  }

  function addMeasures(of: Measures | undefined): void {
    for (const name in of) addTo(measures, name, of[name]!);
  }

  function addLearned({ learned: { error, cost, review, measures: more, groups: members } }: LearnedObservation): void {
    addMeasures(more);
    if (review) reviewMinutes = addNumber(reviewMinutes, review.minutes);
    if (review?.overridden !== undefined) overrides = addNumber(overrides, Number(review.overridden));
    if (error) addTo(automatedErrors, error.source, Number(error.wrong));
    if (cost === undefined) return;
    realizedCost = addNumber(realizedCost, cost);
    for (const group of members) addTo(groupCosts, group, cost);
  }

  for (const one of observations)
    if ('learned' in one) addLearned(one);
    else addMade(one);
  return {
    rows,
    features: counter.tallies(),
    routes,
    outcomes,
    reasons,
    totalMs,
    modelMs,
    candidate,
    groups,
    estimatedError,
    automatedErrors,
    realizedCost,
    groupCosts,
    reviewMinutes,
    overrides,
    ages,
    measures,
    firstTokenMs,
  };
}

const count = <K>(counts: Map<K, number>, key: K): unknown => counts.set(key, (counts.get(key) ?? 0) + 1);

const addTo = <K>(sets: Map<K, StatisticSet>, key: K, x: number): unknown =>
  sets.set(key, addNumber(sets.get(key) ?? NO_STATISTICS, x));

const addComparison = (sum: ComparisonTally, { flip, cost }: Comparison): ComparisonTally => ({
  compared: sum.compared + 1,
  flips: sum.flips + Number(flip),
  priced: sum.priced + (cost === null ? 0 : 1),
  cost: sum.cost + (cost ?? 0),
});

/** To three digits above a second, so that the number of different values is bounded (2,000 up to 100 s). */
function roundMs(ms: number): number {
  const step = ms < 1_000 ? 1 : ms < 10_000 ? 10 : ms < 100_000 ? 100 : 1_000;
  return Math.max(0, Math.round(ms / step) * step);
}
