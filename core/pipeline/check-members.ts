import type { Baseline } from '../drift/baseline';
import type { ExpectedCostPolicy } from '../policy/policy';
import { suggest } from '../suggest';
import type { Problems } from './check-problems';
import type { Decide, Drift, Features, Lookup, PipelineDefinition, Review, SageMakerModel } from './definition';

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
  fallback: true,
  review: true,
  drift: true,
  readers: true,
});
const FEATURES = names<Required<Features>>({ lookups: true, derived: true });
const LOOKUP = names<Required<Lookup>>({ key: true, fields: true, maxAge: true, onMissing: true });
const MODEL = names<Required<SageMakerModel>>({
  kind: true,
  endpoint: true,
  columns: true,
  probabilityOf: true,
  calibration: true,
});
const DECIDE = names<Required<Decide>>({ outcomes: true, labels: true, rules: true, policy: true });
const RULE = ['id', 'when', 'outcome', 'route', 'reason'];
const POLICY = names<ExpectedCostPolicy>({ kind: true, costs: true, review: true });
const FALLBACK = ['step', 'when', 'outcome', 'reason'];
const REVIEW = names<Required<Review>>({ sla: true, lease: true, reasons: true });
const DRIFT = names<Required<Drift>>({ baseline: true, window: true, lateness: true });
const BASELINE = names<Baseline>({ rows: true, features: true });

/** Members that no part reads: a misspelt option must not be taken for its default. */
export function checkMembers(definition: PipelineDefinition, problems: Problems): void {
  const known = (value: unknown, path: string, members: readonly string[]) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
    for (const name of Object.keys(value))
      if (!members.includes(name))
        problems.add(
          'UNKNOWN_MEMBER',
          path === '' ? name : `${path}.${name}`,
          `is none of ${members.join(', ')}.${suggest(name, members)}`,
        );
  };
  const { features, model, decide, fallback, review, drift } = definition;
  known(definition, '', DEFINITION);
  known(features, 'features', FEATURES);
  for (const [name, lookup] of Object.entries(features?.lookups ?? {}))
    known(lookup, `features.lookups.${name}`, LOOKUP);
  known(model, 'model', MODEL);
  known(decide, 'decide', DECIDE);
  for (const [i, rule] of entries(decide?.rules)) known(rule, `decide.rules[${i}]`, RULE);
  known(decide?.policy, 'decide.policy', POLICY);
  for (const [i, step] of entries(fallback)) known(step, `fallback[${i}]`, FALLBACK);
  known(review, 'review', REVIEW);
  known(drift, 'drift', DRIFT);
  known(drift?.baseline, 'drift.baseline', BASELINE);
}

const entries = (list: unknown): [number, unknown][] => (Array.isArray(list) ? [...list.entries()] : []);
