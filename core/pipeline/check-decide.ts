import type { Scope } from '../rules/expressions';
import { checkCosts, checkPolicy } from './check-policy';
import type { Problems } from './check-problems';
import { checkCode, checkRules } from './check-rules';
import type { PipelineDefinition } from './definition';

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

/** What a rule or a row of a table forces. */
export function checkFallback({ fallback: steps, decide }: PipelineDefinition, scope: Scope, problems: Problems): void {
  if (steps === undefined) return;
  const outcomes = decide?.outcomes ?? [];
  steps.forEach((step, i) => {
    const path = `fallback[${i}]`;
    if (!problems.oneOf('FALLBACK_STEP', `${path}.step`, step.step, ['heuristic', 'review', 'safe_default'])) return;
    if (step.step === 'heuristic') {
      if (step.when !== undefined) problems.cel(scope, step.when, `${path}.when`, 'bool');
      if (step.reason !== undefined) checkCode(step.reason, `${path}.reason`, problems);
      problems.oneOf('FALLBACK_OUTCOME', `${path}.outcome`, step.outcome, outcomes);
    }
    if (step.step === 'safe_default' && step.outcome !== null)
      problems.oneOf('FALLBACK_OUTCOME', `${path}.outcome`, step.outcome, outcomes);
    // The safe default is not only tried after the others: an expired review ends there, whatever stands before it.
    const final = step.step !== 'heuristic' || step.when === undefined;
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
