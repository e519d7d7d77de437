import { type FeatureValues, resolveFeatures } from '../features/features';
import type { Pipeline } from '../pipeline/compile';
import type { Prices } from '../policy/stakes';
import { type DecidedCase, decideCase } from './decide-case';
import type { HistoryRow } from './history';

/** The model's own score of a row of cells, before calibration; undefined where it gives none. */
export type Score = (cells: readonly number[], row: number) => number | undefined;

/** What became of one row of history, and what it would have cost otherwise. */
export interface DecidedRow extends DecidedCase {
  /** Calibrated probability of the model's label; null where the model is not asked, or gives none. */
  readonly probability: number | null;
  readonly prices: Prices;
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
  const decided = decideCase(pipeline, {
    input: row.input,
    features: rowFeatures(pipeline, row),
    mode: 'normal',
    backlog,
    ask(cells) {
      const given = score(cells, number);
      return given === undefined ? { failed: 'MODEL_ERROR' } : { score: given };
    },
  });
  const { prices } = decided;
  if (!prices) return undefined;
  return {
    ...decided,
    probability: decided.verdict.score,
    prices,
    costs: prices.costs.map((byLabel) => byLabel[row.label]!),
    review: prices.review,
  };
}

/** The features of a row of history. */
export function rowFeatures(pipeline: Pipeline, { input, lookedUp }: HistoryRow): FeatureValues {
  const item = { ...lookedUp, updatedAt: READ_AT };
  return resolveFeatures(pipeline, input, Object.fromEntries(pipeline.lookups.map(({ name }) => [name, { item }])), 0);
}

const READ_AT = new Date(0).toISOString();
