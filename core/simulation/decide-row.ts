import { type Verdict, decide } from '../decision/decide';
import { type FeatureValues, resolveFeatures } from '../features/features';
import { calibrate } from '../model/calibration';
import { encodeRow } from '../model/encoding';
import type { Pipeline } from '../pipeline/compile';
import type { CelContext } from '../rules/expressions';
import type { HistoryRow } from './history';

/** The model's own score of a row of cells, before calibration. */
export type Score = (cells: readonly number[], row: number) => number | undefined;

/** What became of one row of history, and what it would have cost otherwise. */
export interface DecidedRow {
  readonly verdict: Verdict;
  readonly features: FeatureValues;
  readonly context: CelContext;
  /** Calibrated probability of the model's label; null where the model is not asked, or gives none. */
  readonly probability: number | null;
  /** The cost of each outcome under the truth, in the order of `decide.outcomes`. */
  readonly costs: readonly number[];
  /** The price of a review. */
  readonly review: number;
}

/**
 * Decides one row of history by the very code that decides requests. Looked-up fields count as read just now.
 * Undefined where a cost has no value, so that nothing can be counted.
 */
export function decideRow(
  pipeline: Pipeline,
  row: HistoryRow,
  number: number,
  score: Score,
  backlog: number,
): DecidedRow | undefined {
  const item = { ...row.lookedUp, updatedAt: new Date(0).toISOString() };
  const reads = Object.fromEntries(pipeline.lookups.map(({ name }) => [name, { item }]));
  const features = resolveFeatures(pipeline, row.input, reads, 0);
  const context = { input: pipeline.toCelInput(row.input), features: pipeline.toCelFeatures(features.values) };
  const prices = pipeline.prices(context);
  if (!prices) return undefined;
  const asked = features.onGap === 'none';
  const given = asked
    ? score(encodeRow(pipeline.columns, { input: row.input, features: features.values }), number)
    : undefined;
  const model = given === undefined ? ({ failed: 'MODEL_SKIPPED' } as const) : { score: given };
  const verdict = decide(pipeline, { input: row.input, features, mode: 'normal', model, backlog });
  return {
    verdict,
    features,
    context,
    probability: given === undefined ? null : calibrate(pipeline.definition.model.calibration, given),
    costs: prices.costs.map((byLabel) => byLabel[row.label]!),
    review: prices.review,
  };
}
