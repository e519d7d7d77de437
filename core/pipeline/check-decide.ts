import type { Scope } from '../rules/expressions';
import type { Problems } from './check-problems';
import type { PipelineDefinition } from './definition';

const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

export function checkDecide({ decide }: PipelineDefinition, scope: Scope, problems: Problems): void {
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
  checkRules(decide, scope, problems);
  checkPolicy(decide, problems);
}

function checkRules({ rules = [], outcomes }: PipelineDefinition['decide'], scope: Scope, problems: Problems): void {
  const seen = new Set<string>();
  rules.forEach((rule, i) => {
    const path = `decide.rules[${i}]`;
    if (typeof rule.id !== 'string' || rule.id === '' || seen.has(rule.id))
      problems.add('RULE_ID', `${path}.id`, `${JSON.stringify(rule.id)} must be there and be unique, a text.`);
    seen.add(rule.id);
    problems.cel(scope, rule.when, `${path}.when`, 'bool');
    checkCode(rule.reason, `${path}.reason`, problems);
    if ('outcome' in rule && 'route' in rule)
      problems.add('RULE_ROUTE', path, 'takes either an outcome or a route, not both.');
    else if ('outcome' in rule) problems.oneOf('RULE_OUTCOME', `${path}.outcome`, rule.outcome, outcomes);
    else problems.oneOf('RULE_ROUTE', `${path}.route`, rule.route, ['review']);
  });
}

function checkPolicy({ policy, outcomes, labels }: PipelineDefinition['decide'], problems: Problems): void {
  if (!problems.oneOf('POLICY_KIND', 'decide.policy.kind', policy.kind, ['expectedCost'])) return;
  const cost = (value: unknown, path: string) => {
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
      problems.add('POLICY_COST', path, `must be a number of 0 or more, got ${JSON.stringify(value)}.`);
  };
  cost(policy.review, 'decide.policy.review');
  for (const outcome of outcomes)
    for (const label of labels) cost(policy.costs[outcome]?.[label], `decide.policy.costs.${outcome}.${label}`);
  for (const outcome of Object.keys(policy.costs)) {
    if (problems.oneOf('POLICY_COST', `decide.policy.costs.${outcome}`, outcome, outcomes))
      for (const label of Object.keys(policy.costs[outcome] ?? {}))
        problems.oneOf('POLICY_COST', `decide.policy.costs.${outcome}.${label}`, label, labels);
  }
}

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

export function checkCode(code: string, path: string, problems: Problems): void {
  if (!(typeof code === 'string' && CODE.test(code)))
    problems.add(
      'REASON_CODE',
      path,
      `${JSON.stringify(code)} must be upper case with underscores, such as LARGE_LOAN.`,
    );
}
