import { type FeatureValues, deriveFeatures } from '../features/features';
import type { Pipeline } from '../pipeline/compile';
import type { Evidence } from './decide';
import type { DecisionRecord, GapCause } from './decision';
import { MODEL_FAILURES, type ModelAnswer } from './model-answer';

/**
 * What a decision rested on, from its record: the same pipeline comes to the same verdict by it, and another one to its
 * own. What was looked up is taken as it was read then; what is derived is worked out again.
 */
export function evidenceOf(
  pipeline: Pipeline,
  record: DecisionRecord,
  model: ModelAnswer = answerOf(record),
): Evidence {
  const { input, mode, backlog, asked } = record;
  return {
    input,
    mode,
    model,
    features: replayFeatures(pipeline, record),
    ...(asked === undefined ? {} : { asked }),
    ...(backlog === undefined ? {} : { backlog }),
  };
}

function replayFeatures(pipeline: Pipeline, { input, features, gaps: then, ages = {} }: DecisionRecord): FeatureValues {
  const values: Record<string, unknown> = {};
  const gaps: Record<string, GapCause> = {};
  let onGap: FeatureValues['onGap'] = 'none';
  let aged = false;
  for (const { name, fieldNames, onMissing, lastGood } of pipeline.lookups) {
    const gap = then[name];
    if (gap === undefined || (gap === 'aged' && lastGood)) {
      for (const field of fieldNames) if (Object.hasOwn(features, field)) values[field] = features[field];
      if (gap === undefined) continue;
      gaps[name] = gap;
      aged = true;
      continue;
    }
    gaps[name] = gap === 'aged' ? 'stale' : gap;
    // What the record has in its place is another definition's default.
    if (typeof onMissing === 'object') Object.assign(values, onMissing.default);
    else if (onGap !== 'reject') onGap = onMissing;
  }
  deriveFeatures(pipeline, input, values);
  return { values, gaps, ages, onGap, aged };
}

/** What the model answered then. */
export function answerOf({ modelScore, reasons, llm }: DecisionRecord): ModelAnswer {
  const trace = llm === undefined ? {} : { llm };
  if (modelScore !== null) return { score: modelScore, ...trace };
  // The model's own failure comes before those of other endpoints.
  const codes = reasons.map(({ code }) => MODEL_FAILURES.find((failure) => failure === code));
  return { failed: codes.find((code) => code !== undefined) ?? 'MODEL_SKIPPED', ...trace };
}
