import type { FeatureValues } from '../features/features';
import { type Calibration, calibrate } from '../model/calibration';
import type { Pipeline } from '../pipeline/compile';
import { round } from '../policy/choosers';
import type { CelContext } from '../rules/expressions';
import type { Mode, Reason, Route } from './decision';

/** What the model said, or why it said nothing. */
export type ModelAnswer = { readonly score: number } | { readonly failed: ModelFailure };
export type ModelFailure = 'MODEL_TIMEOUT' | 'MODEL_ERROR' | 'MODEL_INVALID' | 'MODEL_SKIPPED';

/** All that a decision follows from: the same values give the same verdict, always. */
export interface Evidence {
  readonly input: Readonly<Record<string, unknown>>;
  readonly features: FeatureValues;
  readonly mode: Mode;
  readonly model: ModelAnswer;
  /** Reviews that were waiting; it matters where `review.capacity` is given. @default 0 */
  readonly backlog?: number;
  /** From 0 to below 1, drawn for this request: below `review.sample`, a person makes what would be automated. @default 1 */
  readonly draw?: number;
}

export interface Verdict {
  /** Null with route `review`: a person decides. Null with `safe_default`: the safe null response. */
  readonly outcome: string | null;
  readonly route: Route;
  readonly reasons: readonly Reason[];
  readonly score: number | null;
  readonly confidence: number | null;
  /** The outcome that a sampled decision would have had, had it not been given to a person. */
  readonly sampled?: string;
}

/**
 * Turns the evidence into a verdict. In order: the mode, rules, missing features, the policy on the model's answer,
 * and, where there is none, the fallback chain. Of what is automated, a random sample goes to a person.
 */
export function decide(pipeline: Pipeline, evidence: Evidence): Verdict {
  const verdict = judge(pipeline, evidence);
  const { sample = 0 } = pipeline.definition.review;
  if (verdict.route !== 'automated' || verdict.outcome === null || (evidence.draw ?? 1) >= sample) return verdict;
  const reasons = [{ code: 'SAMPLED', detail: 'drawn at random for a review' }];
  return { ...verdict, route: 'review', outcome: null, reasons, sampled: verdict.outcome };
}

function judge(pipeline: Pipeline, evidence: Evidence): Verdict {
  const { definition } = pipeline;
  const { model, mode, features } = evidence;
  const score = probability(definition.model.calibration, model);
  const verdict = (
    route: Route,
    outcome: string | null,
    reasons: readonly Reason[],
    confidence: number | null = null,
  ): Verdict => ({
    outcome,
    route,
    reasons,
    score,
    confidence,
  });
  const gapReasons = Object.entries(features.gaps).map(([lookup, cause]) => ({
    code: `FEATURES_${cause.toUpperCase()}`,
    detail: `lookup "${lookup}": ${cause}`,
  }));

  if (mode === 'review_all')
    return verdict('review', null, [{ code: 'MODE_REVIEW_ALL', detail: 'every decision goes to a person' }]);

  const context: CelContext = {
    input: pipeline.toCelInput(evidence.input),
    features: pipeline.toCelFeatures(features.values),
  };
  const rules = pipeline.rules(context);
  if (rules.kind === 'unresolved') return verdict('review', null, [...gapReasons, ...rules.reasons]);
  if (rules.kind === 'conflict')
    return verdict('review', null, [
      { code: 'RULE_CONFLICT', detail: 'rules of the same priority disagree' },
      ...rules.reasons,
    ]);
  if (rules.kind === 'forced')
    return 'outcome' in rules.forced
      ? verdict('automated', rules.forced.outcome, rules.reasons)
      : verdict('review', null, rules.reasons);

  if (features.onGap !== 'none') return verdict('review', null, gapReasons);

  if (score !== null) {
    const choice = pipeline.policy({
      probability: score,
      context,
      cautious: mode === 'cautious',
      backlog: evidence.backlog ?? 0,
    });
    const reasons = [...choice.reasons, ...gapReasons];
    return verdict(
      choice.outcome === null ? 'review' : 'automated',
      choice.outcome,
      reasons,
      rounded(choice.confidence),
    );
  }

  const failed = { code: 'failed' in model ? model.failed : 'MODEL_INVALID', detail: 'the model gave no answer' };
  return fallBack(pipeline, context, [failed, ...gapReasons], verdict);
}

const rounded = (confidence: number | null) => (confidence === null ? null : round(confidence));

/** What is no number from 0 to 1 is no answer: compared with costs, it could pass for an approval. */
function probability(calibration: Calibration | undefined, model: ModelAnswer): number | null {
  if ('failed' in model) return null;
  const calibrated = calibrate(calibration, model.score);
  return calibrated >= 0 && calibrated <= 1 ? calibrated : null;
}

function fallBack(
  { definition, fallbackWhen }: Pipeline,
  context: CelContext,
  cause: readonly Reason[],
  verdict: (route: Route, outcome: string | null, reasons: readonly Reason[]) => Verdict,
): Verdict {
  for (const [i, step] of definition.fallback.entries()) {
    if (step.step === 'review') return verdict('review', null, cause);
    if (step.step === 'safe_default')
      return verdict('safe_default', step.outcome, [
        ...cause,
        { code: 'SAFE_DEFAULT', detail: 'the last step of the fallback chain' },
      ]);
    const when = fallbackWhen[i];
    // An unresolved condition is no answer: the next step is tried.
    if (when && when(context) !== true) continue;
    const code = step.reason ?? 'HEURISTIC';
    return verdict('heuristic', step.outcome, [{ code, detail: step.when ?? 'always' }, ...cause]);
  }
  throw new Error('A checked fallback chain ends with the safe default.');
}
