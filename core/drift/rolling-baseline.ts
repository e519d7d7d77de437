import { inputHash } from '../decision/id';
import { type Baseline, type FeatureBaseline, SEASONS, seasonOf } from './baseline';
import { countedOf } from './build-baseline';
import { counterOf } from './counter';
import { type Tally, addFeatures } from './tally';

/** What windows, hours or days have counted against a baseline; `end` is where the next begins, epoch ms. */
export interface CountedSpan<T = Pick<Tally, 'rows' | 'features'>> {
  readonly start: number;
  readonly end: number;
  readonly tally: T;
}

/** What is counted against a baseline, by windows of a length, is kept under this: with what is counted otherwise it cannot be added up. */
export const countingId = ({ baseline, windowMs }: Counting): string => inputHash({ baseline, windowMs }).slice(0, 16);

export interface Counting {
  readonly baseline: Baseline;
  readonly windowMs: number;
}

const HOUR_MS = 3_600_000;

/**
 * A baseline of what a deployed pipeline has counted, in the bins of the one that it was counted against: what lies beyond
 * them, or in categories that they do not list, stays together. With a season, only spans of an hour or less tell the
 * hours apart, and the others are left out. Undefined where nothing is left.
 */
export function rollingBaseline(baseline: Baseline, spans: readonly CountedSpan[]): Baseline | undefined {
  const { season } = baseline;
  const used = season === undefined ? spans : spans.filter(({ start, end }) => end - start <= HOUR_MS);
  const rows = used.reduce((sum, { tally }) => sum + tally.rows, 0);
  if (rows === 0) return undefined;
  const nothing = counterOf(baseline.features).tallies();
  const sumOf = (some: readonly CountedSpan[]) => some.map(({ tally }) => tally.features).reduce(addFeatures, nothing);
  const whole = sumOf(used);
  const bySeason =
    season === undefined
      ? []
      : Array.from({ length: SEASONS[season] }, (_, of) =>
          sumOf(used.filter(({ start }) => seasonOf(season, start) === of)),
        );
  const features = Object.entries(baseline.features).map(([name, feature]): [string, FeatureBaseline] => {
    const seasons = season === undefined ? {} : { seasons: bySeason.map((sum) => countedOf(feature, sum[name]!)) };
    const counted = countedOf(feature, whole[name]!);
    if (feature.kind === 'categorical') return [name, { ...feature, ...counted, other: counted.other!, ...seasons }];
    return [name, { ...feature, ...counted, mean: counted.mean!, variance: counted.variance!, ...seasons }];
  });
  return { rows, features: Object.fromEntries(features), ...(season === undefined ? {} : { season }) };
}
