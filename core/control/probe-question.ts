import type { Baseline } from '../drift/baseline';
import { encodeRow, toCsv } from '../model/encoding';
import type { Pipeline } from '../pipeline/compile';

/** A row of usual values, to ask the model whether it is well; undefined without a baseline to take them from. */
export function probeRow({ columns, definition }: Pick<Pipeline, 'columns' | 'definition'>): string | undefined {
  const { drift } = definition;
  if (!drift) return undefined;
  const values = usualValues(drift.baseline);
  return toCsv(encodeRow(columns, { input: values, features: values }));
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
