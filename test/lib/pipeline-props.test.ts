import { ofType, resourcesOf, testApp } from './templates';
import { type CfnElement, CfnResource, Resource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { CfnEndpoint } from 'aws-cdk-lib/aws-sagemaker';
import type { IConstruct } from 'constructs';
import creditRisk from '../../examples/credit-risk/pipeline';
import { DecisionPipeline, DefinitionError, PipelineStack, PlatformStack } from '../../lib';
import { equippedApp } from './equipped';
import { rolesOf } from './policies';
import { withoutActions } from './without-actions';

const properties = (stack: Stack, type: string) =>
  ofType(resourcesOf(stack), type).map(([, resource]) => resource.Properties);
const idOf = (construct: IConstruct) => Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement);

describe('what a pipeline is given it uses, and makes none of its own', () => {
  const given = equippedApp();
  const { stack, existing } = given;
  const imported = (construct: IConstruct) => expect.stringContaining(idOf(construct));
  const environment = (description: string): Record<string, unknown> =>
    properties(stack, 'AWS::Lambda::Function').find(({ Description }) => Description === description)!.Environment
      .Variables;
  const decide = environment('POST /decisions');

  test('an endpoint, whose ARN SageMaker writes in lower case', () => {
    expect(decide.ENDPOINT_NAME).toBe('Bank-Model');
    const rights = rolesOf(stack).flatMap(({ statements }) => statements);
    const invoke = rights.filter(({ actions }) => actions.includes('sagemaker:InvokeEndpoint'));
    expect(new Set(invoke.flatMap(({ resources }) => resources))).toEqual(
      new Set(['arn:<AWS::Partition>:sagemaker:eu-central-1:123456789012:endpoint/bank-model']),
    );
  });

  test('feature tables', () => {
    expect(properties(stack, 'AWS::DynamoDB::Table')).toHaveLength(2);
    expect(JSON.stringify(decide.FEATURE_TABLES)).toContain(idOf(given.featureTables.accounts));
  });

  test('a user pool, with every client that was named', () => {
    expect(given.stack.pipeline.people).toBeUndefined();
    for (const type of ['AWS::Cognito::UserPool', 'AWS::Cognito::UserPoolClient'])
      expect(properties(stack, type)).toEqual([]);
    const [{ JwtConfiguration }] = properties(stack, 'AWS::ApiGatewayV2::Authorizer') as [
      Record<string, { Audience: unknown }>,
    ];
    expect(JwtConfiguration!.Audience).toEqual(
      given.userPoolClients.map((client) => ({ 'Fn::ImportValue': imported(client) })),
    );
    for (const { UserPoolId } of properties(stack, 'AWS::Cognito::UserPoolGroup'))
      expect(UserPoolId).toEqual({ 'Fn::ImportValue': imported(given.userPool) });
  });

  test('an event bus', () => {
    expect(properties(stack, 'AWS::Events::EventBus')).toEqual([]);
    const { EVENT_BUS_NAME } = environment('Sees to decisions that the stream never delivered');
    expect(EVENT_BUS_NAME).toEqual({ 'Fn::ImportValue': imported(given.eventBus) });
  });

  test('an on-call topic', () => {
    // The one that is left is where alarms go first.
    expect(properties(stack, 'AWS::SNS::Topic')).toHaveLength(1);
    const { ON_CALL_TOPIC_ARN } = environment('Tells on-call of an alarm, and what was found');
    expect(ON_CALL_TOPIC_ARN).toEqual({ 'Fn::ImportValue': imported(given.onCallTopic) });
  });

  test('a key, for all that is kept or passed on', () => {
    const key = { 'Fn::ImportValue': imported(given.encryptionKey) };
    for (const { SSESpecification } of properties(stack, 'AWS::DynamoDB::Table'))
      expect(SSESpecification).toEqual({ KMSMasterKeyId: key, SSEEnabled: true, SSEType: 'KMS' });
    for (const { KmsMasterKeyId } of [...properties(stack, 'AWS::SQS::Queue'), ...properties(stack, 'AWS::SNS::Topic')])
      expect(KmsMasterKeyId).toEqual(key);
    for (const { KmsKeyId } of properties(stack, 'AWS::SecretsManager::Secret')) expect(KmsKeyId).toEqual(key);
  });

  test('and CloudWatch may use the key, or no alarm would reach anybody', () => {
    const { KeyPolicy } = resourcesOf(existing)[idOf(given.encryptionKey)]!.Properties;
    expect(KeyPolicy.Statement).toContainEqual({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
    });
  });

  test('a VPC, in its private subnets', () => {
    const subnets = given.vpc.privateSubnets.map((subnet) => ({ 'Fn::ImportValue': imported(subnet) }));
    for (const { VpcConfig } of properties(stack, 'AWS::Lambda::Function'))
      expect(VpcConfig.SubnetIds).toEqual(subnets);
  });

  test('a retention, for every log', () => {
    const groups = properties(stack, 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(19);
    expect(groups.filter(({ RetentionInDays }) => RetentionInDays !== 365)).toEqual([]);
  });
});

describe('grants', () => {
  const app = testApp();
  const stack = new PipelineStack(app, 'Pipeline', { definition: withoutActions });
  const callers = new Stack(app, 'Callers');
  const role = (id: string) => new Role(callers, id, { assumedBy: new AccountPrincipal('123456789012') });
  stack.pipeline.grantDecide(role('Decider'));
  stack.pipeline.grantLabel(role('Labeller'));
  stack.pipeline.grantRead(role('Reader'));
  stack.pipeline.grantBatch(role('Batcher'));
  stack.pipeline.grantRecover(role('Operator'));
  const restoredTable = Table.fromTableName(callers, 'Restored', 'decisions-restored');
  stack.pipeline.grantRecover(role('Restorer'), { restoredTable });
  const thisApi =
    /^arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:Pipeline\/PipelineMachineApi\/Pipeline\/PipelineMachineApiDeploymentStagev1?\//;
  const rights = (name: string) =>
    rolesOf(callers)
      .find((candidate) => candidate.role === name)!
      .statements.map(({ actions, resources, effect }) => ({
        effect,
        actions,
        calls: resources.map((resource) => resource.replace(thisApi, '')),
      }));

  test('to decide', () => {
    expect(rights('Decider')).toEqual([
      {
        effect: 'Allow',
        actions: ['execute-api:Invoke'],
        calls: [
          'POST/decisions',
          'POST/validations',
          'POST/scores',
          'GET/decisions/*',
          'POST/decisions/*/outcome',
          'GET/status',
          'GET/openapi.json',
        ],
      },
    ]);
  });

  test('to label, and nothing more', () => {
    expect(rights('Labeller')).toEqual([
      { effect: 'Allow', actions: ['execute-api:Invoke'], calls: ['POST/decisions/*/outcome'] },
    ]);
  });

  test('to have files decided', () => {
    const bucket = 'Pipeline/PipelineBatchBucket';
    expect(rights('Batcher')).toEqual([
      {
        effect: 'Allow',
        actions: ['execute-api:Invoke'],
        calls: ['POST/batches', 'GET/batches/*', 'GET/decisions/*'],
      },
      { effect: 'Allow', actions: ['s3:PutObject'], calls: [`${bucket}/in/*`] },
      { effect: 'Allow', actions: ['s3:GetObject'], calls: [`${bucket}/out/*`] },
    ]);
  });

  describe('to recover', () => {
    const recovering = (name: string) =>
      rights(name).map(({ actions, calls }) => `${actions.join()} on ${calls.join()}`);
    const store = 'Pipeline/PipelineStore';

    test('what each command calls: tables, the intake, both dead-letter queues and who reads the stream', () => {
      const consumers = ['ReviewDispatch', 'DriftObserve'].map((name) => `Pipeline/Pipeline${name}Live`);
      expect(recovering('Operator')).toEqual([
        `dynamodb:DescribeTable,dynamodb:Scan,dynamodb:GetItem,dynamodb:PutItem on ${store}Decisions`,
        `dynamodb:Scan on ${store}State`,
        `dynamodb:PutItem on ${store}State`,
        `sqs:SendMessage,sqs:GetQueueAttributes,sqs:GetQueueUrl on ${store}Intake`,
        `sqs:ReceiveMessage,sqs:ChangeMessageVisibility,sqs:DeleteMessage on ${store}DeadLetters,${store}IntakeDeadLetters`,
        `lambda:InvokeFunction on ${consumers.join()}`,
      ]);
    });

    test('and to read the table that DynamoDB has restored to, where it is named', () => {
      const restored = 'arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/decisions-restored';
      expect(recovering('Restorer')).toEqual([
        ...recovering('Operator'),
        `dynamodb:DescribeTable,dynamodb:Scan on ${restored}`,
      ]);
    });
  });

  test('to read', () => {
    expect(rights('Reader')).toEqual([
      {
        effect: 'Allow',
        actions: ['execute-api:Invoke'],
        calls: ['GET/decisions/*', 'GET/status', 'GET/openapi.json'],
      },
    ]);
  });
});

describe('more than one', () => {
  const app = testApp();
  const twins = new Stack(app, 'Twins');
  new DecisionPipeline(twins, 'One', { definition: withoutActions });
  new DecisionPipeline(twins, 'Two', { definition: { ...withoutActions, name: 'credit-risk-two' } });
  const platform = new PlatformStack(app, 'Platform');
  const one = new PipelineStack(app, 'PipelineOne', { definition: withoutActions, platform });
  const two = new PipelineStack(app, 'PipelineTwo', {
    definition: { ...withoutActions, name: 'credit-risk-two' },
    platform,
  });
  const staging = new PipelineStack(testApp(), 'Pipeline', { definition: withoutActions, stackName: 'staging' });
  const production = new PipelineStack(testApp(), 'Pipeline', { definition: withoutActions, stackName: 'production' });
  const names = (stack: Stack) => [
    ...properties(stack, 'AWS::Logs::LogGroup').flatMap(({ LogGroupName }) => LogGroupName ?? []),
    ...properties(stack, 'AWS::Cognito::UserPoolGroup').map(({ GroupName }) => GroupName),
    // A queue's name is made by CloudFormation; the pipeline's is ours.
    ...properties(stack, 'AWS::CloudWatch::Alarm').flatMap(({ Namespace, MetricName, Dimensions }) =>
      Namespace === 'Plumbline' ? [JSON.stringify([MetricName, Dimensions])] : [],
    ),
  ];

  test('pipelines live in one stack', () => {
    // Reads the template anew, and refuses cycles.
    expect(() => Template.fromStack(twins)).not.toThrow();
    expect(new Set(names(twins)).size).toBe(names(twins).length);
    expect(properties(twins, 'AWS::Lambda::Function')).toHaveLength(32);
  });

  test('pipelines share a platform', () => {
    const all = [...names(one), ...names(two)];
    expect(new Set(all).size).toBe(all.length);
    for (const stack of [one, two]) expect(properties(stack, 'AWS::Cognito::UserPool')).toEqual([]);
  });

  test('copies of one stack live in one account', () => {
    const logs = (stack: Stack) => names(stack).filter((name) => name.startsWith('/aws/'));
    expect(logs(staging)).toHaveLength(1);
    expect(logs(staging)).not.toEqual(logs(production));
  });
});

describe('what cannot be deployed is refused', () => {
  const stack = () => new Stack(testApp(), 'Refused');

  test('fails with every problem of the definition', () => {
    const broken = {
      ...creditRisk,
      deadline: '90s',
      review: { sla: '20d' },
      decide: {
        ...creditRisk.decide,
        rules: [{ id: 'large', when: 'input.amout > 1', outcome: 'refuse', reason: 'LARGE' }],
      },
    };
    const make = () => new DecisionPipeline(stack(), 'Pipeline', { definition: broken });
    expect(make).toThrow(DefinitionError);
    for (const place of ['deadline', 'review.sla', 'decide.rules[0].when', 'decide.rules[0].outcome'])
      expect(make).toThrow(place);
  });

  test('fails when a user pool comes without its clients, or clients without their pool', () => {
    const parts = stack();
    const userPool = new UserPool(parts, 'Users');
    const userPoolClients = [userPool.addClient('Web')];
    const definition = creditRisk;
    expect(() => new DecisionPipeline(stack(), 'Pipeline', { definition, userPool })).toThrow(
      'Refused/Pipeline: userPool is given without userPoolClients. Name the clients whose id tokens are taken.',
    );
    expect(() => new DecisionPipeline(stack(), 'Pipeline', { definition, userPoolClients })).toThrow(
      'Refused/Pipeline: userPoolClients are given without userPool. Name the pool they belong to.',
    );
    const platform = new PlatformStack(testApp(), 'Platform');
    expect(() => new PipelineStack(testApp(), 'Pipeline', { definition, platform, userPool })).toThrow(
      'without userPoolClients',
    );
  });

  test('fails when a feature table is for no lookup', () => {
    const parts = stack();
    const acounts = new Table(parts, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } });
    expect(
      () => new DecisionPipeline(parts, 'Pipeline', { definition: withoutActions, featureTables: { acounts } }),
    ).toThrow('featureTables names "acounts", which is no lookup. Did you mean "accounts"?');
  });
});

test('a reference to an endpoint stays one', () => {
  const stack = new Stack(testApp(), 'Referring');
  const endpoint = new CfnEndpoint(stack, 'Model', { endpointConfigName: 'model' });
  const endpointName = endpoint.attrEndpointName;

  new DecisionPipeline(stack, 'Pipeline', { definition: withoutActions, endpointName });

  const resources = new Set(
    rolesOf(stack)
      .flatMap(({ statements }) => statements)
      .filter(({ actions }) => actions.includes('sagemaker:InvokeEndpoint'))
      .flatMap((statement) => statement.resources),
  );
  expect([...resources]).toEqual([expect.stringMatching(/:endpoint\/Model\.EndpointName$/)]);
});

test('alarms look as often as the evaluation speaks: with windows of an hour, once an hour', () => {
  const stack = new Stack(testApp(), 'Hourly');
  const definition = { ...withoutActions, drift: { ...withoutActions.drift!, window: '1h', critical: ['duration'] } };
  new DecisionPipeline(stack, 'Pipeline', { definition });
  const periods = properties(stack, 'AWS::CloudWatch::Alarm').map(({ MetricName, Period }) => [MetricName, Period]);
  for (const metric of ['Drift', 'FeatureDrift', 'Mode', 'SloBurn'])
    expect(new Set(periods.filter(([name]) => name === metric).map(([, period]) => Number(period)))).toEqual(
      new Set([3_600]),
    );
  expect(periods).toContainEqual(['ReviewAge', 60]);
});

describe('ways out', () => {
  const stack = new Stack(testApp(), 'Open');
  const pipeline = new DecisionPipeline(stack, 'Pipeline', { definition: withoutActions });

  /** All of CDK's constructs that the properties of ours lead to. */
  function reachable(from: object): IConstruct[] {
    return Object.entries(from).flatMap(([name, value]) => {
      if (name === 'node' || typeof value !== 'object' || value === null) return [];
      return Resource.isResource(value as IConstruct) ? [value as IConstruct] : reachable(value);
    });
  }

  test('lead to everything that can be adjusted', () => {
    const types =
      /^AWS::(DynamoDB::Table|SQS::Queue|SNS::Topic|StepFunctions::StateMachine|SecretsManager::Secret|Events::EventBus|Cognito::UserPool|Cognito::UserPoolClient|ApiGateway::RestApi|ApiGatewayV2::Api|Lambda::Function|CloudWatch::Alarm)$/;
    const found = new Set(reachable(pipeline));
    const hidden = pipeline.node
      .findAll()
      .filter((construct) => CfnResource.isCfnResource(construct))
      .filter(({ cfnResourceType }) => types.test(cfnResourceType))
      .filter(({ node }) => !found.has(node.scope!));
    expect(hidden.map(({ node }) => node.path)).toEqual([]);
  });
});
