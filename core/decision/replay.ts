import { type FeatureValues, deriveFeatures } from '../features/features';
import type { Pipeline } from '../pipeline/compile';
import type { Evidence, ModelAnswer, ModelFailure } from './decide';
import type { DecisionRecord, GapCause } from './decision';

/**
 * What a decision rested on, from its record: the same pipeline comes to the same verdict by it, and another one to its
 * own. What was looked up is taken as it was read then; what is derived is worked out again.
 */
export function evidenceOf(
  pipeline: Pipeline,
  record: DecisionRecord,
  model: ModelAnswer = answerOf(record),
): Evidence {
  const { input, mode, backlog } = record;
  return {
    input,
    mode,
    model,
    features: replayFeatures(pipeline, record),
    ...(backlog === undefined ? {} : { backlog }),
  };
}

function replayFeatures(pipeline: Pipeline, { input, features, gaps: then }: DecisionRecord): FeatureValues {
  const values: Record<string, unknown> = {};
  const gaps: Record<string, GapCause> = {};
  let onGap: FeatureValues['onGap'] = 'none';
  for (const { name, fieldNames, onMissing } of pipeline.lookups) {
    const gap = then[name];
    if (gap === undefined) {
      for (const field of fieldNames) if (Object.hasOwn(features, field)) values[field] = features[field];
      continue;
    }
    gaps[name] = gap;
    // What the record has in its place is another definition's default.
    if (typeof onMissing === 'object') Object.assign(values, onMissing.default);
    else if (onGap !== 'reject') onGap = onMissing;
  }
  deriveFeatures(pipeline, input, values);
  return { values, gaps, onGap };
}

/** What the model answered then. */
export function answerOf({ modelScore, reasons }: DecisionRecord): ModelAnswer {
  if (modelScore !== null) return { score: modelScore };
  const failed = FAILURES.find((code) => reasons.some((reason) => reason.code === code));
  return { failed: failed ?? 'MODEL_SKIPPED' };
}

const FAILURES: readonly ModelFailure[] = ['MODEL_TIMEOUT', 'MODEL_ERROR', 'MODEL_INVALID', 'MODEL_SKIPPED'];
