import { type Verdict, decide } from '../decision/decide';
import type { ModelAnswer } from '../decision/model-answer';
import { asksModel } from '../decision/decide-request';
import type { DecisionRecord } from '../decision/decision';
import { evidenceOf } from '../decision/replay';
import { calibrate } from '../model/calibration';
import type { Pipeline } from '../pipeline/compile';

/** What a candidate would have done differently about one request. */
export interface Comparison {
  /** It would have given another outcome, or would or would not have asked a person. */
  readonly flip: boolean;
  /**
   * How much more its choice costs in expectation, by the prices and the probability of the live definition; null where
   * these say nothing.
   */
  readonly cost: number | null;
}

/**
 * Compares both definitions on the evidence of a recorded decision, whichever of them made it. Samples do not count.
 * Undefined where one of them would have asked its model and the other, which decided, had no need to: nobody knows.
 */
export function compareCandidate(
  live: Pipeline,
  candidate: Pipeline,
  record: DecisionRecord,
  answers: { readonly live: ModelAnswer; readonly candidate: ModelAnswer },
): Comparison | undefined {
  const evidence = evidenceOf(live, record, answers.live);
  const other = evidenceOf(candidate, record, answers.candidate);
  const decided = record.version === candidate.version ? other : evidence;
  if (!asksModel(decided) && [evidence, other].some(asksModel)) return undefined;
  const choices = [decide(live, evidence), decide(candidate, other)].map(choiceOf);
  const [was, would] = choices as [string, string];
  const options = optionsOf(live, evidence);
  const cost = options === undefined ? undefined : options[would]! - options[was]!;
  return { flip: was !== would, cost: cost === undefined || Number.isNaN(cost) ? null : cost };
}

/** An outcome, or what stands in its place; no outcome is named `review`. */
const choiceOf = ({ route, outcome }: Verdict): string => (route === 'review' ? 'review' : (outcome ?? route));

function optionsOf(live: Pipeline, { input, features, model, mode, backlog = 0 }: ReturnType<typeof evidenceOf>) {
  if ('failed' in model) return undefined;
  const context = { input: live.toCelInput(input), features: live.toCelFeatures(features.values) };
  const probability = calibrate(live.definition.model.calibration, model.score);
  return live.policy({ probability, context, cautious: mode === 'cautious', backlog }).options;
}
