import type { Baseline } from '../drift/baseline';
import type { LlmModel, Prompt } from '../llm/settings';
import type { AllOfPolicy, Band, Policy, RiskControlPolicy, SegmentsPolicy, ThresholdsPolicy } from '../policy/policy';
import type { PolicyEvidence } from '../policy/policy-evidence';
import type { Problems } from './check-problems';
import type { HedgeSettings } from '../resilience/hedge';
import type {
  Action,
  AnnouncedChange,
  Budgets,
  Decide,
  Drift,
  Features,
  History,
  Lookup,
  PipelineDefinition,
  Review,
  RuleTable,
  SageMakerModel,
  Slo,
} from './definition';

/** The names of a type's members; the compiler holds the list to the type. */
const names = <T>(members: Record<keyof T, true>): readonly string[] => Object.keys(members);

const DEFINITION = names<Required<PipelineDefinition>>({
  name: true,
  description: true,
  input: true,
  features: true,
  model: true,
  decide: true,
  deadline: true,
  budgets: true,
  fallback: true,
  review: true,
  actions: true,
  drift: true,
  slo: true,
  protected: true,
  history: true,
  readers: true,
});
const FEATURES = names<Required<Features>>({ lookups: true, derived: true });
const LOOKUP = names<Required<Lookup>>({ key: true, fields: true, maxAge: true, onMissing: true, lastGoodFor: true });
const MODEL = names<Required<SageMakerModel>>({
  kind: true,
  endpoint: true,
  columns: true,
  probabilityOf: true,
  calibration: true,
  trees: true,
  servedBy: true,
  hedge: true,
});
const LLM = names<Required<LlmModel>>({
  kind: true,
  endpoint: true,
  provider: true,
  prompts: true,
  answer: true,
  probabilityOf: true,
  confidence: true,
  calibration: true,
  limits: true,
  guards: true,
  stream: true,
  guided: true,
});
const PROMPT = names<Required<Prompt>>({ description: true, variables: true, messages: true, temperature: true });
const DECIDE = names<Required<Decide>>({
  outcomes: true,
  labels: true,
  costs: true,
  rules: true,
  match: true,
  policy: true,
  evidence: true,
});
const RULE = ['id', 'when', 'outcome', 'route', 'reason', 'priority'];
const TABLE = names<Required<RuleTable>>({
  table: true,
  hit: true,
  priority: true,
  inputs: true,
  rows: true,
  otherwise: true,
});
const ROW = ['when', 'outcome', 'route', 'reason'];
const POLICIES: Readonly<Record<Policy['kind'], readonly string[]>> = {
  expectedCost: ['kind'],
  thresholds: names<ThresholdsPolicy>({ kind: true, bands: true }),
  riskControl: names<Required<RiskControlPolicy>>({ kind: true, of: true, alpha: true, delta: true, horizon: true }),
  allOf: names<AllOfPolicy>({ kind: true, policies: true }),
  segments: names<SegmentsPolicy>({ kind: true, segments: true, otherwise: true }),
};
const BAND = names<Required<Band>>({ from: true, below: true });
const SEGMENT = ['id', 'when', 'policy'];
const EVIDENCE = names<PolicyEvidence>({ measured: true, segments: true });
const HISTORY = names<Required<History>>({ label: true, at: true });
const FALLBACK = ['step', 'when', 'outcome', 'reason', 'endpoint', 'variant', 'budget'];
const HEDGE = names<HedgeSettings>({ quantile: true, share: true });
const BUDGETS = names<Required<Budgets>>({ features: true, model: true });
const REVIEW = names<Required<Review>>({
  sla: true,
  lease: true,
  reasons: true,
  capacity: true,
  sample: true,
});
const ACTION = names<Action>({ on: true });
const DRIFT = names<Required<Drift>>({
  baseline: true,
  window: true,
  lateness: true,
  falseAlarmsPerMonth: true,
  floor: true,
  segments: true,
  critical: true,
  changes: true,
});
const SLO = names<Required<Slo>>({ inDeadline: true, answered: true });
const CHANGE = names<Required<AnnouncedChange>>({ from: true, until: true, features: true, reason: true });
const BASELINE = names<Required<Baseline>>({ rows: true, features: true, season: true });

/** Members that no part reads: a misspelt option must not be taken for its default. */
export function checkMembers(definition: PipelineDefinition, problems: Problems): void {
  const known = (value: unknown, path: string, members: readonly string[]) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) problems.known(value, path, members);
  };
  const { features, model, decide, fallback, review, drift, history } = definition;
  known(definition, '', DEFINITION);
  known(features, 'features', FEATURES);
  for (const [name, lookup] of Object.entries(features?.lookups ?? {}))
    known(lookup, `features.lookups.${name}`, LOOKUP);
  knownModel(model, known);
  known(definition.budgets, 'budgets', BUDGETS);
  known(decide, 'decide', DECIDE);
  for (const [i, rule] of entries(decide?.rules)) {
    const path = `decide.rules[${i}]`;
    const table = rule !== null && typeof rule === 'object' && 'table' in rule ? (rule as RuleTable) : undefined;
    known(rule, path, table ? TABLE : RULE);
    for (const [row, line] of entries(table?.rows)) known(line, `${path}.rows[${row}]`, ROW);
  }
  knownPolicy(decide?.policy, 'decide.policy', known);
  known(decide?.evidence, 'decide.evidence', EVIDENCE);
  known(history, 'history', HISTORY);
  for (const [i, step] of entries(fallback)) known(step, `fallback[${i}]`, FALLBACK);
  known(review, 'review', REVIEW);
  for (const [name, action] of Object.entries(definition.actions ?? {})) known(action, `actions.${name}`, ACTION);
  known(definition.slo, 'slo', SLO);
  known(drift, 'drift', DRIFT);
  known(drift?.baseline, 'drift.baseline', BASELINE);
  for (const [i, change] of entries(drift?.changes)) known(change, `drift.changes[${i}]`, CHANGE);
}

function knownModel(model: PipelineDefinition['model'] | undefined, known: Known): void {
  if (model?.kind !== 'llm') {
    known(model, 'model', MODEL);
    return known(model?.hedge, 'model.hedge', HEDGE);
  }
  known(model, 'model', LLM);
  known(model.prompts, 'model.prompts', ['versions', 'live']);
  for (const [version, prompt] of Object.entries(model.prompts?.versions ?? {})) {
    const path = `model.prompts.versions.${version}`;
    known(prompt, path, PROMPT);
    for (const [i, message] of entries(prompt?.messages)) known(message, `${path}.messages[${i}]`, ['role', 'content']);
  }
  known(model.answer, 'model.answer', ['schema', 'label']);
  known(model.confidence, 'model.confidence', ['by', 'samples', 'temperature']);
  known(model.stream, 'model.stream', ['firstToken', 'betweenTokens']);
}

type Known = (value: unknown, path: string, members: readonly string[]) => void;

function knownPolicy(policy: Policy | undefined, path: string, known: Known): void {
  const members = POLICIES[policy?.kind as Policy['kind']];
  if (policy === undefined || members === undefined) return;
  known(policy, path, members);
  if (policy.kind === 'thresholds')
    for (const [outcome, band] of Object.entries(policy.bands ?? {})) known(band, `${path}.bands.${outcome}`, BAND);
  if (policy.kind === 'allOf')
    for (const [i, part] of entries(policy.policies)) knownPolicy(part as Policy, `${path}.policies[${i}]`, known);
  if (policy.kind !== 'segments') return;
  for (const [i, segment] of entries(policy.segments)) {
    known(segment, `${path}.segments[${i}]`, SEGMENT);
    knownPolicy((segment as { policy?: Policy } | null)?.policy, `${path}.segments[${i}].policy`, known);
  }
  knownPolicy(policy.otherwise, `${path}.otherwise`, known);
}

const entries = (list: unknown): [number, unknown][] => (Array.isArray(list) ? [...list.entries()] : []);
