import type { DecisionRecord } from './decision';
import type { Pipeline } from '../pipeline/compile';
import { rightOutcomes } from '../policy/stakes';

/**
 * The index in `decide.labels` of what turned out to be true: as it was reported; else what a reviewer's outcome says it
 * is, the one label under which that outcome is right. Undefined where neither says, and where a cost has no value.
 */
export function labelOf(pipeline: Pipeline, record: DecisionRecord): number | undefined {
  const { labels, outcomes } = pipeline.definition.decide;
  const { truth, status, route, input, features } = record;
  const reviewed = status === 'resolved' && route === 'review' && record.outcome !== null;
  if (!truth && !reviewed) return undefined;
  const prices = pipeline.prices({ input: pipeline.toCelInput(input), features: pipeline.toCelFeatures(features) });
  if (!prices) return undefined;
  if (truth) {
    const reported = labels.indexOf(truth.label);
    return reported < 0 ? undefined : reported;
  }
  const outcome = outcomes.indexOf(record.outcome!);
  const meant = rightOutcomes(prices.costs).flatMap((right, label) => (right === outcome ? [label] : []));
  return meant.length === 1 ? meant[0] : undefined;
}
