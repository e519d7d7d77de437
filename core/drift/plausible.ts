import type { InputProblem } from '../input/validate';
import type { Baseline } from './baseline';

/** Values that the schema allows but the baseline never saw: numbers outside its range of bins, new categories. */
export function outsideBaseline(
  baseline: Baseline | undefined,
  input: Readonly<Record<string, unknown>>,
  root = '/input',
): InputProblem[] {
  return Object.entries(baseline?.features ?? {}).flatMap(([name, feature]) => {
    const value = input[name];
    if (value === undefined) return [];
    const at = `${root}/${name}`;
    if (feature.kind === 'categorical')
      // Where rare ones are not told apart, another one is no surprise.
      return feature.other > 0 || feature.categories.includes(String(value))
        ? []
        : [{ pointer: at, code: 'UNSEEN_CATEGORY', detail: 'is a category that the baseline does not have' }];
    // Chebyshev: whatever the distribution, at most 1 value in 25 lies further out than five standard deviations.
    const far = 5 * Math.sqrt(feature.variance);
    return typeof value === 'number' && Math.abs(value - feature.mean) > far
      ? [
          {
            pointer: at,
            code: 'FAR_OUT',
            detail: 'lies more than five standard deviations from the mean of the baseline',
          },
        ]
      : [];
  });
}
