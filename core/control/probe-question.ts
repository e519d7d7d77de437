import type { Baseline } from '../drift/baseline';
import type { PipelineDefinition } from '../pipeline/definition';
import type { Question } from '../ports';

/** A question of usual values, to ask the model whether it is well; undefined without a baseline to take them from. */
export function probeQuestion({ drift }: Pick<PipelineDefinition, 'drift'>): Question | undefined {
  if (!drift) return undefined;
  const values = usualValues(drift.baseline);
  return { input: values, features: values, id: '', caller: 'plumbline' };
}

/** The mean of each number, rounded, since some take whole numbers only, and the most frequent category. */
function usualValues({ features }: Baseline): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(features).map(([name, feature]) => {
      if (feature.kind === 'numeric') return [name, Math.round(feature.mean)];
      const most = feature.counts.indexOf(Math.max(...feature.counts));
      return [name, feature.categories[most]];
    }),
  );
}
