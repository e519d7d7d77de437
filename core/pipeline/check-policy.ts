import { isEvidence } from '../policy/evidence';
import { largestCost, scarcitiesOf } from '../policy/stakes';
import { EVERYTHING } from '../policy/compile-policy';
import { measuredUnder } from '../policy/measured-under';
import type { Band, Cost, PlainPolicy, RiskControlPolicy } from '../policy/policy';
import type { Scope } from '../rules/expressions';
import type { Problems } from './check-problems';
import type { Decide, PipelineDefinition } from './definition';

const KINDS = ['expectedCost', 'thresholds', 'riskControl', 'allOf'];

export function checkCosts({ costs, outcomes, labels }: Decide, scope: Scope, problems: Problems): void {
  const at = 'decide.costs';
  if (costs === undefined) {
    problems.add('MISSING_PART', at, 'is required: what each outcome costs under each truth, and what a review costs.');
    return;
  }
  if (outcomes.includes('review'))
    problems.add('DECIDE_VALUES', 'decide.outcomes', '"review" is no outcome, but the way to one.');
  const cost = (value: Cost | undefined, path: string) => {
    if (typeof value === 'string') problems.cel(scope, value, path, 'int', 'double');
    else if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
      problems.add('COST', path, `must be a number of 0 or more, or CEL that gives one; got ${JSON.stringify(value)}.`);
  };
  cost(costs.review, `${at}.review`);
  for (const outcome of outcomes)
    for (const label of labels)
      cost((costs[outcome] as Record<string, Cost> | undefined)?.[label], `${at}.${outcome}.${label}`);
  for (const [outcome, byLabel] of Object.entries(costs)) {
    if (outcome === 'review' || !problems.oneOf('COST', `${at}.${outcome}`, outcome, [...outcomes, 'review'])) continue;
    for (const label of Object.keys(byLabel)) problems.oneOf('COST', `${at}.${outcome}.${label}`, label, labels);
  }
}

export function checkPolicy(definition: PipelineDefinition, scope: Scope, problems: Problems): void {
  const { policy } = definition.decide;
  if (!problems.oneOf('POLICY_KIND', 'decide.policy.kind', policy.kind, [...KINDS, 'segments'])) return;
  if (policy.kind !== 'segments') return checkPlain(definition, policy, 'decide.policy', EVERYTHING, problems);
  const seen = new Set<string>([EVERYTHING]);
  policy.segments.forEach(({ id, when, policy: own }, i) => {
    const path = `decide.policy.segments[${i}]`;
    if (typeof id !== 'string' || id === '' || seen.has(id))
      problems.add(
        'SEGMENT_ID',
        `${path}.id`,
        `${JSON.stringify(id)} must be there and be unique, a text other than "${EVERYTHING}".`,
      );
    seen.add(id);
    problems.cel(scope, when, `${path}.when`, 'bool');
    if (problems.oneOf('POLICY_KIND', `${path}.policy.kind`, own.kind, KINDS))
      checkPlain(definition, own, `${path}.policy`, id, problems);
  });
  const { otherwise } = policy;
  if (problems.oneOf('POLICY_KIND', 'decide.policy.otherwise.kind', otherwise.kind, KINDS))
    checkPlain(definition, otherwise, 'decide.policy.otherwise', EVERYTHING, problems);
}

function checkPlain(
  definition: PipelineDefinition,
  policy: PlainPolicy,
  path: string,
  segment: string,
  problems: Problems,
): void {
  if (policy.kind === 'thresholds') checkBands(policy.bands, path, definition.decide.outcomes, problems);
  if (policy.kind === 'riskControl') checkRiskControl(definition, policy, path, segment, problems);
  if (policy.kind !== 'allOf') return;
  if (policy.policies.length < 2) problems.add('POLICY_ALL_OF', `${path}.policies`, 'needs at least two policies.');
  if (promisesOf(policy) > 1)
    problems.add(
      'RISK_CONTROL',
      `${path}.policies`,
      'makes more than one promise. Each would be measured without the others, which leave other decisions to automate: keep one.',
    );
  policy.policies.forEach((part, i) => {
    const at = `${path}.policies[${i}]`;
    if (problems.oneOf('POLICY_KIND', `${at}.kind`, part.kind, KINDS.slice(0, 3)))
      checkPlain(definition, part, at, segment, problems);
  });
}

const promisesOf = (policy: PlainPolicy): number =>
  policy.kind === 'allOf'
    ? policy.policies.reduce((sum, part) => sum + promisesOf(part as PlainPolicy), 0)
    : Number(policy.kind === 'riskControl');

function checkBands(
  bands: Readonly<Record<string, Band>>,
  path: string,
  outcomes: readonly string[],
  problems: Problems,
): void {
  const entries = Object.entries(bands).map(([outcome, { from = -Infinity, below = Infinity }]) => ({
    outcome,
    from,
    below,
  }));
  if (entries.length === 0) problems.add('BAND', `${path}.bands`, 'needs a band for at least one outcome.');
  for (const { outcome, from, below } of entries) {
    const at = `${path}.bands.${outcome}`;
    problems.oneOf('BAND', at, outcome, outcomes);
    const limits = [from, below].filter((limit) => Math.abs(limit) !== Infinity);
    if (limits.length === 0 || limits.some((limit) => !(limit > 0 && limit <= 1)) || !(from < below))
      problems.add('BAND', at, 'must be { below }, { from } or both, above 0 and up to 1, with from less than below.');
  }
  const sorted = entries.toSorted((a, b) => a.from - b.from);
  for (const [i, { outcome, from }] of sorted.entries()) {
    const before = sorted[i - 1];
    if (before && from < before.below)
      problems.add('BAND', `${path}.bands.${outcome}`, `overlaps the band of "${before.outcome}".`);
  }
}

function checkRiskControl(
  definition: PipelineDefinition,
  { of, alpha, delta, horizon }: RiskControlPolicy,
  path: string,
  segment: string,
  problems: Problems,
): void {
  problems.oneOf('RISK_CONTROL', `${path}.of`, of, ['errors', 'cost']);
  const share = (x: number) => typeof x === 'number' && x > 0 && x < 1;
  if (of === 'errors' && !share(alpha))
    problems.add('RISK_CONTROL', `${path}.alpha`, `must be a share between 0 and 1, got ${alpha}.`);
  if (of === 'cost' && !(alpha > 0 && Number.isFinite(alpha)))
    problems.add('RISK_CONTROL', `${path}.alpha`, `must be a cost above 0, got ${alpha}.`);
  if (!share(delta))
    problems.add('RISK_CONTROL', `${path}.delta`, `must be a probability between 0 and 1, got ${delta}.`);
  if (horizon !== undefined && !(Number.isInteger(horizon) && horizon > 0))
    problems.add('RISK_CONTROL', `${path}.horizon`, `must be a number of requests, got ${horizon}.`);
  const { evidence } = definition.decide;
  const advice = 'Measure it: npx plumbline certify <pipeline folder> --data <history>.';
  if (evidence === undefined)
    problems.add('EVIDENCE_MISSING', 'decide.evidence', `risk control needs evidence. ${advice}`);
  else if (evidence.measured !== measuredUnder(definition))
    problems.add(
      'EVIDENCE_STALE',
      'decide.evidence',
      `was measured under another model, calibration, cost, rule or policy. ${advice}`,
    );
  else if (!isEvidenceAtEveryPrice(definition, evidence.segments[segment]?.[of]))
    problems.add('EVIDENCE_MISSING', 'decide.evidence', `has nothing on the segment "${segment}". ${advice}`);
  if (of === 'cost' && largestCost(definition.decide) === undefined)
    problems.add(
      'RISK_CONTROL',
      `${path}.of`,
      'a mean cost can be promised only where all costs are numbers, since the largest must be known.',
    );
}

const isEvidenceAtEveryPrice = (definition: PipelineDefinition, evidence: unknown): boolean =>
  Array.isArray(evidence) && evidence.length === scarcitiesOf(definition).length && evidence.every(isEvidence);
