import { arn, functions, idOf, ofPipeline, pipeline, ref, resource, resources, template } from './alone';
import { Match } from 'aws-cdk-lib/assertions';
import { OPEN_ATTRIBUTES, OPEN_INDEX } from '../../adapters/dynamo-decision-store';
import { MOST_LETTER } from '../../core/intake/dead-letter';
import { ofType } from './templates';
import type { PipelineFunction } from '../../lib/pipeline-function';

const { store, intake, batch, review, drift, onCall } = pipeline;
/** A function's alias by its name, as CDK tells Lambda's mappings. */
const named = ({ live }: PipelineFunction) => ({
  'Fn::Join': ['', [{ 'Fn::Select': [6, { 'Fn::Split': [':', ref(live)] }] }, ':live']],
});
const DAYS_14 = 14 * 24 * 60 * 60;

describe('store', () => {
  test('decisions are kept: on demand, streamed, recoverable, protected, encrypted', () => {
    const { Properties, DeletionPolicy, UpdateReplacePolicy } = resource(store.decisionsTable);
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    expect(Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      // With a key that AWS owns: DynamoDB knows no table without encryption.
      SSESpecification: { SSEEnabled: false },
    });
  });

  test('the index of open decisions is the one that the adapter reads', () => {
    expect(resource(store.decisionsTable).Properties.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: OPEN_INDEX,
        KeySchema: [
          { AttributeName: 'openShard', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: OPEN_ATTRIBUTES },
      },
    ]);
  });

  test('state expires', () => {
    expect(resource(store.stateTable).Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  test('each lookup has a table, which is kept', () => {
    expect(Object.keys(store.featureTables)).toEqual(['accounts']);
    const table = resource(store.featureTables.accounts!);
    expect(table.Properties.KeySchema).toEqual([{ AttributeName: 'id', KeyType: 'HASH' }]);
    expect(table.DeletionPolicy).toBe('Retain');
    expect(ofPipeline('AWS::DynamoDB::Table')).toHaveLength(3);
  });

  test('the secret of ids is kept, and made once', () => {
    const secret = resource(store.idSecret);
    expect([secret.DeletionPolicy, secret.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    // CloudFormation makes another secret when this changes; ids of idempotency keys would change with it.
    expect(secret.Properties.GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
  });
});

describe('review', () => {
  test.each([
    ['review queue', review.queue],
    ['dead-letter queue', store.deadLetterQueue],
  ])('the %s keeps messages 14 days, gives none away, and is only spoken to in secret', (_, queue) => {
    expect(resource(queue).Properties).toEqual({ MessageRetentionPeriod: DAYS_14, SqsManagedSseEnabled: true });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [ref(queue)],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Resource: arn(queue),
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  const { Properties: machine } = resource(review.stateMachine);
  const [[, parts]] = Object.values(machine.DefinitionString) as [[string, unknown[]]];
  const { StartAt, States } = JSON.parse(
    parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replace(/"/g, '\\"'))).join(''),
  );

  test('the workflow waits for a reviewer until the SLA has passed', () => {
    const wait = States[StartAt];
    expect(wait.Resource).toMatch(/:states:::sqs:sendMessage\.waitForTaskToken$/);
    expect(wait.Parameters).toEqual({
      QueueUrl: JSON.stringify(ref(review.queue)),
      MessageBody: { 'id.$': '$.id', 'taskToken.$': '$$.Task.Token' },
    });
    expect(wait).toMatchObject({ TimeoutSeconds: 4 * 60 * 60, ResultPath: null, End: true });
    expect(wait.Retry[0]).toEqual({ ErrorEquals: ['States.Timeout'], MaxAttempts: 0 });
    expect(wait.Retry[1]).toMatchObject({ ErrorEquals: ['States.ALL'], MaxAttempts: 10 });
  });

  test('and then takes the safe default, whatever went wrong', () => {
    const [{ Next, ErrorEquals }] = States[StartAt].Catch;
    expect(ErrorEquals).toEqual(['States.ALL']);
    expect(States[Next]).toMatchObject({
      Parameters: {
        FunctionName: JSON.stringify(ref(review.expireFunction.live)),
        Payload: { 'id.$': '$.id' },
      },
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 10 }],
      End: true,
    });
    expect(Object.keys(States)).toHaveLength(2);
  });

  test('the workflow is logged and traced, without its data', () => {
    expect(machine.LoggingConfiguration).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
    expect(machine.TracingConfiguration).toEqual({ Enabled: true });
    // An express workflow would end after five minutes.
    expect(machine.StateMachineType ?? 'STANDARD').toBe('STANDARD');
  });
});

describe('schedules and streams', () => {
  test.each(['sweep', 'evaluate'])('%s runs every minute', (name) => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Arn: ref(functions[name]!.live), RetryPolicy: { MaximumRetryAttempts: 0 } }],
    });
    expect(ofPipeline('AWS::Events::Rule')).toHaveLength(2);
  });

  test('the stream has two consumers, and each goes on when a record fails, which leaves a trace', () => {
    const mappings = ofPipeline('AWS::Lambda::EventSourceMapping').filter(({ StartingPosition }) => StartingPosition);
    const consumers = mappings.map(({ FilterCriteria, ...properties }) => ({
      ...properties,
      filters: FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern)),
    }));
    const both = {
      EventSourceArn: { 'Fn::GetAtt': [idOf(store.decisionsTable), 'StreamArn'] },
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 1_000,
      ParallelizationFactor: 2,
      DestinationConfig: { OnFailure: { Destination: arn(store.deadLetterQueue) } },
    };
    expect(consumers).toHaveLength(2);
    expect(consumers).toContainEqual({
      ...both,
      FunctionName: named(review.dispatchFunction),
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 0,
      MaximumRecordAgeInSeconds: 10 * 60,
      filters: [{ eventName: ['INSERT', 'MODIFY'], dynamodb: { NewImage: { openShard: { S: [{ exists: true }] } } } }],
    });
    expect(consumers).toContainEqual({
      ...both,
      FunctionName: named(drift.observeFunction),
      BatchSize: 500,
      MaximumBatchingWindowInSeconds: 5,
      // The stream itself forgets after 24 hours.
      MaximumRecordAgeInSeconds: 23 * 60 * 60,
      filters: [
        { eventName: ['INSERT'] },
        { eventName: ['MODIFY'], dynamodb: { NewImage: { truth: { M: { label: { S: [{ exists: true }] } } } } } },
        {
          eventName: ['MODIFY'],
          dynamodb: { NewImage: { route: { S: ['review'] }, status: { S: ['resolved'] } } },
        },
      ],
    });
  });
});

const queueMapping = (fn: PipelineFunction) =>
  ofPipeline('AWS::Lambda::EventSourceMapping').find(
    ({ FunctionName }) => JSON.stringify(FunctionName) === JSON.stringify(named(fn)),
  );

describe('batch', () => {
  test('files are kept for a month, encrypted, and only spoken of in secret', () => {
    const { Properties, DeletionPolicy } = resource(batch.bucket);
    expect(Properties).toMatchObject({
      BucketEncryption: { ServerSideEncryptionConfiguration: [expect.anything()] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 30, Status: 'Enabled' }] },
    });
    expect(DeletionPolicy).toBe('Retain');
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: ref(batch.bucket),
      PolicyDocument: {
        Statement: [Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      },
    });
  });

  test('a job is given out once at a time, ten at once leave the endpoint room, and none is lost', () => {
    expect(queueMapping(batch.chunksFunction)).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
    const { Timeout } = resource(batch.chunksFunction.function).Properties;
    const { VisibilityTimeout, RedrivePolicy } = resource(batch.jobs).Properties;
    expect([VisibilityTimeout, RedrivePolicy]).toEqual([2 * Timeout, undefined]);
  });
});

describe('intake', () => {
  test('takes ten messages at a time, gives back only what must come again, and leaves the rest their time', () => {
    const mapping = queueMapping(intake.intakeFunction);
    expect(mapping).toEqual({
      EventSourceArn: arn(store.intakeQueue),
      FunctionName: named(intake.intakeFunction),
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    const { Timeout } = resource(intake.intakeFunction.function).Properties;
    expect(resource(store.intakeQueue).Properties).toMatchObject({
      VisibilityTimeout: 6 * Timeout,
      MessageRetentionPeriod: 14 * 86_400,
    });
    // What waits while the pipeline is halted must not be taken for poison.
    expect(resource(store.intakeQueue).Properties.RedrivePolicy).toBeUndefined();
    // As large as the letters are made.
    expect(resource(store.intakeDeadLetterQueue).Properties.MaximumMessageSize).toBe(MOST_LETTER);
  });
});

describe('alarm', () => {
  test('means one thing: the metric that says to act', () => {
    const kinds = ofPipeline('AWS::CloudWatch::Alarm').map(
      ({ AlarmDescription }) => /#(\w+)$/.exec(AlarmDescription)![1],
    );
    expect([...new Set(kinds)].sort()).toEqual([
      ...['apierrors', 'deadletters', 'drift', 'functionerrors', 'intakeage', 'intakedeadletters'],
      ...['mode', 'rejected', 'reviewage', 'sloburn', 'throttles', 'uncounted'],
    ]);
    expect(resource(drift.driftAlarm).Properties).toMatchObject({
      Namespace: 'Plumbline',
      MetricName: 'Drift',
      Dimensions: [{ Name: 'Pipeline', Value: 'credit-risk' }],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  test('watches the dead-letter queue', () => {
    expect(resource(pipeline.deadLetterAlarm).Properties).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [idOf(store.deadLetterQueue), 'QueueName'] } }],
      Statistic: 'Maximum',
      Threshold: 1,
    });
  });

  test('watches what has waited an hour, by message and by file', () => {
    const waiting = ofPipeline('AWS::CloudWatch::Alarm').filter(({ Threshold }) => Threshold === 3_600);
    expect(waiting).toMatchObject(
      [store.intakeQueue, batch.jobs].map((queue) => ({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateAgeOfOldestMessage',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [idOf(queue), 'QueueName'] } }],
        Statistic: 'Maximum',
      })),
    );
    const { ALARM_NAMES } = resource(functions.read!.function).Properties.Environment.Variables;
    expect(JSON.stringify(ALARM_NAMES).match(/IntakeAge/g)).toHaveLength(2);
  });

  test('goes by the notifier to the on-call topic', () => {
    for (const alarm of ofPipeline('AWS::CloudWatch::Alarm'))
      expect([alarm.AlarmActions, alarm.OKActions]).toEqual([[ref(onCall.alarmTopic)], [ref(onCall.alarmTopic)]]);
    template.hasResourceProperties('AWS::SNS::Subscription', {
      TopicArn: ref(onCall.alarmTopic),
      Protocol: 'lambda',
      Endpoint: ref(onCall.notifyFunction.live),
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: ref(onCall.notifyFunction.live),
      Principal: 'sns.amazonaws.com',
      SourceArn: ref(onCall.alarmTopic),
    });
    const { Environment } = resource(onCall.notifyFunction.function).Properties;
    expect(Environment.Variables.ON_CALL_TOPIC_ARN).toEqual(ref(pipeline.onCallTopic));
  });

  test('may publish to its topic: the policy that keeps others out lets CloudWatch in', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics: [ref(onCall.alarmTopic)],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Principal: '*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Resource: ref(onCall.alarmTopic),
            Condition: { ArnLike: { 'aws:SourceArn': Match.anyValue() } },
          }),
        ]),
      },
    });
  });
});

describe('functions', () => {
  test('are invoked by an alias only, whose versions of before stay for going back', () => {
    const versions = ofType(resources, 'AWS::Lambda::Version');
    expect(versions).toHaveLength(Object.keys(functions).length);
    for (const [, { DeletionPolicy }] of versions) expect(DeletionPolicy).toBe('Retain');
    for (const { FunctionVersion, Name } of ofPipeline('AWS::Lambda::Alias')) {
      expect(versions.map(([id]) => ({ 'Fn::GetAtt': [id, 'Version'] }))).toContainEqual(FunctionVersion);
      expect(Name).toBe('live');
    }
    const aliases = ofType(resources, 'AWS::Lambda::Alias').map(([id]) => id);
    for (const { FunctionName } of [
      ...ofPipeline('AWS::Lambda::Permission'),
      ...ofPipeline('AWS::Lambda::EventSourceMapping'),
    ])
      expect(aliases.some((id) => JSON.stringify(FunctionName).includes(`"${id}"`))).toBe(true);
  });

  test('all are listed here', () => {
    expect(
      ofType(resources, 'AWS::Lambda::Function')
        .map(([id]) => id)
        .sort(),
    ).toEqual(
      Object.values(functions)
        .map((fn) => idOf(fn.function))
        .sort(),
    );
  });

  test.each(Object.keys(functions))('%s runs on Node 24 and ARM, and logs to its own group', (name) => {
    const { Properties } = resource(functions[name]!.function);
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.stringContaining('Log') } },
    });
    expect(Properties.VpcConfig).toBeUndefined();
  });

  test.each(Object.keys(functions))('%s gets the environment that it reads, and nothing else', (name) => {
    const [wanted] = Object.values(jest.requireActual<Record<string, object>>(`../../lambdas/${name}/env`));
    const { Environment } = resource(functions[name]!.function).Properties;
    const others = name === 'observe' ? ['NODE_OPTIONS'] : [];
    expect(Object.keys(Environment?.Variables ?? {}).sort()).toEqual([...Object.values(wanted!), ...others].sort());
  });

  test.each(['decide', 'infer'])('%s may run longer than its deadline, and shorter than API Gateway waits', (name) => {
    const { Timeout } = resource(functions[name]!.function).Properties;
    expect(Timeout).toBeGreaterThan(0.8 + 1);
    expect(Timeout).toBeLessThanOrEqual(29);
  });

  test('logs are kept for three months', () => {
    const groups = ofPipeline('AWS::Logs::LogGroup');
    // One for each function, the workflow and the two APIs.
    expect(groups).toHaveLength(Object.keys(functions).length + 3);
    expect(groups.filter(({ RetentionInDays }) => RetentionInDays !== 90)).toEqual([]);
  });
});

test('names are left to CloudFormation, so that anything can be replaced', () => {
  const named = Object.entries(resources).flatMap(([id, { Type, Properties }]) =>
    ['TableName', 'QueueName', 'TopicName', 'FunctionName', 'RoleName', 'StateMachineName', 'AlarmName', 'UserPoolName']
      .filter(
        (name) =>
          name in (Properties ?? {}) && !/^AWS::Lambda::(Permission|EventSourceMapping|Version|Alias)$/.test(Type),
      )
      .map((name) => `${id}.${name}`),
  );
  expect(named).toEqual([]);
});
