import { type Verdict, decide } from '../decision/decide';
import { type FeatureValues, resolveFeatures } from '../features/features';
import { encodeRow } from '../model/encoding';
import type { Pipeline } from '../pipeline/compile';
import type { PolicyQuestion } from '../policy/compile-policy';
import type { Prices } from '../policy/stakes';
import type { CelContext } from '../rules/expressions';
import type { HistoryRow } from './history';

/** The model's own score of a row of cells, before calibration; undefined where it gives none. */
export type Score = (cells: readonly number[], row: number) => number | undefined;

/** What became of one row of history, and what it would have cost otherwise. */
export interface DecidedRow {
  readonly verdict: Verdict;
  readonly features: FeatureValues;
  readonly context: CelContext;
  /** What the policy was asked; undefined where it was not, since a rule or a missing value decided. */
  readonly question: PolicyQuestion | undefined;
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
  const features = rowFeatures(pipeline, row);
  const context = { input: pipeline.toCelInput(row.input), features: pipeline.toCelFeatures(features.values) };
  const prices = pipeline.prices(context);
  if (!prices) return undefined;
  const asked = features.onGap === 'none';
  const given = asked
    ? score(encodeRow(pipeline.columns, { input: row.input, features: features.values }), number)
    : undefined;
  const failed = asked ? 'MODEL_ERROR' : 'MODEL_SKIPPED';
  const model = given === undefined ? ({ failed } as const) : { score: given };
  let question: PolicyQuestion | undefined;
  const observed: Pipeline = {
    ...pipeline,
    policy: (asks) => {
      question = asks;
      return pipeline.policy(asks);
    },
  };
  const verdict = decide(observed, { input: row.input, features, mode: 'normal', model, backlog });
  return {
    verdict,
    features,
    context,
    question,
    probability: verdict.score,
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
