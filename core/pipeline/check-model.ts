import type { Calibration } from '../model/calibration';
import { compileAttributions } from '../model/attributions';
import { type Column, compileColumns } from '../model/encoding';
import { loadXgboost } from '../model/xgboost';
import type { Scope } from '../rules/expressions';
import { suggest } from '../suggest';
import { checkLlm } from './check-llm';
import type { Problems } from './check-problems';
import type { JsonSchema, PipelineDefinition, SageMakerModel } from './definition';
import { isEndpointName } from './endpoint-name';

export function checkModel(definition: PipelineDefinition, scope: Scope, problems: Problems): void {
  const { model, decide } = definition;
  if (model === undefined || !problems.oneOf('MODEL_KIND', 'model.kind', model.kind, ['sagemaker', 'llm'])) return;
  if (decide?.labels) problems.oneOf('MODEL_LABEL', 'model.probabilityOf', model.probabilityOf, decide.labels);
  if (model.calibration !== undefined) checkCalibration(model.calibration, problems);
  if (model.kind === 'llm') checkLlm(model, definition, scope, problems);
  else checkSageMaker(model, scope, problems);
}

function checkSageMaker(model: SageMakerModel, scope: Scope, problems: Problems): void {
  if (!isEndpointName(model.endpoint))
    problems.add(
      'MODEL_ENDPOINT',
      'model.endpoint',
      `${JSON.stringify(model.endpoint)} is not a SageMaker endpoint name.`,
    );
  if (model.columns.length === 0) problems.add('MODEL_COLUMNS', 'model.columns', 'needs at least one column.');
  model.columns.forEach((column, i) => checkColumn(column, `model.columns[${i}]`, scope, problems));
  if (model.trees !== undefined) checkTrees(model, problems);
  checkServing(model, problems);
}

function checkServing({ servedBy = 'serverless', hedge }: SageMakerModel, problems: Problems): void {
  problems.oneOf('MODEL_SERVED_BY', 'model.servedBy', servedBy, ['serverless', 'instances']);
  if (hedge === undefined) return;
  if (servedBy !== 'instances')
    problems.add(
      'MODEL_HEDGE',
      'model.hedge',
      "behind a serverless endpoint a second call may start another cold container. Leave it out, or set model.servedBy to 'instances'.",
    );
  const between = (name: 'quantile' | 'share', most: number) => {
    const value = hedge[name];
    if (!(typeof value === 'number' && value > 0 && value <= most))
      problems.add(
        'MODEL_HEDGE',
        `model.hedge.${name}`,
        `must lie above 0 and be at most ${most}, got ${JSON.stringify(value)}.`,
      );
  };
  between('quantile', 0.999);
  between('share', 0.2);
}

/** The trees must be ones that can be evaluated and explained, of as many cells as the columns give. */
function checkTrees({ trees, columns }: SageMakerModel, problems: Problems): void {
  try {
    compileAttributions(loadXgboost(trees), compileColumns(columns));
  } catch (error) {
    problems.add('MODEL_TREES', 'model.trees', (error as Error).message);
  }
}

function checkColumn(column: Column, path: string, scope: Scope, problems: Problems): void {
  const from = typeof column === 'string' ? column : column.from;
  const schema = field(scope, from);
  const [, name = ''] = from.split('.');
  if (!schema && scope.protected?.includes(name))
    problems.add('PROTECTED', path, `"${from}" is protected: it is recorded for comparison, and must not decide.`);
  else if (!schema) {
    const known = [...paths('input', scope.input), ...paths('features', scope.features)];
    problems.add('MODEL_COLUMN', path, `"${from}" is not an input or a feature.${suggest(from, known)}`);
  } else if (typeof column !== 'string') {
    checkCategories(column, schema, path, problems);
  } else if (!['integer', 'number', 'boolean'].includes(String(schema.type))) {
    problems.add(
      'MODEL_COLUMN',
      path,
      `"${from}" is no number (type ${String(schema.type)}); give it oneHot or ordinal categories.`,
    );
  }
}

function checkCategories(column: Exclude<Column, string>, schema: JsonSchema, path: string, problems: Problems): void {
  const refuse = (message: string) => problems.add('MODEL_CATEGORY', path, message);
  const { oneHot, ordinal } = column as { oneHot?: readonly string[]; ordinal?: readonly string[] };
  const categories = oneHot ?? ordinal;
  if ((oneHot !== undefined && ordinal !== undefined) || !isListOf('string', categories))
    return refuse('takes either oneHot or ordinal: a list of categories.');
  if (categories.length === 0) return refuse('needs at least one category.');
  if (new Set(categories).size < categories.length) return refuse('names a category twice.');
  const lost = (schema.enum ?? []).filter((value) => !categories.includes(value as string));
  if (lost.length > 0) refuse(`has no place for ${lost.map((v) => JSON.stringify(v)).join(', ')} of "${column.from}".`);
}

/** A calibration that passes makes a probability of every score from 0 to 1. */
function checkCalibration(calibration: Calibration, problems: Problems): void {
  const refuse = (member: string, message: string) =>
    problems.add('MODEL_CALIBRATION', `model.calibration.${member}`, message);
  const { method } = calibration;
  if (!problems.oneOf('MODEL_CALIBRATION', 'model.calibration.method', method, ['platt', 'isotonic'])) return;
  if (method === 'platt') {
    const { a, b } = calibration;
    if (!(Number.isFinite(a) && a < 0))
      refuse('a', `must be a number below 0, since a higher score is a higher probability; got ${JSON.stringify(a)}.`);
    if (!Number.isFinite(b)) refuse('b', `must be a number, got ${JSON.stringify(b)}.`);
    return;
  }
  const { x, y } = calibration;
  for (const [member, values] of [['x', x] as const, ['y', y] as const]) {
    if (!isListOf('number', values) || !values.every(Number.isFinite)) refuse(member, 'must be a list of numbers.');
    else if (values.length === 0) refuse(member, 'needs at least one value.');
    else if (values.some((value, i) => i > 0 && value < values[i - 1]!)) refuse(member, 'must be ascending.');
  }
  if (x?.length !== y?.length) refuse('y', 'must have as many values as x.');
  if (isListOf('number', y) && y.some((value) => value < 0 || value > 1)) refuse('y', 'must lie from 0 to 1.');
}

const isListOf = <T extends 'string' | 'number'>(
  type: T,
  value: unknown,
): value is readonly (T extends 'string' ? string : number)[] =>
  Array.isArray(value) && value.every((item) => typeof item === type);

const paths = (root: string, fields: Readonly<Record<string, JsonSchema>>) =>
  Object.keys(fields).map((name) => `${root}.${name}`);

function field(scope: Scope, path: string): JsonSchema | undefined {
  const [root, name, ...rest] = path.split('.');
  if ((root !== 'input' && root !== 'features') || name === undefined || rest.length > 0) return undefined;
  return Object.hasOwn(scope[root], name) ? scope[root][name] : undefined;
}
