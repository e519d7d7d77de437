import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type IEventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterRule } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  DefinitionBody,
  type IStateMachine,
  IntegrationPattern,
  JsonPath,
  LogLevel,
  StateMachine,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke, SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { durationMs } from '../core/pipeline/duration';
import { DISPATCH_ENV } from '../lambdas/dispatch/env';
import { EXPIRE_ENV } from '../lambdas/expire/env';
import { REVIEWS_ENV } from '../lambdas/reviews/env';
import { SWEEP_ENV } from '../lambdas/sweep/env';
import { acknowledgeWildcard } from './acknowledge';
import { workflowLogName } from './action-workflow';
import { PipelineFunction, type RuntimeSettings } from './pipeline-function';
import { type Store, queueEncryption } from './store';
import { consumeDecisions } from './store-stream';

export interface ReviewProps {
  readonly settings: RuntimeSettings;
  readonly store: Store;
  readonly eventBus: IEventBus;
  /** The state machine of each action of the definition. */
  readonly actions: Readonly<Record<string, IStateMachine>>;
}

/** What follows a decision: its events, and the review by a person where one is to decide. */
export class Review extends Construct {
  /** Tasks that wait for a reviewer. */
  readonly queue: Queue;
  /** One execution a review: waits for the resolution, ends in the safe default. */
  readonly stateMachine: StateMachine;
  /** Stream of decisions → reviews and events. */
  readonly dispatchFunction: PipelineFunction;
  /** What the stream never delivered. */
  readonly sweepFunction: PipelineFunction;
  /** Ends a review that nobody decided in time. */
  readonly expireFunction: PipelineFunction;
  /** The reviewers' calls. */
  readonly reviewsFunction: PipelineFunction;

  constructor(scope: Construct, id: string, { settings, store, eventBus, actions }: ReviewProps) {
    super(scope, id);
    const { decisionsTable, stateTable } = store;
    this.queue = new Queue(this, 'Queue', {
      retentionPeriod: Duration.days(14),
      enforceSSL: true,
      ...queueEncryption(settings.encryptionKey),
    });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'A task that is given back is normal, not poison; the workflow ends every task by its SLA.',
    });

    this.expireFunction = new PipelineFunction(this, 'Expire', {
      settings,
      name: 'expire',
      description: 'Ends a review that nobody decided in time with the safe default',
      env: EXPIRE_ENV,
      values: { decisionsTable: decisionsTable.tableName },
      timeout: Duration.seconds(30),
    });
    this.expireFunction.allow(['dynamodb:UpdateItem'], [decisionsTable.tableArn]);
    this.stateMachine = this.makeStateMachine(settings);

    const outbox = {
      decisionsTable: decisionsTable.tableName,
      stateMachine: this.stateMachine.stateMachineArn,
      eventBus: eventBus.eventBusName,
      actions: Stack.of(this).toJsonString(
        Object.fromEntries(Object.entries(actions).map(([name, { stateMachineArn }]) => [name, stateMachineArn])),
      ),
    };
    this.dispatchFunction = new PipelineFunction(this, 'Dispatch', {
      settings,
      name: 'dispatch',
      description: 'Starts reviews and sends events for new and resolved decisions',
      env: DISPATCH_ENV,
      values: { ...outbox, deadLetterQueue: store.deadLetterQueue.queueUrl },
      timeout: Duration.minutes(1),
    });
    consumeDecisions(this.dispatchFunction, store, {
      // The attribute that makes the index of open decisions sparse.
      filters: [
        {
          eventName: FilterRule.or('INSERT', 'MODIFY'),
          dynamodb: { NewImage: { openShard: { S: FilterRule.exists() } } },
        },
      ],
      batchingWindow: Duration.seconds(0),
      batchSize: 100,
      // One record that always fails must not hold up those behind it: the sweeper sees to what is left.
      patience: Duration.minutes(10),
    });
    this.sweepFunction = new PipelineFunction(this, 'Sweep', {
      settings,
      name: 'sweep',
      description: 'Sees to decisions that the stream never delivered',
      env: SWEEP_ENV,
      values: outbox,
      timeout: Duration.seconds(50),
    });
    this.sweepFunction.allow(['dynamodb:Query'], [store.openIndexArn]);
    for (const fn of [this.dispatchFunction, this.sweepFunction]) {
      fn.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [decisionsTable.tableArn]);
      fn.allow(
        ['states:StartExecution'],
        [this.stateMachine, ...Object.values(actions)].map(({ stateMachineArn }) => stateMachineArn),
      );
      fn.allow(['states:DescribeExecution'], [this.executionsArn(fn)]);
      fn.allow(['events:PutEvents'], [eventBus.eventBusArn]);
    }
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(this.sweepFunction.live, { retryAttempts: 0 })],
    });

    this.reviewsFunction = new PipelineFunction(this, 'Reviews', {
      settings,
      name: 'reviews',
      description: 'Backlog, claims, heartbeats, releases and resolutions',
      env: REVIEWS_ENV,
      values: {
        decisionsTable: decisionsTable.tableName,
        stateTable: stateTable.tableName,
        reviewQueue: this.queue.queueUrl,
        stateMachine: this.stateMachine.stateMachineArn,
      },
      timeout: Duration.seconds(29),
    });
    this.reviewsFunction.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [decisionsTable.tableArn]);
    this.reviewsFunction.allow(['dynamodb:Query'], [store.openIndexArn]);
    this.reviewsFunction.allowItems(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      stateTable,
      'lease#',
    );
    this.reviewsFunction.allow(
      ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage'],
      [this.queue.queueArn],
    );
    this.reviewsFunction.allow(['states:SendTaskSuccess'], [this.stateMachine.stateMachineArn]);
  }

  /** The executions of the state machine; their names are decision ids, which nobody knows beforehand. */
  private executionsArn(fn: PipelineFunction): string {
    const arn = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.stateMachine.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    acknowledgeWildcard(
      fn.role,
      arn,
      'Executions are named by decision id, so the resource ends in a wildcard below this one state machine.',
    );
    return arn;
  }

  private makeStateMachine(settings: RuntimeSettings): StateMachine {
    const { review } = settings.artifact.artifact.definition;
    const wait = new SqsSendMessage(this, 'Wait for a reviewer', {
      queue: this.queue,
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      messageBody: TaskInput.fromObject({ id: JsonPath.stringAt('$.id'), taskToken: JsonPath.taskToken }),
      taskTimeout: Timeout.duration(Duration.millis(Math.ceil(durationMs(review.sla)! / 1000) * 1000)),
      resultPath: JsonPath.DISCARD,
    });
    const expire = new LambdaInvoke(this, 'Take the safe default', {
      lambdaFunction: this.expireFunction.live,
      payload: TaskInput.fromObject({ id: JsonPath.stringAt('$.id') }),
      retryOnServiceExceptions: false,
    }).addRetry({
      errors: ['States.ALL'],
      interval: Duration.seconds(2),
      maxAttempts: 10,
      backoffRate: 2,
      maxDelay: Duration.minutes(5),
    });
    // A queue that cannot be written to for a while must not cost anybody their review; running out of time is final.
    wait.addRetry({ errors: ['States.Timeout'], maxAttempts: 0 });
    wait.addRetry({
      errors: ['States.ALL'],
      interval: Duration.seconds(2),
      maxAttempts: 10,
      backoffRate: 2,
      maxDelay: Duration.minutes(5),
    });
    // Whatever went wrong with the wait, the review must end.
    wait.addCatch(expire, { errors: ['States.ALL'], resultPath: '$.caught' });

    const logGroup = new LogGroup(this, 'WorkflowLog', {
      logGroupName: workflowLogName(this),
      retention: settings.logRetention ?? RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = this.workflowRole(settings);
    return new StateMachine(this, 'Workflow', {
      definitionBody: DefinitionBody.fromChainable(wait),
      // The statements are written out below: CDK's own grants add wildcards.
      role: role.withoutPolicyUpdates(),
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: true,
    });
  }

  private workflowRole({ encryptionKey }: RuntimeSettings): Role {
    const role = new Role(this, 'WorkflowRole', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new PolicyStatement({ actions, resources }));
    allow(['sqs:SendMessage'], [this.queue.queueArn]);
    allow(['lambda:InvokeFunction'], [this.expireFunction.live.functionArn]);
    if (encryptionKey) allow(['kms:Decrypt', 'kms:GenerateDataKey'], [encryptionKey.keyArn]);
    // Log delivery and tracing take no resource: docs.aws.amazon.com/step-functions, "Logging" and "X-Ray".
    allow(
      [
        'logs:CreateLogDelivery',
        'logs:GetLogDelivery',
        'logs:UpdateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
        'logs:DescribeLogGroups',
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ],
      ['*'],
    );
    acknowledgeWildcard(role, '*', 'Log delivery and X-Ray know no resources.');
    return role;
  }
}
