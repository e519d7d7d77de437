import type { Scope } from '../rules/expressions';
import { suggest } from '../suggest';
import type { Problems } from './check-problems';
import type { JsonSchema, PipelineDefinition } from './definition';

export function checkModel({ model, decide }: PipelineDefinition, scope: Scope, problems: Problems): void {
  if (model === undefined) return;
  problems.oneOf('MODEL_KIND', 'model.kind', model.kind, ['sagemaker']);
  if (!/^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$/.test(model.endpoint))
    problems.add('MODEL_ENDPOINT', 'model.endpoint', `"${model.endpoint}" is not a SageMaker endpoint name.`);
  if (decide?.labels) problems.oneOf('MODEL_LABEL', 'model.probabilityOf', model.probabilityOf, decide.labels);
  if (model.columns.length === 0) problems.add('MODEL_COLUMNS', 'model.columns', 'needs at least one column.');
  model.columns.forEach((column, i) => {
    const from = typeof column === 'string' ? column : column.from;
    const path = `model.columns[${i}]`;
    const schema = field(scope, from);
    if (!schema) {
      const known = [...paths('input', scope.input), ...paths('features', scope.features)];
      problems.add('MODEL_COLUMN', path, `"${from}" is not an input or a feature.${suggest(from, known)}`);
    } else if (typeof column === 'string' && !['integer', 'number', 'boolean'].includes(String(schema.type))) {
      problems.add(
        'MODEL_COLUMN',
        path,
        `"${from}" is no number (type ${String(schema.type)}); give it oneHot or ordinal categories.`,
      );
    } else if (typeof column !== 'string' && schema.enum) {
      const categories = 'oneHot' in column ? column.oneHot : column.ordinal;
      const lost = schema.enum.filter((value) => !categories.includes(value as string));
      if (lost.length > 0)
        problems.add(
          'MODEL_CATEGORY',
          path,
          `has no place for ${lost.map((v) => JSON.stringify(v)).join(', ')} of "${from}".`,
        );
    }
  });
}

const paths = (root: string, fields: Readonly<Record<string, JsonSchema>>) =>
  Object.keys(fields).map((name) => `${root}.${name}`);

function field(scope: Scope, path: string): JsonSchema | undefined {
  const [root, name, ...rest] = path.split('.');
  if ((root !== 'input' && root !== 'features') || name === undefined || rest.length > 0) return undefined;
  return Object.hasOwn(scope[root], name) ? scope[root][name] : undefined;
}
