import type { Problems } from './check-problems';
import type { PipelineDefinition } from './definition';

const NAME = /^[a-z][a-z0-9-]{0,39}$/;

export function checkActions({ actions, decide }: PipelineDefinition, problems: Problems): void {
  for (const [name, action] of Object.entries(actions ?? {})) {
    const path = `actions.${name}`;
    if (!NAME.test(name))
      problems.add('NAME', path, 'must start with a letter and have at most 40 of a-z, 0-9 and hyphen.');
    if (!Array.isArray(action?.on) || action.on.length === 0) {
      problems.add('ACTION', `${path}.on`, 'must list the outcomes that it follows.');
      continue;
    }
    for (const [i, outcome] of action.on.entries())
      problems.oneOf('ACTION_OUTCOME', `${path}.on[${i}]`, outcome, decide?.outcomes ?? []);
  }
}
