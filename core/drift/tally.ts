import type { Comparison } from '../candidate/compare';
import type { FeatureTally } from './counter';
import {
  type PackedStatistics,
  type StatisticSet,
  addStatistics,
  packStatistics,
  unpackStatistics,
} from './statistic-set';
import { mergeMoments } from './moments';

/** What one decision adds to a window: when it is made, and when something is learned of it. */
export type Observation = MadeObservation | LearnedObservation;

/** What is learned of a decision after it was made. */
export interface LearnedObservation {
  /** Of its own: another one than the decision's. */
  readonly id: string;
  /** When it became known, epoch milliseconds. */
  readonly at: number;
  readonly learned: {
    /** What the decision cost, a review included. */
    readonly cost?: number;
    /** Whether what the policy decided was wrong, by a reported truth, or by a person who reviewed a random sample. */
    readonly error?: { readonly source: ErrorSource; readonly wrong: boolean };
    /** A review that a person made: how long it took, and, of a blind sample, whether they differed. */
    readonly review?: { readonly minutes: number; readonly overridden?: boolean };
    readonly measures?: Measures;
    readonly groups: readonly string[];
  };
}

/** Numbers by what they measure, for which a baseline has no place. */
export type Measures = Readonly<Record<string, number>>;

export type ErrorSource = 'reported' | 'sample';

export interface MadeObservation {
  readonly id: string;
  /** When the request came in, epoch milliseconds. */
  readonly at: number;
  /** The input by name; what the baseline does not name is ignored. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly features?: Readonly<Record<string, unknown>>;
  /** What the pipeline made of them; see `signals.ts`. */
  readonly signals?: Readonly<Record<string, unknown>>;
  /** The segments that the request is in. */
  readonly segments?: readonly string[];
  readonly route: string;
  /** Null while a person is to decide. */
  readonly outcome: string | null;
  /** Codes of what the decision had to do without: a model's answer, looked-up values. */
  readonly reasons: readonly string[];
  readonly totalMs: number;
  /** Null where the model was not asked. */
  readonly modelMs: number | null;
  /** How old what was looked up was, in seconds, by lookup. */
  readonly ages?: Readonly<Record<string, number>> | undefined;
  /** The groups that the request is in, as `<protected field>=<value>`. */
  readonly groups?: readonly string[];
  /** The probability that what the policy decided is wrong, by its own word; null where the policy did not decide. */
  readonly chanceOfError?: number | null;
  /** What a candidate would have done differently, where there is one. */
  readonly comparison?: Comparison | undefined;
  /** Of a language model; see `llm-measures.ts`. */
  readonly measures?: Measures | undefined;
  /** Milliseconds to a language model's first token. */
  readonly firstTokenMs?: number | undefined;
}

/** How a candidate compares with the live definition over a set of decisions. */
export interface ComparisonTally {
  readonly compared: number;
  readonly flips: number;
  /** Comparisons whose expected cost is known, and the sum of how much more the candidate's choices cost. */
  readonly priced: number;
  readonly cost: number;
}

/** Everything that was counted over a set of decisions. Adding two tallies gives that of both sets. */
export interface Tally {
  readonly rows: number;
  /** By the names of the baseline. */
  readonly features: Readonly<Record<string, FeatureTally>>;
  readonly routes: ReadonlyMap<string, number>;
  /** Without those still pending. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly reasons: ReadonlyMap<string, number>;
  /** Decisions by milliseconds, whole below a second and to three digits above. */
  readonly totalMs: ReadonlyMap<number, number>;
  readonly modelMs: ReadonlyMap<number, number>;
  readonly candidate: ComparisonTally;
  /** By group: what became of its decisions, by outcome, or `review` where a person is to decide. */
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Of what the policy decided, how probably each is wrong. */
  readonly estimatedError: StatisticSet;
  /** 1 for each decision of the policy that is known to be wrong, 0 for each that is known to be right, by source. */
  readonly automatedErrors: ReadonlyMap<ErrorSource, StatisticSet>;
  /** What decisions cost whose truth has been reported. */
  readonly realizedCost: StatisticSet;
  readonly groupCosts: ReadonlyMap<string, StatisticSet>;
  /** Of reviews that people have made. */
  readonly reviewMinutes: StatisticSet;
  /** 1 for each blind sample that a person decided otherwise, 0 for each that they decided alike. */
  readonly overrides: StatisticSet;
  /** By lookup, how old what was read was, in seconds. */
  readonly ages: ReadonlyMap<string, StatisticSet>;
  readonly measures: ReadonlyMap<string, StatisticSet>;
  /** Decisions by milliseconds to a language model's first token. */
  readonly firstTokenMs: ReadonlyMap<number, number>;
}

/** Whether neither a decision nor anything that was learned of one is in it. */
export const isNothing = ({
  rows,
  automatedErrors,
  realizedCost,
  reviewMinutes,
  overrides,
  measures,
}: Tally): boolean =>
  rows + realizedCost.n + reviewMinutes.n + overrides.n + automatedErrors.size + measures.size === 0;

/** The tally of both sets of decisions, both counted against the same baseline. */
export function addTallies(a: Tally, b: Tally): Tally {
  return {
    rows: a.rows + b.rows,
    features: addFeatures(a.features, b.features),
    routes: addCounts(a.routes, b.routes),
    outcomes: addCounts(a.outcomes, b.outcomes),
    reasons: addCounts(a.reasons, b.reasons),
    totalMs: addCounts(a.totalMs, b.totalMs),
    modelMs: addCounts(a.modelMs, b.modelMs),
    candidate: addComparisons(a.candidate, b.candidate),
    groups: addMaps(a.groups, b.groups, addCounts),
    estimatedError: addStatistics(a.estimatedError, b.estimatedError),
    automatedErrors: addMaps(a.automatedErrors, b.automatedErrors, addStatistics),
    realizedCost: addStatistics(a.realizedCost, b.realizedCost),
    groupCosts: addMaps(a.groupCosts, b.groupCosts, addStatistics),
    reviewMinutes: addStatistics(a.reviewMinutes, b.reviewMinutes),
    overrides: addStatistics(a.overrides, b.overrides),
    ages: addMaps(a.ages, b.ages, addStatistics),
    measures: addMaps(a.measures, b.measures, addStatistics),
    firstTokenMs: addCounts(a.firstTokenMs, b.firstTokenMs),
  };
}

export const NO_COMPARISONS: ComparisonTally = { compared: 0, flips: 0, priced: 0, cost: 0 };

export const addComparisons = (a: ComparisonTally, b: ComparisonTally): ComparisonTally => ({
  compared: a.compared + b.compared,
  flips: a.flips + b.flips,
  priced: a.priced + b.priced,
  cost: a.cost + b.cost,
});

export const addFeatures = (a: Tally['features'], b: Tally['features']): Tally['features'] =>
  Object.fromEntries(Object.entries(a).map(([name, one]) => [name, addFeature(one, b[name]!)]));

export const addFeature = (a: FeatureTally, b: FeatureTally): FeatureTally => ({
  counts: a.counts.map((n, i) => n + b.counts[i]!),
  missing: a.missing + b.missing,
  moments: mergeMoments(a.moments, b.moments),
});

export const addCounts = <K>(a: ReadonlyMap<K, number>, b: ReadonlyMap<K, number>): Map<K, number> =>
  addMaps(a, b, (n, m) => n + m);

function addMaps<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>, add: (a: V, b: V) => V): Map<K, V> {
  const sum = new Map(a);
  for (const [key, value] of b) sum.set(key, sum.has(key) ? add(sum.get(key)!, value) : value);
  return sum;
}

/** A tally as compact JSON text; `decodeTally` gives back an equal one. */
export function encodeTally(tally: Tally): string {
  const { rows, features, routes, outcomes, reasons, totalMs, modelMs, candidate, groups } = tally;
  const packed = Object.entries(features).map(
    ([
      name,
      {
        counts,
        missing,
        moments: { n, mean, m2 },
      },
    ]) => [name, counts, missing, n, mean, m2],
  );
  const counted = [routes, outcomes, reasons, totalMs, modelMs].map((counts) => [...counts]);
  const { compared, flips, priced, cost } = candidate;
  const byGroup = [...groups].map(([group, counts]) => [group, [...counts]]);
  const learned: PackedLearned = [
    packStatistics(tally.estimatedError),
    packAll(tally.automatedErrors),
    packStatistics(tally.realizedCost),
    packAll(tally.groupCosts),
    packStatistics(tally.reviewMinutes),
    packStatistics(tally.overrides),
    packAll(tally.ages),
    packAll(tally.measures),
    [...tally.firstTokenMs],
  ];
  return JSON.stringify([rows, packed, ...counted, [compared, flips, priced, cost], byGroup, learned]);
}

type Entries<K> = [K, number][];
type PackedAll<K> = [K, PackedStatistics][];
type PackedLearned = [
  PackedStatistics,
  PackedAll<ErrorSource>,
  PackedStatistics,
  PackedAll<string>,
  PackedStatistics?,
  PackedStatistics?,
  PackedAll<string>?,
  PackedAll<string>?,
  Entries<number>?,
];

const packAll = <K>(sets: ReadonlyMap<K, StatisticSet>): PackedAll<K> =>
  [...sets].map(([key, set]) => [key, packStatistics(set)]);
const unpackAll = <K>(packed: PackedAll<K>): Map<K, StatisticSet> =>
  new Map(packed.map(([key, set]) => [key, unpackStatistics(set)]));

type Packed = [name: string, counts: number[], missing: number, n: number, mean: number, m2: number];

export function decodeTally(text: string): Tally {
  const [rows, packed, routes, outcomes, reasons, totalMs, modelMs, candidate, groups, learned] = JSON.parse(text) as [
    number,
    Packed[],
    Entries<string>,
    Entries<string>,
    Entries<string>,
    Entries<number>,
    Entries<number>,
    [compared: number, flips: number, priced: number, cost: number]?,
    [group: string, counts: Entries<string>][]?,
    PackedLearned?,
  ];
  // A window that was counted by an earlier release has none of the last.
  const [compared, flips, priced, cost] = candidate ?? [0, 0, 0, 0];
  const [
    errors,
    automated,
    costs,
    groupCosts,
    minutes = [],
    overrides = [],
    ages = [],
    measures = [],
    firstToken = [],
  ] = learned ?? [[], [], [], []];
  return {
    rows,
    features: Object.fromEntries(
      packed.map(([name, counts, missing, n, mean, m2]) => [name, { counts, missing, moments: { n, mean, m2 } }]),
    ),
    routes: new Map(routes),
    outcomes: new Map(outcomes),
    reasons: new Map(reasons),
    totalMs: new Map(totalMs),
    modelMs: new Map(modelMs),
    candidate: { compared, flips, priced, cost },
    groups: new Map((groups ?? []).map(([group, counts]) => [group, new Map(counts)])),
    estimatedError: unpackStatistics(errors),
    automatedErrors: unpackAll(automated),
    realizedCost: unpackStatistics(costs),
    groupCosts: unpackAll(groupCosts),
    reviewMinutes: unpackStatistics(minutes),
    overrides: unpackStatistics(overrides),
    ages: unpackAll(ages),
    measures: unpackAll(measures),
    firstTokenMs: new Map(firstToken),
  };
}
