import type { GapCause, LookupRead } from '../decision/decision';
import type { Pipeline } from '../pipeline/compile';
import { ageOf } from './lookup';

/** Every feature of one request, and what is missing. */
export interface FeatureValues {
  readonly values: Readonly<Record<string, unknown>>;
  /** By lookup, why its values could not be used, or not be relied on. A lookup that fell back to its default has a gap too. */
  readonly gaps: Readonly<Record<string, GapCause>>;
  /** What the gaps lead to: nothing, a review, or a refusal. */
  readonly onGap: 'none' | 'review' | 'reject';
  /** By lookup, how long ago the item that was read had been written, in seconds; those that say so. */
  readonly ages: Readonly<Record<string, number>>;
  /** Whether values older than `maxAge` are among them: then only what is clear is automated. */
  readonly aged: boolean;
}

/** Puts looked-up and derived features together. `now` is in epoch milliseconds and judges `maxAge`. */
export function resolveFeatures(
  pipeline: Pipeline,
  input: Readonly<Record<string, unknown>>,
  reads: Readonly<Record<string, LookupRead>>,
  now: number,
): FeatureValues {
  const values: Record<string, unknown> = {};
  const gaps: Record<string, GapCause> = {};
  const ages: Record<string, number> = {};
  let onGap: FeatureValues['onGap'] = 'none';
  let aged = false;
  for (const lookup of pipeline.lookups) {
    const read = reads[lookup.name] ?? { failed: 'unavailable' };
    const ageMs = 'failed' in read ? NaN : ageOf(read.item, now);
    if (!Number.isNaN(ageMs)) ages[lookup.name] = Math.max(0, Math.round(ageMs / 1_000));
    const gap = 'failed' in read ? read.failed : lookup.take(read.item, ageMs, values);
    if (!gap) continue;
    gaps[lookup.name] = gap;
    if (gap === 'aged') aged = true;
    else if (typeof lookup.onMissing === 'object') Object.assign(values, lookup.onMissing.default);
    else if (onGap !== 'reject') onGap = lookup.onMissing;
  }
  deriveFeatures(pipeline, input, values);
  return { values, gaps, ages, onGap, aged };
}

/** Adds the derived features to looked-up `values`; one that names a missing value is missing too. */
export function deriveFeatures(
  pipeline: Pipeline,
  input: Readonly<Record<string, unknown>>,
  values: Record<string, unknown>,
): void {
  const celInput = pipeline.toCelInput(input);
  for (const { name, evaluate } of pipeline.derived) {
    const value = evaluate({ input: celInput, features: pipeline.toCelFeatures(values) });
    if (value !== undefined) values[name] = value;
  }
}
