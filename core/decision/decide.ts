import type { FeatureValues } from '../features/features';
import { type Calibration, calibrate } from '../model/calibration';
import type { Pipeline } from '../pipeline/compile';
import type { FallbackStep } from '../pipeline/definition';
import { round } from '../policy/choosers';
import type { CelContext } from '../rules/expressions';
import type { Mode, Reason, Route } from './decision';
import { type ModelAnswer, type ModelFailure, failureText } from './model-answer';

/** All that a decision follows from: the same values give the same verdict, always. */
export interface Evidence {
  readonly input: Readonly<Record<string, unknown>>;
  readonly features: FeatureValues;
  readonly mode: Mode;
  readonly model: ModelAnswer;
  /** What other endpoints of the fallback chain answered, by `endpointKey`. @default - none was asked */
  readonly asked?: Readonly<Record<string, ModelAnswer>>;
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

/** Whether only what is far from the boundary is automated: the mode says so, or what is known is old. */
export const isCautious = ({ mode, features }: Pick<Evidence, 'mode' | 'features'>): boolean =>
  mode === 'cautious' || features.aged;

export type EndpointStep = Extract<FallbackStep, { step: 'endpoint' }>;

/** What an endpoint step goes by: `<endpoint>`, `<endpoint>/<variant>`, or `/<variant>` of the model's own endpoint. */
export const endpointKey = ({ endpoint = '', variant }: EndpointStep): string =>
  variant === undefined ? endpoint : `${endpoint}/${variant}`;

/** The endpoint that has to be asked before `decide` can go by the fallback chain, if there is one. */
export function endpointToAsk(pipeline: Pipeline, evidence: Evidence): EndpointStep | undefined {
  let wanted: EndpointStep | undefined;
  judge(pipeline, evidence, (step) => (wanted ??= step));
  return wanted;
}

/** `want` is told of each endpoint step that the verdict had to pass over, since it was not asked. */
function judge(pipeline: Pipeline, evidence: Evidence, want?: (step: EndpointStep) => void): Verdict {
  const { model, mode, features } = evidence;
  const { calibration } = pipeline.definition.model;
  const score = probability(calibration, model);
  const verdict = (route: Route, outcome: string | null, reasons: readonly Reason[]): Verdict => ({
    outcome,
    route,
    reasons,
    score,
    confidence: null,
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

  const failed = 'failed' in model ? model.failed : 'MODEL_INVALID';
  if (failed === 'MODEL_GUARDED' && model.llm?.guarded === 'review')
    return verdict('review', null, [...guardReasons(model), ...gapReasons]);
  const causes = failed === 'MODEL_GUARDED' ? guardReasons(model) : [failure('the model', failed)];
  return score === null ? fallBack(causes) : byPolicy(score, []);

  function byPolicy(by: number, causes: readonly Reason[]): Verdict {
    const choice = pipeline.policy({
      probability: by,
      context,
      cautious: isCautious(evidence),
      backlog: evidence.backlog ?? 0,
    });
    return {
      outcome: choice.outcome,
      route: choice.outcome === null ? 'review' : 'automated',
      reasons: [...choice.reasons, ...causes, ...gapReasons],
      score: by,
      confidence: choice.confidence === null ? null : round(choice.confidence),
    };
  }

  function fallBack(failures: readonly Reason[]): Verdict {
    const causes = [...failures];
    const why = () => [...causes, ...gapReasons];
    for (const { step, when } of pipeline.fallback) {
      // A condition that cannot be told is no reason to decide alone, nor one against asking.
      const holds = when ? when(context) : true;
      if (step.step === 'heuristic' ? holds !== true : holds === false) continue;
      switch (step.step) {
        case 'endpoint': {
          const key = endpointKey(step);
          const answer = evidence.asked?.[key];
          if (!answer) {
            want?.(step);
            continue;
          }
          const second = probability(calibration, answer);
          if (second !== null)
            return byPolicy(second, [{ code: 'SECOND_ENDPOINT', detail: `${key} answered` }, ...causes]);
          causes.push(failure(key, 'failed' in answer ? answer.failed : 'MODEL_INVALID'));
          continue;
        }
        case 'review':
          return verdict('review', null, why());
        case 'safe_default':
          return verdict('safe_default', step.outcome, [
            ...why(),
            { code: 'SAFE_DEFAULT', detail: 'the last step of the fallback chain' },
          ]);
        case 'heuristic': {
          const code = step.reason ?? 'HEURISTIC';
          return verdict('heuristic', step.outcome, [{ code, detail: step.when ?? 'always' }, ...why()]);
        }
      }
    }
    throw new Error('A checked fallback chain ends with the safe default.');
  }
}

const failure = (asked: string, code: ModelFailure): Reason => ({ code, detail: `${asked} ${failureText(code)}` });

/** Which guards stopped what the model was to be told, or what it said; never what they saw. */
function guardReasons({ llm }: ModelAnswer): Reason[] {
  const acted = (llm?.guards ?? []).filter((report) => report.acted);
  const details = acted.map(({ guard, result, code }) => `guard "${guard}" ${result}${code ? `: ${code}` : ''}`);
  return [{ code: 'MODEL_GUARDED', detail: details.join('; ') || 'the model was stopped by a guard' }];
}

/** What is no number from 0 to 1 is no answer: compared with costs, it could pass for an approval. */
function probability(calibration: Calibration | undefined, model: ModelAnswer): number | null {
  if ('failed' in model) return null;
  const calibrated = calibrate(calibration, model.score);
  return calibrated >= 0 && calibrated <= 1 ? calibrated : null;
}
