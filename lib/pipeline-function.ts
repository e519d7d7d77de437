import { existsSync } from 'node:fs';
import type { Duration } from 'aws-cdk-lib';
import { RemovalPolicy } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type PolicyStatementProps, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Alias,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge';
import type { StagedArtifact } from './staged-artifact';

/** X-Ray takes traces for an account; there is no resource to name. */
const TRACES = 'X-Ray takes segments and knows no resources.';

/** What all functions of a pipeline share. */
export interface RuntimeSettings {
  /** The pipeline's artifact, laid beside every bundle. */
  readonly artifact: StagedArtifact;
  /** @default - outside any VPC */
  readonly vpc?: IVpc | undefined;
  /** The key that encrypts tables, queues and secrets; functions may use it. @default - AWS-owned keys */
  readonly encryptionKey?: IKey | undefined;
  /** @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: RetentionDays | undefined;
}

export interface PipelineFunctionProps<Env extends Readonly<Record<string, string>>> {
  readonly settings: RuntimeSettings;
  /** Folder of the handler under `lambdas/`. */
  readonly name: string;
  readonly description: string;
  /** The handler's `env.ts`: it says which values are needed. */
  readonly env: Env;
  readonly values: Readonly<Record<keyof Env, string>>;
  readonly timeout: Duration;
  /** In MiB; the share of a processor grows with it. @default 512 */
  readonly memorySize?: number;
  /** V8's largest semi-space, MiB: the young generation is thrice that. @default - Node's, 16 */
  readonly semiSpaceMiB?: number;
}

/** One function of a pipeline: a prebuilt bundle with the artifact beside it, and a role that may only write its log. */
export class PipelineFunction<
  Env extends Readonly<Record<string, string>> = Readonly<Record<string, string>>,
> extends Construct {
  readonly function: LambdaFunction;
  /** What is invoked: a version, so that a deployment can be shifted to step by step, and taken back at once. */
  readonly live: Alias;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps<Env>) {
    super(scope, id);
    const { settings, env, values } = props;
    const bundle = settings.artifact.asset(props.name);
    if (!existsSync(bundle))
      throw new Error(`No bundle for the function "${props.name}" at ${bundle}. Run: npm run bundle`);
    const logGroup = new LogGroup(this, 'Log', {
      retention: settings.logRetention ?? RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    if (settings.encryptionKey) this.allow(['kms:Decrypt', 'kms:GenerateDataKey'], [settings.encryptionKey.keyArn]);
    if (settings.vpc) this.allowNetworkInterfaces();
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundle),
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Some requests are followed through API, queues and functions: by default one a second, and 5 % of the others.
      tracing: Tracing.ACTIVE,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout,
      environment: {
        ...Object.fromEntries((Object.keys(env) as (keyof Env & string)[]).map((key) => [env[key]!, values[key]])),
        ...(props.semiSpaceMiB ? { NODE_OPTIONS: `--max-semi-space-size=${props.semiSpaceMiB}` } : {}),
      },
      ...(settings.vpc ? { vpc: settings.vpc } : {}),
      // Versions of before stay: going back to one is a change of the alias.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    acknowledgeWildcard(this.role, '*', TRACES);
    this.live = new Alias(this, 'Live', { aliasName: 'live', version: this.function.currentVersion });
  }

  /** Allows the function these actions on these resources. Actions are named one by one. */
  allow(
    actions: readonly string[],
    resources: readonly string[],
    conditions?: PolicyStatementProps['conditions'],
  ): void {
    this.role.addToPolicy(
      new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions ? { conditions } : {}) }),
    );
  }

  /** The same on those items of a table whose partition key begins with one of the prefixes. */
  allowItems(actions: readonly string[], { tableArn }: ITable, ...prefixes: string[]): void {
    const keys = prefixes.map((prefix) => `${prefix}*`);
    this.allow(actions, [tableArn], { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } });
  }

  private allowNetworkInterfaces(): void {
    // All that docs.aws.amazon.com/lambda, "Attaching functions to resources in a VPC", asks for.
    const actions = [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ];
    this.allow(actions, ['*']);
    acknowledgeWildcard(
      this.role,
      '*',
      'A function in a VPC makes network interfaces, whose names cannot be foreseen.',
    );
  }
}
