import type { DecisionRecord } from '../decision/decision';
import { compileAttributions } from '../model/attributions';
import { type XgboostJson, loadXgboost } from '../model/xgboost';
import type { Pipeline } from '../pipeline/compile';
import { round } from '../policy/choosers';
import { briefValue } from './brief-value';
import type { Explained } from './explanation';

type Attributed = Pick<Explained, 'attributions' | 'attributionsMissing'>;

const MOST_EFFECTS = 8;

/** Tells which of a request's values moved its score; `trees` are those of the definition. */
export function compileScoreExplainer(
  { columns, definition }: Pipeline,
  trees: XgboostJson | undefined,
): (record: DecisionRecord) => Attributed {
  const { calibration, probabilityOf: label } = definition.model;
  const attribute = trees && compileAttributions(loadXgboost(trees), columns, calibration);
  return ({ input, features, modelScore }) => {
    if (modelScore === null) return missing('NO_SCORE');
    if (!attribute) return missing('NO_TREES');
    const found = attribute({ input, features }, modelScore);
    if (!found) return missing('ANOTHER_MODEL');
    const told = found.effects.slice(0, MOST_EFFECTS);
    const others = found.effects.slice(MOST_EFFECTS).reduce((sum, { effect }) => sum + effect, 0);
    return {
      attributions: {
        label,
        scale: found.scale,
        base: round(found.base),
        effects: told.map(({ feature, value, effect }) => ({
          feature,
          value: briefValue(value) ?? null,
          effect: round(effect),
        })),
        others: round(others),
      },
    };
  };
}

const missing = (attributionsMissing: NonNullable<Attributed['attributionsMissing']>): Attributed => ({
  attributions: null,
  attributionsMissing,
});
