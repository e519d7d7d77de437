import type { Calibration } from './calibration';
import { type CompiledColumns, encodeRow, type RowSource } from './encoding';
import { compileTreeShap } from './tree-shap';
import type { XgboostModel } from './xgboost';

/**
 * Why a row scored as it did: `base` plus all effects is the log-odds of its calibrated probability. Isotonic
 * calibration leaves no such sum, so the effects are then on the log-odds of the model's own score, as `scale` says.
 */
export interface Attributions {
  readonly scale: 'probability log-odds' | 'score log-odds';
  /** The log-odds of a row of which nothing is known. */
  readonly base: number;
  /** One for each source of the model's row, the strongest first. */
  readonly effects: readonly Effect[];
}

export interface Effect {
  /** `input.<field>` or `features.<name>`. */
  readonly feature: string;
  /** The request's value; undefined where it is missing, which has an effect too. */
  readonly value: unknown;
  /** What knowing the value adds to the log-odds of the positive class, so it multiplies the odds by exp(effect). */
  readonly effect: number;
}

/** Rounding to single precision, which the model's host works in, stays far below it; another model does not. */
export const SAME_SCORE = 1e-4;

/**
 * Prepares a model's explanation. The function that it returns takes the request's values and the raw score that was
 * recorded for them, and gives undefined where this model scores them differently: it is not the model that answered.
 * Effects are Shapley values (core/model/tree-shap.ts), summed over the cells of a source.
 * Throws an Error for a model that cannot be explained, and a RangeError for one that takes another number of cells
 * than the columns give.
 */
export function compileAttributions(
  model: XgboostModel,
  columns: CompiledColumns,
  calibration?: Calibration,
): (source: RowSource, score: number) => Attributions | undefined {
  const contributions = compileTreeShap(model);
  const names = columns.map(({ root, field }) => `${root}.${field}`);
  const sources = new Map(columns.map((column, i) => [names[i]!, column]));
  const owners = columns.flatMap(({ cells }, i) => cells(undefined).map(() => names[i]!));
  if (owners.length !== model.features)
    throw new RangeError(`The model takes ${model.features} cells, the columns give ${owners.length}.`);
  const { scale, slope, shift } = calibratedLogOdds(calibration);

  return (source, score) => {
    const { bias, cells } = contributions(encodeRow(columns, source));
    const logOdds = cells.reduce((sum, contribution) => sum + contribution, bias);
    if (!(Math.abs(1 / (1 + Math.exp(-logOdds)) - score) <= SAME_SCORE)) return undefined;
    const totals = new Map(names.map((name) => [name, 0]));
    cells.forEach((contribution, i) => totals.set(owners[i]!, totals.get(owners[i]!)! + contribution));
    const effects = [...totals].map(([feature, total]): Effect => {
      const { root, field } = sources.get(feature)!;
      return { feature, value: source[root][field], effect: slope * total };
    });
    effects.sort((one, other) => Math.abs(other.effect) - Math.abs(one.effect));
    return { scale, base: slope * bias + shift, effects };
  };
}

/** The log-odds that are explained, as a straight line of the score's; Platt's probability has −a·logit(score) − b. */
function calibratedLogOdds(calibration: Calibration | undefined): {
  readonly scale: Attributions['scale'];
  readonly slope: number;
  readonly shift: number;
} {
  if (calibration?.method === 'isotonic') return { scale: 'score log-odds', slope: 1, shift: 0 };
  const { a, b } = calibration ?? { a: -1, b: 0 };
  return { scale: 'probability log-odds', slope: -a, shift: -b };
}
