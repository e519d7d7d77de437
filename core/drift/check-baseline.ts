import { LONGEST_CATEGORY } from './build-baseline';
import { type Baseline, type Counted, type FeatureBaseline, SEASONS, type Season } from './baseline';

/** What is wrong with a baseline as it comes from a file; none where windows can be compared with it. */
export function baselineFault(baseline: unknown): string | undefined {
  const { rows, features, season } = (baseline ?? {}) as Partial<Baseline>;
  if (!isCount(rows) || rows === 0) return 'rows must be a positive number';
  if (features === null || typeof features !== 'object') return 'features must be an object';
  if (season !== undefined && !(season in SEASONS)) return `season must be one of ${Object.keys(SEASONS).join(', ')}`;
  for (const [name, feature] of Object.entries(features)) {
    const fault = featureFault((feature ?? {}) as FeatureBaseline, season);
    if (fault) return `${name} ${fault}`;
  }
  return undefined;
}

function featureFault(given: FeatureBaseline, season: Season | undefined): string | undefined {
  if (!isCounted(given)) return 'lacks missing or counts';
  const fits =
    given.kind === 'numeric'
      ? [given.mean, given.variance].every(Number.isFinite) &&
        isAscending(given.edges) &&
        given.counts.length === given.edges.length + 1
      : given.kind === 'categorical' &&
        Array.isArray(given.categories) &&
        given.counts.length === given.categories.length &&
        given.categories.every((name) => typeof name === 'string' && name.length <= LONGEST_CATEGORY) &&
        isCount(given.other);
  if (!fits)
    return `is neither numeric with edges, mean and variance nor categorical with categories (texts of at most ${LONGEST_CATEGORY} characters) and other`;
  const { seasons, counts, kind } = given;
  if ((seasons?.length ?? 0) !== (season === undefined ? 0 : SEASONS[season]))
    return season === undefined ? 'has seasons, the baseline has none' : `must have ${SEASONS[season]} seasons`;
  const same = (one: Counted) =>
    isCounted(one) && one.counts.length === counts.length && (kind === 'numeric' || isCount(one.other));
  return seasons?.every(same) === false ? 'has a season without missing or counts' : undefined;
}

const isCounted = ({ missing, counts }: Partial<Counted>): boolean =>
  isCount(missing) && Array.isArray(counts) && counts.every(isCount);
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isAscending = (edges: unknown): boolean =>
  Array.isArray(edges) && edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > edges[i - 1]));
