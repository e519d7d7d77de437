import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { LlmModel } from '../core/llm/settings';
import type { PipelineDefinition } from '../core/pipeline/definition';
import { acknowledgeWildcard } from './acknowledge';
import type { PipelineFunction } from './pipeline-function';

/** What matters of a model to who may ask it. */
type Asked = { readonly kind: 'sagemaker' } | Pick<LlmModel, 'kind' | 'provider'>;

/** An endpoint and the kind of model that it serves. */
export interface AskedEndpoint {
  readonly name: string;
  readonly model: Asked;
}

/** The endpoints that decisions ask; without a candidate, the live one stands for both. */
export interface Endpoints {
  readonly live: AskedEndpoint;
  readonly candidate: AskedEndpoint;
  /** Other endpoints of the fallback chains. */
  readonly others: readonly AskedEndpoint[];
  /** Of the classifiers that guard language models: whoever asks a model asks them. */
  readonly guards: readonly AskedEndpoint[];
}

/** The endpoints, beside its model's, that a definition's fallback chain names. */
export const fallbackEndpoints = ({ fallback, model }: PipelineDefinition): AskedEndpoint[] =>
  fallback.flatMap((step) =>
    step.step === 'endpoint' && step.endpoint !== undefined ? [{ name: step.endpoint, model }] : [],
  );

/** The endpoints of the classifiers that guard a definition's language model. */
export function guardEndpoints({ model }: PipelineDefinition): AskedEndpoint[] {
  const { input = {}, output = {} } = (model.kind === 'llm' && model.guards) || {};
  return [...Object.values(input), ...Object.values(output)].flatMap(({ use }) =>
    typeof use === 'object' && 'endpoint' in use ? [{ name: use.endpoint, model: { kind: 'sagemaker' } }] : [],
  );
}

/** Lets a function ask these endpoints. */
export function allowAsking(fn: PipelineFunction, asked: readonly AskedEndpoint[]): void {
  const grants = new Map<string, Set<string>>();
  for (const { name, model } of asked) {
    const action = actionOf(model);
    const arns = isOfBedrock(model) ? bedrockArns(fn, name) : [endpointArn(fn, name)];
    grants.set(action, new Set([...(grants.get(action) ?? []), ...arns]));
  }
  for (const [action, arns] of grants) fn.allow([action], [...arns]);
}

const isOfBedrock = (model: Asked): boolean => model.kind === 'llm' && model.provider === 'bedrock';

function actionOf(model: Asked): string {
  if (model.kind === 'sagemaker') return 'sagemaker:InvokeEndpoint';
  return isOfBedrock(model) ? 'bedrock:InvokeModelWithResponseStream' : 'sagemaker:InvokeEndpointWithResponseStream';
}

/** Ids of inference profiles begin with the part of the world, or the account's own. */
const PROFILE = /^(?:(?:us|us-gov|eu|apac|au|jp|ca|sa|global)\.)(.+)$/;

/** A model, or an inference profile and the model in each region that it may send a request to. */
function bedrockArns(fn: PipelineFunction, id: string): string[] {
  const stack = Stack.of(fn);
  const model = (name: string, region: string) =>
    stack.formatArn({ service: 'bedrock', region, account: '', resource: 'foundation-model', resourceName: name });
  const [, base] = PROFILE.exec(id) ?? [];
  if (base === undefined) return [model(id, stack.region)];
  const anywhere = model(base, '*');
  acknowledgeWildcard(fn.role, anywhere, 'A cross-region inference profile chooses the region of each request.');
  return [stack.formatArn({ service: 'bedrock', resource: 'inference-profile', resourceName: id }), anywhere];
}

const endpointArn = (scope: Construct, name: string): string =>
  Stack.of(scope).formatArn({
    service: 'sagemaker',
    resource: 'endpoint',
    // SageMaker writes ARNs in lower case; a reference is replaced later and must stay as it is.
    resourceName: Token.isUnresolved(name) ? name : name.toLowerCase(),
  });
