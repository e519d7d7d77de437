import { asksTheSame } from '../../core/candidate/check-candidate';
import { type Comparison, compareCandidate } from '../../core/candidate/compare';
import type { ModelAnswer } from '../../core/decision/model-answer';
import type { DecisionRecord } from '../../core/decision/decision';
import { answerOf, evidenceOf } from '../../core/decision/replay';
import type { Pipeline } from '../../core/pipeline/compile';
import { modelMaker } from '../_runtime/model';
import { loadCandidate, loadPipeline } from '../_runtime/pipeline';

/** The other model is asked behind the stream, where nobody waits; but not for ever. */
const PATIENCE_MS = 5_000;

/**
 * Compares the candidate with the live definition on each decision, whichever of them made it. Undefined without a
 * candidate, or where a model that has to be asked again gives no answer.
 */
export function shadow(endpoints: {
  readonly live: string;
  readonly candidate: string;
}): (record: DecisionRecord) => Promise<Comparison | undefined> {
  const candidate = loadCandidate()?.pipeline;
  if (!candidate) return async () => undefined;
  const live = loadPipeline();
  const modelOf = modelMaker();
  const models = {
    live: modelOf(live, endpoints.live),
    candidate: modelOf(candidate, endpoints.candidate),
  };
  const one = asksTheSame(live.definition, candidate.definition) && endpoints.live === endpoints.candidate;

  async function ask(arm: 'live' | 'candidate', pipeline: Pipeline, record: DecisionRecord): Promise<ModelAnswer> {
    if (one || record.modelScore === null || record.version === pipeline.version) return answerOf(record);
    const { input, features } = evidenceOf(pipeline, record);
    const question = { input, features: features.values, id: record.id, caller: record.caller };
    return models[arm].predict(question, AbortSignal.timeout(PATIENCE_MS));
  }

  return async (record) => {
    const [ours, theirs] = await Promise.all([ask('live', live, record), ask('candidate', candidate, record)]);
    if (record.modelScore !== null && ('failed' in ours || 'failed' in theirs)) return undefined;
    return compareCandidate(live, candidate, record, { live: ours, candidate: theirs });
  };
}
