import { type Baseline, type FeatureBaseline, binOf } from './baseline';

/** What drift sees of one decision. */
export interface Observation {
  readonly id: string;
  /** When the request came in, in epoch milliseconds. */
  readonly at: number;
  /** Input and features by bare name. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly route: string;
  readonly totalMs: number;
  readonly modelMs: number;
  /** Why the model gave no answer, if it gave none. */
  readonly fallback?: string;
}

export interface FeaturePartial {
  /** Rows in each bin or category; then those of no known category; then those without a value. */
  readonly counts: number[];
  /** Welford's running moments of the numbers seen. */
  n: number;
  mean: number;
  m2: number;
}

/** The part of a window that one shard has seen. Plain data. */
export interface Partial {
  /** Every decision counted: whatever is delivered again is recognized. */
  readonly ids: string[];
  readonly features: Record<string, FeaturePartial>;
  readonly routes: Record<string, number>;
  readonly fallbacks: Record<string, number>;
  /** How often each whole number of milliseconds was seen. */
  readonly totalMs: Record<string, number>;
  readonly modelMs: Record<string, number>;
}

/** A shard's partial stays below DynamoDB's 400 KB with so many ids of 26 characters. */
export const MAX_ROWS = 12_000;

export const windowOf = (at: number, windowMs: number): number => Math.floor(at / windowMs) * windowMs;

/** Ids are random, so their last characters spread decisions evenly. */
export const shardOf = (id: string, shards: number): number => (id.charCodeAt(25)! * 32 + id.charCodeAt(24)!) % shards;

export const emptyPartial = (): Partial => ({ ids: [], features: {}, routes: {}, fallbacks: {}, totalMs: {}, modelMs: {} });

/** Adds what has not been seen yet, and nothing twice; says how many rows no longer fit. */
export function observe(baseline: Baseline, partial: Partial, observations: readonly Observation[]): { overflow: number } {
  const seen = new Set(partial.ids);
  const fresh = observations.filter(({ id }) => !seen.has(id) && seen.add(id));
  const taken = fresh.slice(0, MAX_ROWS - partial.ids.length);
  for (const { id, values, route, fallback, totalMs, modelMs } of taken) {
    partial.ids.push(id);
    for (const [name, feature] of Object.entries(baseline.features))
      add(feature, (partial.features[name] ??= emptyFeature(feature)), values[name]);
    increment(partial.routes, route);
    if (fallback !== undefined) increment(partial.fallbacks, fallback);
    increment(partial.totalMs, String(totalMs));
    if (modelMs > 0) increment(partial.modelMs, String(modelMs));
  }
  return { overflow: fresh.length - taken.length };
}

/** One partial of several shards or windows. Counts add up exactly, moments by Chan, Golub & LeVeque (1979). */
export function mergePartials(partials: readonly Partial[]): Partial {
  const merged = emptyPartial();
  for (const partial of partials) {
    merged.ids.push(...partial.ids);
    for (const [name, feature] of Object.entries(partial.features)) {
      const into = (merged.features[name] ??= { counts: feature.counts.map(() => 0), n: 0, mean: 0, m2: 0 });
      feature.counts.forEach((count, i) => (into.counts[i]! += count));
      mergeMoments(into, feature);
    }
    for (const key of ['routes', 'fallbacks', 'totalMs', 'modelMs'] as const)
      for (const [name, count] of Object.entries(partial[key])) increment(merged[key], name, count);
  }
  return merged;
}

/** Bins of a feature's counts: those of the baseline, then the unknown, then the missing. */
const slots = (feature: FeatureBaseline): number => feature.counts.length + 2;

const emptyFeature = (feature: FeatureBaseline): FeaturePartial => ({ counts: new Array<number>(slots(feature)).fill(0), n: 0, mean: 0, m2: 0 });

function add(feature: FeatureBaseline, partial: FeaturePartial, value: unknown): void {
  const unknown = feature.counts.length;
  if (value === undefined || value === null) {
    partial.counts[unknown + 1]! += 1;
  } else if (feature.kind === 'categorical') {
    const category = feature.categories.indexOf(String(value));
    partial.counts[category < 0 ? unknown : category]! += 1;
  } else if (typeof value === 'number' && Number.isFinite(value)) {
    partial.counts[binOf(feature.edges, value)]! += 1;
    mergeMoments(partial, { n: 1, mean: value, m2: 0 });
  } else {
    partial.counts[unknown]! += 1;
  }
}

function mergeMoments(into: { n: number; mean: number; m2: number }, from: { readonly n: number; readonly mean: number; readonly m2: number }): void {
  if (from.n === 0) return;
  const n = into.n + from.n;
  const delta = from.mean - into.mean;
  into.m2 += from.m2 + (delta * delta * into.n * from.n) / n;
  into.mean += (delta * from.n) / n;
  into.n = n;
}

const increment = (counts: Record<string, number>, name: string, by = 1): void => {
  counts[name] = (counts[name] ?? 0) + by;
};
