import { type Column, compileColumns } from '../model/encoding';
import type { XgboostJson } from '../model/xgboost';
import type { PipelineDefinition } from '../pipeline/definition';
import { type Baseline, type FeatureBaseline, isSignal } from './baseline';
import type { Watched } from './blocks';
import type { FeatureTally } from './counter';
import { SIGNALS } from './signals';
import { addFeature } from './tally';

/**
 * How much the model goes by each feature, by bare name; they add up to 1. With trees it is the feature's share of all
 * gain (the training loss that its splits took off); without, every feature of the row counts alike.
 */
export function featureWeights(columns: readonly Column[], trees?: XgboostJson): ReadonlyMap<string, number> {
  const compiled = compileColumns(columns);
  const owners = compiled.flatMap(({ field, cells }) => cells(undefined).map(() => field));
  const weights = new Map<string, number>();
  const add = (name: string, weight: number) => weights.set(name, (weights.get(name) ?? 0) + weight);
  if (trees) {
    for (const { left_children, split_indices, loss_changes } of trees.learner.gradient_booster.model.trees)
      left_children.forEach((left, node) => {
        if (left !== -1) add(owners[split_indices[node]!]!, loss_changes?.[node] ?? 1);
      });
  } else for (const { field } of compiled) add(field, 1);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return new Map([...weights].map(([name, weight]) => [name, weight / total]));
}

/** The same of a definition's model; of a language model, all that is watched counts alike. */
export function modelWeights({ model, drift }: PipelineDefinition, trees?: XgboostJson): ReadonlyMap<string, number> {
  if (model.kind === 'sagemaker') return featureWeights(model.columns, trees);
  return featureWeights(
    Object.keys(drift?.baseline.features ?? {})
      .filter((name) => !isSignal(name) && !name.includes('/'))
      .map((name) => `input.${name}`),
  );
}

/** A figure of the baseline, and what has become of it. */
export interface Moved {
  readonly from: number;
  readonly to: number;
}

/** What drift does to decisions: each from the baseline to the rows that have drifted; what the baseline lacks is left out. */
export interface Impact {
  /** The part of what the model goes by that has drifted, 0 to 1. */
  readonly weight: number;
  /** Mean probability of the model's label. */
  readonly score?: Moved;
  /** Share of the decisions that are automated. */
  readonly automation?: Moved;
  /** Expected cost of a decision. */
  readonly cost?: Moved;
  /** Of what is automated, the share that is wrong by the model's own word. */
  readonly error?: Moved;
}

/** `names` are those that have drifted, `tallies` the windows since then. */
export function impactOf(
  { features }: Baseline,
  weights: ReadonlyMap<string, number>,
  names: readonly string[],
  tallies: readonly Watched[],
): Impact {
  const moved = (
    member: keyof Impact,
    signal: string,
    figure: (feature: FeatureBaseline, tally: FeatureTally) => Moved | undefined,
  ): Partial<Impact> => {
    const feature = features[signal];
    const found = feature && figure(feature, tallies.map((tally) => tally.features[signal]!).reduce(addFeature));
    return found ? { [member]: found } : {};
  };
  return {
    weight: names.reduce((sum, name) => sum + (weights.get(name) ?? 0), 0),
    ...moved('score', SIGNALS.score, means),
    ...moved('automation', SIGNALS.decision, automation),
    ...moved('cost', SIGNALS.cost, means),
    ...moved('error', SIGNALS.error, means),
  };
}

const means = ({ mean }: FeatureBaseline, { moments }: FeatureTally): Moved | undefined =>
  mean === undefined || moments.n === 0 ? undefined : { from: mean, to: moments.mean };

function automation(feature: FeatureBaseline, { counts }: FeatureTally): Moved | undefined {
  const categories = feature.kind === 'categorical' ? feature.categories : [];
  const share = (rows: readonly number[]): number => {
    const all = rows.reduce((sum, n) => sum + n, 0);
    return categories.reduce((sum, name, i) => sum + (name.startsWith('automated') ? rows[i]! / all : 0), 0);
  };
  const [from, to] = [share([...feature.counts, feature.other ?? 0]), share(counts)];
  return Number.isFinite(from) && Number.isFinite(to) ? { from, to } : undefined;
}
