import { type Baseline, type FeatureBaseline, rowsOf } from '../../core/drift/baseline';
import { LONGEST_CATEGORY, MAX_CATEGORIES } from '../../core/drift/build-baseline';
import { UsageError } from '../commands/usage';
import { readJson, requireFile } from './read-json';

/** What is read of a feature in Model Monitor's `statistics.json`. */
interface MonitoredFeature {
  readonly name: string;
  readonly inferred_type?: string;
  readonly numerical_statistics?: {
    readonly common?: Common;
    readonly mean?: number;
    readonly std_dev?: number;
    readonly distribution?: { readonly kll?: { readonly buckets?: readonly Bucket[] } };
  };
  readonly string_statistics?: {
    readonly common?: Common;
    readonly distribution?: { readonly categorical?: { readonly buckets?: readonly Category[] } };
  };
}
interface Common {
  readonly num_present?: number;
  readonly num_missing?: number;
}
interface Bucket {
  readonly lower_bound: number;
  readonly upper_bound: number;
  readonly count: number;
}
interface Category {
  readonly value: string;
  readonly count: number;
}

/**
 * A baseline of the `watched` features from what SageMaker Model Monitor measured: `statistics.json`, whose ten buckets become bins, and, where it
 * is given, `constraints.json`, whose domains name the categories.
 */
export function importModelMonitor(
  statisticsFile: string,
  constraintsFile: string | undefined,
  watched: readonly string[],
): Baseline {
  requireFile(statisticsFile);
  const { dataset, features } = readJson(statisticsFile) as {
    readonly dataset?: { readonly item_count?: number };
    readonly features?: readonly MonitoredFeature[];
  };
  if (!Array.isArray(features))
    throw new UsageError(`${statisticsFile} has no "features": it is no statistics.json of Model Monitor.`);
  const domains = constraintsFile === undefined ? new Map<string, readonly string[]>() : domainsOf(constraintsFile);
  const imported = (features as readonly MonitoredFeature[]).flatMap((feature): [string, FeatureBaseline][] => {
    const one = feature.numerical_statistics ? ofNumbers(feature) : ofTexts(feature, domains.get(feature.name));
    return one ? [[feature.name, one]] : [];
  });
  if (imported.length === 0) throw new UsageError(`${statisticsFile} has no feature with a distribution.`);
  const names = imported.map(([name]) => name);
  const foreign = names.filter((name) => !watched.includes(name));
  if (foreign.length === names.length)
    throw new UsageError(
      `${statisticsFile} has none of the features that the definition reads (${watched.join(', ')}). It has ${names.join(', ')}.`,
    );
  if (foreign.length > 0)
    process.stderr.write(`Left out, since the definition does not read them: ${foreign.join(', ')}.\n`);
  const absent = watched.filter((name) => !names.includes(name));
  if (absent.length > 0)
    process.stderr.write(
      `Not watched, since ${statisticsFile} has no distribution of them: ${absent.join(', ')}. plumbline baseline --data measures them.\n`,
    );
  const rows = dataset?.item_count ?? Math.max(...imported.map(([, feature]) => rowsOf(feature)));
  return { rows, features: Object.fromEntries(imported.filter(([name]) => watched.includes(name))) };
}

function ofNumbers({ numerical_statistics }: MonitoredFeature): FeatureBaseline | undefined {
  const { common, mean = 0, std_dev = 0, distribution } = numerical_statistics!;
  const buckets = distribution?.kll?.buckets ?? [];
  if (buckets.length === 0) return undefined;
  const { upper_bound: last } = buckets.at(-1)!;
  // The last bucket holds its upper bound.
  const above = last + Math.max(Math.abs(last), 1) * 1e-9;
  const edges = [...buckets.map(({ lower_bound }) => lower_bound), above].filter(
    (edge, i, all) => i === 0 || edge > all[i - 1]!,
  );
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const { lower_bound, count } of buckets) counts[edges.indexOf(lower_bound) + 1]! += Math.round(count);
  return { kind: 'numeric', missing: common?.num_missing ?? 0, mean, variance: std_dev ** 2, edges, counts };
}

function ofTexts(
  { string_statistics }: MonitoredFeature,
  domain: readonly string[] | undefined,
): FeatureBaseline | undefined {
  const { common, distribution } = string_statistics ?? {};
  const buckets = [...(distribution?.categorical?.buckets ?? [])].sort((a, b) => b.count - a.count);
  if (buckets.length === 0) return undefined;
  const named = buckets.filter(({ value }) => value.length <= LONGEST_CATEGORY).slice(0, MAX_CATEGORIES);
  const unseen = (domain ?? []).filter((value) => !buckets.some((bucket) => bucket.value === value));
  const others = buckets.reduce((sum, bucket) => sum + (named.includes(bucket) ? 0 : bucket.count), 0);
  return {
    kind: 'categorical',
    missing: common?.num_missing ?? 0,
    categories: [...named.map(({ value }) => value), ...unseen],
    counts: [...named.map(({ count }) => count), ...unseen.map(() => 0)],
    other: others,
  };
}

/** The values that a text may take, by feature. */
function domainsOf(file: string): Map<string, readonly string[]> {
  requireFile(file);
  const { features } = readJson(file) as {
    readonly features?: readonly {
      readonly name: string;
      readonly string_constraints?: { readonly domains?: readonly string[] };
    }[];
  };
  if (!Array.isArray(features)) throw new UsageError(`${file} has no "features": it is no constraints.json.`);
  return new Map(
    features.flatMap(({ name, string_constraints }) =>
      string_constraints?.domains ? [[name, string_constraints.domains] as const] : [],
    ),
  );
}
