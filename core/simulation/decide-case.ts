import { type Evidence, type Verdict, decide } from '../decision/decide';
import type { ModelAnswer } from '../decision/model-answer';
import { asksModel } from '../decision/decide-request';
import type { Mode } from '../decision/decision';
import type { FeatureValues } from '../features/features';
import { encodeRow } from '../model/encoding';
import type { Pipeline } from '../pipeline/compile';
import type { PolicyQuestion } from '../policy/compile-policy';
import type { Prices } from '../policy/stakes';
import type { CelContext } from '../rules/expressions';

/** A request of the past. */
export interface PastCase {
  readonly input: Readonly<Record<string, unknown>>;
  readonly features: FeatureValues;
  readonly mode: Mode;
  /** Reviews that were waiting. */
  readonly backlog: number;
  /** What other endpoints of the fallback chain answered then, by name. */
  readonly asked?: Evidence['asked'];
  /** What the model says of a row of cells. */
  ask(cells: readonly number[]): ModelAnswer;
}

/** What a pipeline makes of it. */
export interface DecidedCase {
  readonly verdict: Verdict;
  readonly features: FeatureValues;
  readonly context: CelContext;
  /** What the policy was asked; undefined where it was not, since a rule or a missing value decided. */
  readonly question: PolicyQuestion | undefined;
  /** Undefined where a cost has no value. */
  readonly prices: Prices | undefined;
}

/** Decides a request of the past by the very code that decides requests. As then, no model is asked in vain. */
export function decideCase(pipeline: Pipeline, { input, features, mode, backlog, asked, ask }: PastCase): DecidedCase {
  const context = { input: pipeline.toCelInput(input), features: pipeline.toCelFeatures(features.values) };
  const model = asksModel({ mode, features })
    ? ask(encodeRow(pipeline.columns, { input, features: features.values }))
    : ({ failed: 'MODEL_SKIPPED' } as const);
  let question: PolicyQuestion | undefined;
  const observed: Pipeline = {
    ...pipeline,
    policy: (asks) => {
      question = asks;
      return pipeline.policy(asks);
    },
  };
  const verdict = decide(observed, { input, features, mode, model, backlog, ...(asked ? { asked } : {}) });
  return { verdict, features, context, question, prices: pipeline.prices(context) };
}
