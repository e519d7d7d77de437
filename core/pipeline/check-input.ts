import { schemaFault } from '../input/compile-schema';
import { closeObjects } from '../input/schema';
import { checkSchemaCost } from './check-schema-cost';
import type { Problems } from './check-problems';
import type { PipelineDefinition } from './definition';

export function checkInput({ input }: PipelineDefinition, problems: Problems): void {
  if (input === undefined) return;
  if (input.type !== 'object' || !input.properties || Object.keys(input.properties).length === 0) {
    problems.add('INPUT_OBJECT', 'input', 'must be the schema of an object that names its properties.');
    return;
  }
  const fault = schemaFault(closeObjects(input));
  if (fault) problems.add('INPUT_SCHEMA', 'input', `is not a valid JSON Schema 2020-12: ${fault}.`);
  checkSchemaCost(input, 'input', problems);
  for (const name of input.required ?? [])
    if (!Object.hasOwn(input.properties, name))
      problems.add('INPUT_REQUIRED', 'input.required', `names "${name}", which is not among the properties.`);
}
