import { CfnElement, type Stack } from 'aws-cdk-lib';
import { ofType, resourcesOf } from './templates';

export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  /** By construct path in the stack, as `Pipeline/Store/Decisions`. */
  readonly resources: readonly string[];
  readonly condition?: unknown;
  /** What says more than it names: NotAction, NotResource. */
  readonly negated: boolean;
}

export interface RolePolicies {
  /** Construct path of the role in its stack. */
  readonly role: string;
  readonly trusts: readonly string[];
  readonly managed: readonly unknown[];
  readonly statements: readonly Statement[];
}

/** Every role of a stack with all that it may do. */
export function rolesOf(stack: Stack): RolePolicies[] {
  const resources = resourcesOf(stack);
  const name = nameOf(stack);
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) => ofType(resources, type));
  return ofType(resources, 'AWS::IAM::Role').map(([id, { Properties }]) => {
    const attached = policies.filter(([, policy]) =>
      (policy.Properties.Roles as { Ref: string }[] | undefined)?.some(({ Ref }) => Ref === id),
    );
    const documents = [...attached.map(([, policy]) => policy.Properties), ...(Properties.Policies ?? [])];
    return {
      role: name({ Ref: id }),
      trusts: list(Properties.AssumeRolePolicyDocument.Statement).map(({ Principal }) =>
        name(Principal.Service ?? Principal.AWS),
      ),
      managed: Properties.ManagedPolicyArns ?? [],
      statements: documents.flatMap(({ PolicyDocument }) =>
        list(PolicyDocument.Statement).map((statement) => ({
          effect: statement.Effect,
          actions: list(statement.Action),
          resources: list(statement.Resource).map(name),
          ...(statement.Condition ? { condition: statement.Condition } : {}),
          negated: 'NotAction' in statement || 'NotResource' in statement,
        })),
      ),
    };
  });
}

/** What a stack grants to anybody but roles. */
export const strayPolicies = (stack: Stack): string[] => [
  ...ofType(resourcesOf(stack), 'AWS::IAM::User').map(([id]) => id),
  ...ofType(resourcesOf(stack), 'AWS::IAM::Group').map(([id]) => id),
  ...['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    ofType(resourcesOf(stack), type)
      .filter(([, { Properties }]) => !Properties.Roles?.length || Properties.Users || Properties.Groups)
      .map(([id]) => id),
  ),
];

/** Tells a resource in a template by where it stands among the constructs. */
function nameOf(stack: Stack): (value: unknown) => string {
  const paths = new Map(
    stack.node
      .findAll()
      .filter((construct) => CfnElement.isCfnElement(construct))
      .map((element) => [stack.resolve(element.logicalId) as string, path(stack, element)]),
  );
  const name = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const [[key, argument]] = Object.entries(value as Record<string, never>) as [[string, never]];
    if (key === 'Ref') return paths.get(argument) ?? `<${argument}>`;
    if (key === 'Fn::GetAtt')
      return `${paths.get(argument[0])}${['Arn', 'Name'].includes(argument[1]) ? '' : `.${argument[1]}`}`;
    if (key === 'Fn::Join') return (argument[1] as unknown[]).map(name).join(argument[0]);
    if (key === 'Fn::Sub') return argument;
    if (key === 'Fn::FindInMap') return `<${(argument as string[])[0]}>`;
    // An export of another stack is named by its resource: stack:ExportsOutputRef<id><hash>.
    if (key === 'Fn::ImportValue')
      return (argument as string).replace(/^(\w+):ExportsOutput(?:FnGetAtt|Ref)(\w+?)[0-9A-F]{8}.*$/, '$1/$2');
    throw new Error(`No name for ${JSON.stringify(value)}`);
  };
  return name;
}

const path = (stack: Stack, { node }: CfnElement) =>
  node.path.slice(stack.node.path.length + 1).replace(/\/Resource$/, '');

// eslint-disable-next-line @typescript-eslint/no-explicit-any
const list = (value: any): any[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
