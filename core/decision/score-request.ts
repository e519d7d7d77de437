import type { FeatureValues } from '../features/features';
import { calibrate } from '../model/calibration';
import type { Pipeline } from '../pipeline/compile';
import { round } from '../policy/choosers';
import type { Clock, FirstRead, ModelClient } from '../ports';
import type { DecideRequest } from './decide-request';
import type { ModelAnswer } from './model-answer';
import { type ModeMemory, gather, infer } from './request';

export interface Score {
  readonly features: Readonly<Record<string, unknown>>;
  /** Calibrated probability of the model's label. */
  readonly score: number;
  /** Probability that the policy's choice is the right one; null where a cost has no value. */
  readonly confidence: number | null;
}

/** Scores one valid request without deciding it: the same features and the same model call, and no record. */
export async function scoreRequest(
  pipeline: Pipeline,
  ports: {
    readonly firstRead: FirstRead;
    readonly model: ModelClient;
    readonly clock: Clock;
    readonly modeMemory: ModeMemory;
  },
  request: Pick<DecideRequest, 'input' | 'caller' | 'startedAt'>,
): Promise<
  | Score
  | Extract<ModelAnswer, { readonly failed: unknown }>
  | { readonly gaps: FeatureValues['gaps'] }
  | { readonly halted: true }
> {
  const { features, mode, prompts } = await gather(pipeline, ports, request);
  if (mode === 'halt') return { halted: true };
  // Where a decision would not ask the model, there is no score either.
  if (features.onGap !== 'none') return { gaps: features.gaps };
  if (mode === 'fallback') return { failed: 'MODEL_SKIPPED' };
  const question = { input: request.input, features: features.values, id: '', caller: request.caller, prompts };
  const { answer } = await infer(pipeline, ports, question, request);
  if ('failed' in answer) return answer;
  const score = calibrate(pipeline.definition.model.calibration, answer.score);
  const context = { input: pipeline.toCelInput(request.input), features: pipeline.toCelFeatures(features.values) };
  const { confidence } = pipeline.policy({ probability: score, context, cautious: mode === 'cautious', backlog: 0 });
  return { features: features.values, score, confidence: confidence === null ? null : round(confidence) };
}
