import { budgetOf } from '../resilience/deadline';
import type { Scope } from '../rules/expressions';
import { checkCosts, checkPolicy } from './check-policy';
import type { Problems } from './check-problems';
import { checkCode, checkRules } from './check-rules';
import { within } from './check-times';
import type { FallbackStep, Model, PipelineDefinition } from './definition';
import { durationMs } from './duration';
import { isEndpointName } from './endpoint-name';

export function checkDecide(definition: PipelineDefinition, scope: Scope, problems: Problems): void {
  const { decide } = definition;
  if (decide === undefined) return;
  for (const list of ['outcomes', 'labels'] as const) {
    if (!Array.isArray(decide[list]) || !decide[list].every((value) => typeof value === 'string' && value !== '')) {
      problems.add('DECIDE_VALUES', `decide.${list}`, 'must be a list of texts.');
      return;
    }
    if (decide[list].length < 2)
      problems.add('DECIDE_VALUES', `decide.${list}`, `needs at least two, got ${decide[list].length}.`);
    if (new Set(decide[list]).size < decide[list].length)
      problems.add('DECIDE_VALUES', `decide.${list}`, 'has a value twice.');
  }
  if (decide.labels.length > 2)
    problems.add('DECIDE_VALUES', 'decide.labels', 'the model answers one probability, so there are two labels.');
  checkCosts(decide, scope, problems);
  checkRules(decide, scope, problems);
  checkPolicy(definition, scope, problems);
}

const STEPS = ['endpoint', 'heuristic', 'review', 'safe_default'];

/** The chain that is tried when the model gives no answer. */
export function checkFallback(definition: PipelineDefinition, scope: Scope, problems: Problems): void {
  const { fallback: steps, decide } = definition;
  if (steps === undefined) return;
  const outcomes = decide?.outcomes ?? [];
  steps.forEach((step, i) => {
    const path = `fallback[${i}]`;
    if (!problems.oneOf('FALLBACK_STEP', `${path}.step`, step.step, STEPS)) return;
    if (step.step !== 'safe_default' && step.when !== undefined) problems.cel(scope, step.when, `${path}.when`, 'bool');
    if (step.step === 'endpoint') checkEndpoint(step, definition, path, problems);
    if (step.step === 'heuristic') {
      if (step.reason !== undefined) checkCode(step.reason, `${path}.reason`, problems);
      problems.oneOf('FALLBACK_OUTCOME', `${path}.outcome`, step.outcome, outcomes);
    }
    if (step.step === 'safe_default' && step.outcome !== null)
      problems.oneOf('FALLBACK_OUTCOME', `${path}.outcome`, step.outcome, outcomes);
    // The safe default is not only tried after the others: an expired review ends there, whatever stands before it.
    const final = step.step === 'safe_default' || (step.step !== 'endpoint' && step.when === undefined);
    const next = steps[i + 1];
    if (final && next && (step.step === 'safe_default' || next.step !== 'safe_default'))
      problems.add(
        'FALLBACK_UNREACHABLE',
        `fallback[${i + 1}]`,
        `is never tried: ${path} (${step.step}) always answers.`,
      );
  });
  if (steps.at(-1)?.step !== 'safe_default')
    problems.add('FALLBACK_END', 'fallback', 'must end with safeDefault(…): also an expired review ends there.');
}

const isOfInstances = (model?: Model): boolean => model?.kind === 'sagemaker' && model.servedBy === 'instances';

function checkEndpoint(
  step: Extract<FallbackStep, { step: 'endpoint' }>,
  { model, fallback, deadline, budgets = {} }: PipelineDefinition,
  path: string,
  problems: Problems,
): void {
  const { endpoint, variant, budget } = step;
  if (endpoint === undefined && variant === undefined)
    problems.add('FALLBACK_ENDPOINT', path, 'names neither another endpoint nor a variant.');
  for (const [member, name] of Object.entries({ endpoint, variant }))
    if (name !== undefined && !isEndpointName(String(name)))
      problems.add(
        'FALLBACK_ENDPOINT',
        `${path}.${member}`,
        `is ${JSON.stringify(name)}. Use up to 63 letters, digits and hyphens, with none at the ends.`,
      );
  if (variant !== undefined && endpoint === undefined && !isOfInstances(model))
    problems.add(
      'FALLBACK_ENDPOINT',
      `${path}.variant`,
      "a serverless endpoint has one variant. Name another endpoint, or set model.servedBy to 'instances'.",
    );
  if (endpoint !== undefined && endpoint === model?.endpoint && variant === undefined)
    problems.add('FALLBACK_ENDPOINT', `${path}.endpoint`, `"${endpoint}" is the model's own, which has just failed.`);
  const same = (other: FallbackStep) =>
    other.step === 'endpoint' && other.endpoint === endpoint && other.variant === variant;
  if (fallback.findIndex(same) !== fallback.indexOf(step))
    problems.add('FALLBACK_ENDPOINT', path, 'has been tried by an earlier step.');
  const total = durationMs(deadline);
  if (total === undefined) return;
  const { model: end, read } = budgetOf(total, { read: durationMs(budgets.features) });
  within(problems, `${path}.budget`, budget, 10, end - read, `between 10ms and ${end - read}ms`);
}
