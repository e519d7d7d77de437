import type { FeatureValues } from '../features/features';
import { type Calibration, calibrate } from '../model/calibration';
import type { Pipeline } from '../pipeline/compile';
import { policyChoice } from '../policy/policy-choice';
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
}

export interface Verdict {
  /** Null with route `review`: a person decides. Null with `safe_default`: the safe null response. */
  readonly outcome: string | null;
  readonly route: Route;
  readonly reasons: readonly Reason[];
  readonly score: number | null;
  readonly confidence: number | null;
}

/**
 * Turns the evidence into a verdict. In order: rules, missing features, the mode, the policy on the model's answer,
 * and, where there is none, the fallback chain.
 */
export function decide(pipeline: Pipeline, evidence: Evidence): Verdict {
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
  for (const { rule, when } of pipeline.rules) {
    const holds = when(context);
    if (holds === false) continue;
    if (holds === undefined) {
      const unresolved = { code: 'RULE_UNRESOLVED', detail: `rule "${rule.id}" names a value that is missing` };
      return verdict('review', null, [...gapReasons, unresolved]);
    }
    const reason = { code: rule.reason, detail: `rule "${rule.id}": ${rule.when}` };
    return 'outcome' in rule ? verdict('automated', rule.outcome, [reason]) : verdict('review', null, [reason]);
  }

  if (features.onGap !== 'none') return verdict('review', null, gapReasons);

  if (score !== null) {
    const choice = policyChoice(definition, score, mode);
    const reasons = [{ code: choice.code, detail: choice.detail }, ...gapReasons];
    return verdict(choice.outcome === null ? 'review' : 'automated', choice.outcome, reasons, choice.confidence);
  }

  const failed = { code: 'failed' in model ? model.failed : 'MODEL_INVALID', detail: 'the model gave no answer' };
  return fallBack(pipeline, context, [failed, ...gapReasons], verdict);
}

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
