import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { PipelineDefinition } from '../core/pipeline/definition';

/** The names of the endpoints that decisions ask; without a candidate, the live one stands for both. */
export interface Endpoints {
  readonly live: string;
  readonly candidate: string;
  /** Other endpoints of the fallback chains. */
  readonly others: readonly string[];
}

/** The endpoints, beside its model's, that a definition's fallback chain names. */
export const fallbackEndpoints = ({ fallback }: PipelineDefinition): string[] =>
  fallback.flatMap((step) => (step.step === 'endpoint' && step.endpoint !== undefined ? [step.endpoint] : []));

/** The ARNs of these endpoints, each once. */
export const endpointArns = (scope: Construct, names: readonly string[]): string[] =>
  [...new Set(names)].map((name) => endpointArn(scope, name));

export const endpointArn = (scope: Construct, name: string): string =>
  Stack.of(scope).formatArn({
    service: 'sagemaker',
    resource: 'endpoint',
    // SageMaker writes ARNs in lower case; a reference is replaced later and must stay as it is.
    resourceName: Token.isUnresolved(name) ? name : name.toLowerCase(),
  });
