import { schemaFault } from '../input/compile-schema';
import { closeObjects } from '../input/schema';
import { checkGuards } from '../llm/guards/check-guards';
import { PLACEHOLDER, isPlain, sourceOf } from '../llm/prompt';
import type { LlmModel, Prompt, PromptVariable } from '../llm/settings';
import type { Scope } from '../rules/expressions';
import { suggest } from '../suggest';
import { checkLimits } from './check-limits';
import type { Problems } from './check-problems';
import { checkSchemaCost } from './check-schema-cost';
import { within } from './check-times';
import type { PipelineDefinition } from './definition';
import { isEndpointName } from './endpoint-name';

const BEDROCK_MODEL = /^(?!arn:)[A-Za-z0-9][A-Za-z0-9.:/_-]{0,255}$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,39}$/;

const isBedrockModel = (given: unknown) => typeof given === 'string' && BEDROCK_MODEL.test(given);

export function checkLlm(model: LlmModel, { decide }: PipelineDefinition, scope: Scope, problems: Problems): void {
  const { provider = 'sagemaker', endpoint, confidence } = model;
  if (problems.oneOf('LLM_PROVIDER', 'model.provider', provider, ['sagemaker', 'bedrock']))
    if (!(provider === 'bedrock' ? isBedrockModel : isEndpointName)(endpoint))
      problems.add(
        'MODEL_ENDPOINT',
        'model.endpoint',
        `${JSON.stringify(endpoint)} is no ${provider === 'bedrock' ? 'id of a Bedrock model or inference profile' : 'SageMaker endpoint name'}.`,
      );
  checkPrompts(model, scope, problems);
  checkAnswer(model, decide?.labels ?? [], problems);
  checkConfidence(confidence, provider, problems);
  const { outputTokens = Infinity } = model.limits?.perRequest ?? {};
  if (confidence?.by === 'samples' && outputTokens < confidence.samples)
    problems.add(
      'LLM_CONFIDENCE',
      'model.confidence.samples',
      `${confidence.samples} answers share the ${outputTokens} tokens of model.limits.perRequest.outputTokens: not one for each.`,
    );
  problems.guard('model.limits', () => checkLimits(model.limits, 'model.limits', problems));
  const paths = (['input', 'features'] as const).flatMap((root) =>
    Object.keys(scope[root]).map((field) => `${root}.${field}`),
  );
  const members = Object.keys(model.answer?.schema?.properties ?? {});
  problems.guard('model.guards', () => checkGuards(model.guards, 'model.guards', { paths, members }, problems));
  const { firstToken, betweenTokens } = model.stream ?? {};
  within(problems, 'model.stream.firstToken', firstToken, 10, 25_000, 'between 10ms and 25s');
  within(problems, 'model.stream.betweenTokens', betweenTokens, 10, 25_000, 'between 10ms and 25s');
}

function checkPrompts({ prompts }: LlmModel, scope: Scope, problems: Problems): void {
  const versions = Object.keys(prompts?.versions ?? {});
  if (versions.length === 0)
    return problems.add(
      'PROMPTS',
      'model.prompts',
      'needs at least one version; loadPrompts reads them from a folder.',
    );
  problems.oneOf('PROMPT_LIVE', 'model.prompts.live', prompts.live, versions);
  for (const [version, prompt] of Object.entries(prompts.versions)) {
    const path = `model.prompts.versions.${version}`;
    if (!VERSION.test(version))
      problems.add('PROMPT_VERSION', path, 'a version has up to 40 letters, digits, dots, hyphens and underscores.');
    checkPrompt(prompt, path, scope, problems);
  }
}

function checkPrompt(prompt: Prompt, path: string, scope: Scope, problems: Problems): void {
  const { variables, messages, temperature } = prompt;
  const used = new Set<string>();
  messages.forEach(({ role, content }, i) => {
    const at = `${path}.messages[${i}]`;
    problems.oneOf('PROMPT_ROLE', `${at}.role`, role, ['system', 'user', 'assistant']);
    if (role === 'system' && i > 0)
      problems.add('PROMPT_ROLE', `${at}.role`, 'only the first message is the system’s.');
    if (content.trim() === '') problems.add('PROMPT_EMPTY', at, 'says nothing.');
    for (const [placeholder, inside = ''] of content.matchAll(PLACEHOLDER)) {
      const name = inside.trim();
      used.add(name);
      if (!Object.hasOwn(variables, name))
        problems.add(
          'PROMPT_VARIABLE',
          at,
          `${placeholder} is no variable of the prompt.${suggest(name, Object.keys(variables))}`,
        );
      else if (role !== 'user') checkTrusted(variables[name]!, placeholder, at, scope, problems);
    }
  });
  if (messages.at(-1)?.role !== 'user') problems.add('PROMPT_ROLE', `${path}.messages`, 'must end with the user’s.');
  for (const [name, variable] of Object.entries(variables))
    checkVariable(variable, `${path}.variables.${name}`, { name, used: used.has(name) }, scope, problems);
  if (temperature !== undefined && !(typeof temperature === 'number' && temperature >= 0 && temperature <= 2))
    problems.add(
      'PROMPT_TEMPERATURE',
      `${path}.temperature`,
      `must lie from 0 to 2, got ${JSON.stringify(temperature)}.`,
    );
}

/** What a request says of its own is told by the user, never by the system. */
function checkTrusted(
  variable: PromptVariable,
  placeholder: string,
  at: string,
  scope: Scope,
  problems: Problems,
): void {
  const source = sourceOf(variable, scope);
  if (source && !isPlain(source.schema))
    problems.add(
      'PROMPT_UNTRUSTED',
      at,
      `${placeholder} is a text of the request, which must not speak for the system or the model. Move it to a user message.`,
    );
}

function checkVariable(
  variable: PromptVariable,
  path: string,
  { name, used }: { readonly name: string; readonly used: boolean },
  scope: Scope,
  problems: Problems,
): void {
  if (!NAME.test(name)) problems.add('PROMPT_VARIABLE', path, 'a name has up to 40 letters, digits and underscores.');
  if (!used) problems.add('PROMPT_VARIABLE', path, 'is used by no message: remove it, or write {{' + name + '}}.');
  if (typeof variable === 'object')
    wholeNumber(problems, `${path}.mostCharacters`, variable.mostCharacters, 1, 1_000_000);
  if (sourceOf(variable, scope)) return;
  const from = String(typeof variable === 'string' ? variable : variable?.from);
  if (scope.protected?.includes(from.split('.')[1] ?? ''))
    return problems.add(
      'PROTECTED',
      path,
      `"${from}" is protected: it is recorded for comparison, and must not decide.`,
    );
  const known = (['input', 'features'] as const).flatMap((root) =>
    Object.keys(scope[root]).map((field) => `${root}.${field}`),
  );
  problems.add('PROMPT_VARIABLE', path, `"${from}" is not an input or a feature.${suggest(from, known)}`);
}

function checkAnswer({ answer }: LlmModel, labels: readonly string[], problems: Problems): void {
  const { schema, label } = answer;
  if (schema?.type !== 'object' || !schema.properties)
    return problems.add(
      'LLM_ANSWER',
      'model.answer.schema',
      'must be the schema of an object that names its properties.',
    );
  const fault = schemaFault(closeObjects(schema));
  if (fault) problems.add('LLM_ANSWER', 'model.answer.schema', `is not a valid JSON Schema 2020-12: ${fault}.`);
  checkSchemaCost(schema, 'model.answer.schema', problems);
  if (!problems.oneOf('LLM_LABEL', 'model.answer.label', label, Object.keys(schema.properties))) return;
  const values = schema.properties[label]!.enum ?? [];
  if (values.length !== labels.length || !labels.every((one) => values.includes(one)))
    problems.add(
      'LLM_LABEL',
      `model.answer.schema.properties.${label}`,
      `must have the labels ${labels.join(', ')} as its enum, so that an answer is one of them.`,
    );
  if (!schema.required?.includes(label))
    problems.add(
      'LLM_LABEL',
      'model.answer.schema.required',
      `must name "${label}": an answer without a label is none.`,
    );
}

function checkConfidence(confidence: LlmModel['confidence'], provider: string, problems: Problems): void {
  const path = 'model.confidence';
  if (!problems.oneOf('LLM_CONFIDENCE', `${path}.by`, confidence?.by, ['logprobs', 'samples'])) return;
  if (confidence.by === 'logprobs') {
    if (provider === 'bedrock')
      problems.add('LLM_CONFIDENCE', path, "Bedrock gives no log-probabilities; use { by: 'samples', samples: 5 }.");
    return;
  }
  wholeNumber(problems, `${path}.samples`, confidence.samples, 2, 20);
  const { temperature } = confidence;
  if (temperature !== undefined && !(typeof temperature === 'number' && temperature > 0 && temperature <= 2))
    problems.add(
      'LLM_CONFIDENCE',
      `${path}.temperature`,
      `must lie above 0, so that samples can differ, and be at most 2; got ${JSON.stringify(temperature)}.`,
    );
}

function wholeNumber(problems: Problems, path: string, given: unknown, least: number, most: number): void {
  if (!(Number.isInteger(given) && (given as number) >= least && (given as number) <= most))
    problems.add('LLM_NUMBER', path, `must be a whole number from ${least} to ${most}, got ${JSON.stringify(given)}.`);
}
