import { type Column, compileColumns } from '../model/encoding';
import type { XgboostJson } from '../model/xgboost';
import type { WindowFindings } from './evaluate';

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

/** The part of what the model goes by that has drifted, 0 to 1. */
export const driftImpact = ({ features }: WindowFindings, weights: ReadonlyMap<string, number>): number =>
  Object.entries(features).reduce((sum, [name, { drift }]) => sum + (drift === 1 ? (weights.get(name) ?? 0) : 0), 0);
