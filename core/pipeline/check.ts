import type { Problem } from '../problem';
import { checkActions } from './check-actions';
import { checkDecide, checkFallback } from './check-decide';
import { checkFeatures } from './check-features';
import { checkInput } from './check-input';
import { checkMembers } from './check-members';
import { checkModel } from './check-model';
import { Problems } from './check-problems';
import { checkDrift } from './check-drift';
import { checkDeadline, checkReview, checkSlo } from './check-times';
import type { PipelineDefinition } from './definition';

const NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** Every problem of a definition, at once; none means that it can be deployed. */
export function checkDefinition(definition: PipelineDefinition): Problem[] {
  const problems = new Problems();
  if (definition === null || typeof definition !== 'object') {
    problems.add('DEFINITION', '', 'expected a definition object; export default definePipeline({ … }).');
    return problems.all;
  }
  // A part that is missing or of the wrong kind makes its checks moot, not impossible: the others still run.
  for (const part of ['name', 'input', 'model', 'decide', 'deadline', 'fallback', 'review'] as const)
    if (definition[part] === undefined) problems.add('MISSING_PART', part, 'is required.');
  const { name } = definition;
  if (name !== undefined && !(typeof name === 'string' && NAME.test(name)))
    problems.add(
      'NAME',
      'name',
      `${JSON.stringify(name)} must start with a letter and have at most 40 of a-z, 0-9 and hyphen.`,
    );
  if (definition.readers !== undefined && !isTexts(definition.readers))
    problems.add('READERS', 'readers', 'must be a list of callers, such as 123456789012:role/Audit.');
  problems.guard('', () => checkMembers(definition, problems));
  problems.guard('input', () => checkInput(definition, problems));
  const scope = problems.guard('features', () => checkFeatures(definition, problems)) ?? { input: {}, features: {} };
  problems.guard('model', () => checkModel(definition, scope, problems));
  problems.guard('decide', () => checkDecide(definition, scope, problems));
  problems.guard('fallback', () => checkFallback(definition, scope, problems));
  problems.guard('deadline', () => checkDeadline(definition, problems));
  problems.guard('review', () => checkReview(definition, problems));
  problems.guard('actions', () => checkActions(definition, problems));
  problems.guard('history', () => checkHistory(definition, problems));
  problems.guard('slo', () => checkSlo(definition, problems));
  problems.guard('drift', () => checkDrift(definition, scope, problems));
  // A typing error makes evidence look stale; it is, if it still does when the rest is right.
  const others = problems.all.filter(({ code }) => code !== 'EVIDENCE_STALE');
  return others.length > 0 ? others : problems.all;
}

function checkHistory({ history }: PipelineDefinition, problems: Problems): void {
  for (const [name, column] of Object.entries(history ?? {}))
    if (typeof column !== 'string' || column === '')
      problems.add('HISTORY', `history.${name}`, `must be the name of a column, got ${JSON.stringify(column)}.`);
  if (history !== undefined && history.label === undefined)
    problems.add('MISSING_PART', 'history.label', 'is required.');
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((member) => typeof member === 'string' && member !== '');
