import type { PipelineDefinition } from '../pipeline/definition';
import type { Prices } from '../policy/stakes';

/**
 * What a choice costs by the costs of one definition: under the truth, where `chances` gives one label all of it, else
 * in expectation. A reviewer decides right. Undefined where the definition has no cost for it.
 */
export function costOfChoice(
  { decide: { outcomes } }: PipelineDefinition,
  { costs, review }: Prices,
  choice: string,
  chances: readonly number[],
): number | undefined {
  const expected = (byLabel: readonly number[]) => chances.reduce((sum, chance, i) => sum + chance * byLabel[i]!, 0);
  if (choice === 'review')
    return review + expected(chances.map((_, label) => Math.min(...costs.map((row) => row[label]!))));
  const byLabel = costs[outcomes.indexOf(choice)];
  return byLabel && expected(byLabel);
}

/** How probable each label is: certain where the truth is known, else by the probability of the model's label. */
export function chancesOf(
  { decide: { labels }, model }: PipelineDefinition,
  truth: string | undefined,
  probability: number | null,
): readonly number[] | undefined {
  if (truth !== undefined) return labels.includes(truth) ? labels.map((label) => Number(label === truth)) : undefined;
  if (probability === null) return undefined;
  return labels.map((label) => (label === model.probabilityOf ? probability : 1 - probability));
}
