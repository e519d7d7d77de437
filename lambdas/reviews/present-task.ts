import { type DecisionRecord, presentAsked, presentDecision } from '../../core/decision/decision';
import type { Explanation } from '../../core/explanation/explanation';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { reviewReasons } from '../../core/review/resolution';

/** What a reviewer sees: the decision so far, what it rests on, and what they may answer. */
export function presentTask(definition: PipelineDefinition, record: DecisionRecord, explanation: Explanation): unknown {
  const { input, features, reviewBy = null } = record;
  return {
    decision: presentDecision(record),
    input,
    features,
    explanation,
    ...presentAsked(record),
    reviewBy,
    outcomes: definition.decide.outcomes,
    reasons: reviewReasons(definition),
  };
}
