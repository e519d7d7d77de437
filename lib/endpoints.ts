import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The names of the endpoints that decisions ask; without a candidate, the live one stands for both. */
export interface Endpoints {
  readonly live: string;
  readonly candidate: string;
}

/** The ARNs of the endpoints, each once. */
export const endpointArns = (scope: Construct, { live, candidate }: Endpoints): string[] =>
  [...new Set([live, candidate])].map((name) => endpointArn(scope, name));

export const endpointArn = (scope: Construct, name: string): string =>
  Stack.of(scope).formatArn({
    service: 'sagemaker',
    resource: 'endpoint',
    // SageMaker writes ARNs in lower case; a reference is replaced later and must stay as it is.
    resourceName: Token.isUnresolved(name) ? name : name.toLowerCase(),
  });
