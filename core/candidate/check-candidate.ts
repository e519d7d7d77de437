import { canonicalJson } from '../canonical-json';
import { Problems } from '../pipeline/check-problems';
import type { Model, PipelineDefinition } from '../pipeline/definition';
import type { Problem } from '../problem';

/** What both must have in common: the same requests, the same looked-up values, the same answers, the same reviews and actions. */
const SAME: readonly { readonly path: string; readonly of: (definition: PipelineDefinition) => unknown }[] = [
  { path: 'name', of: ({ name }) => name },
  { path: 'input', of: ({ input }) => input },
  { path: 'features.lookups', of: ({ features }) => features?.lookups },
  { path: 'decide.outcomes', of: ({ decide }) => decide.outcomes },
  { path: 'decide.labels', of: ({ decide }) => decide.labels },
  { path: 'model.probabilityOf', of: ({ model }) => model.probabilityOf },
  { path: 'deadline', of: ({ deadline }) => deadline },
  { path: 'review', of: ({ review }) => review },
  { path: 'actions', of: ({ actions }) => actions },
  { path: 'protected', of: ({ protected: fields }) => fields },
  { path: 'fallback', of: ({ fallback }) => fallback.at(-1) },
];

/** Whether a candidate can stand beside the live definition; each definition has been checked by itself. */
export function candidateProblems(live: PipelineDefinition, candidate: PipelineDefinition, share: number): Problem[] {
  const problems = new Problems();
  for (const { path, of } of SAME)
    if (canonicalJson({ part: of(live) }) !== canonicalJson({ part: of(candidate) }))
      problems.add(
        'CANDIDATE_DIFFERS',
        path,
        `must be the same as in the live definition, since both share requests, tables and reviews.`,
      );
  if (!(share >= 0 && share <= 1))
    problems.add('CANDIDATE_SHARE', 'share', `must be a share from 0 to 1, got ${share}.`);
  return problems.all;
}

/** Whether two definitions ask the same model the same question: then one answer serves both. */
export const asksTheSame = (a: PipelineDefinition, b: PipelineDefinition): boolean =>
  canonicalJson([questionOf(a.model), a.features?.derived ?? {}]) ===
  canonicalJson([questionOf(b.model), b.features?.derived ?? {}]);

/** All that an answer rests on. */
function questionOf(model: Model): unknown {
  const { calibration: _, ...asked } = model;
  return asked.kind === 'sagemaker' ? [asked.endpoint, asked.columns] : asked;
}
