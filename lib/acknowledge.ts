import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Acknowledges that a policy names resources with a wildcard. cdk-nag calls each such finding by the resource, with
 * references in angle brackets; an acknowledgement of the bare rule would silence nothing.
 */
export function acknowledgeWildcard(scope: IConstruct, resource: string, reason: string): void {
  const id = `AwsSolutions-IAM5[Resource::${flat(Stack.of(scope).resolve(resource))}]`;
  Validations.of(scope).acknowledge({ id, reason });
}

/** A resolved string in the notation of cdk-nag. */
function flat(value: string | Readonly<Record<string, unknown>>): string {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value) return `<${(value['Fn::GetAtt'] as string[]).join('.')}>`;
  const [delimiter, parts] = value['Fn::Join'] as [string, (typeof value)[]];
  return parts.map(flat).join(delimiter);
}
