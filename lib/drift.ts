import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { type IEventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { EVALUATE_ENV } from '../lambdas/evaluate/env';
import { NOTIFY_ENV } from '../lambdas/notify/env';
import { OBSERVE_ENV } from '../lambdas/observe/env';
import { acknowledgeWildcard } from './acknowledge';
import { PipelineFunction, type RuntimeSettings } from './pipeline-function';
import type { Store } from './store';
import { consumeDecisions } from './store-stream';

/** Each alarm's name here is the heading of its entry in the runbook. */
const RUNBOOK = 'https://github.com/plumbline-dev/plumbline/blob/main/docs/operate/runbook.md';

export interface DriftProps {
  readonly settings: RuntimeSettings;
  readonly store: Store;
  readonly eventBus: IEventBus;
  /** Where on-call reads. */
  readonly onCallTopic: ITopic;
}

/** Watches the decisions: windows of event time, metrics, and the alarm that means that on-call should look. */
export class Drift extends Construct {
  readonly driftAlarm: Alarm;
  /** Where alarms go, to be told on-call with what was found. */
  readonly alarmTopic: Topic;
  /** Stream of decisions → partials of windows. */
  readonly observeFunction: PipelineFunction;
  /** Closes windows every minute. */
  readonly evaluateFunction: PipelineFunction;
  /** Adds to an alarm what was found. */
  readonly notifyFunction: PipelineFunction;

  constructor(scope: Construct, id: string, { settings, store, eventBus, onCallTopic }: DriftProps) {
    super(scope, id);
    const { stateTable, deadLetterQueue } = store;
    const { name } = settings.artifact.artifact.definition;
    this.observeFunction = new PipelineFunction(this, 'Observe', {
      settings,
      name: 'observe',
      description: 'Counts decisions into the windows of drift',
      env: OBSERVE_ENV,
      values: { stateTable: stateTable.tableName, deadLetterQueue: deadLetterQueue.queueUrl },
      timeout: Duration.minutes(1),
    });
    consumeDecisions(this.observeFunction, store, {
      events: ['INSERT'],
      batchingWindow: Duration.seconds(5),
      batchSize: 500,
    });
    this.observeFunction.allowItems(['dynamodb:GetItem', 'dynamodb:PutItem'], stateTable, 'drift#');

    this.evaluateFunction = new PipelineFunction(this, 'Evaluate', {
      settings,
      name: 'evaluate',
      description: 'Closes windows, publishes their metrics, announces drift',
      env: EVALUATE_ENV,
      values: { stateTable: stateTable.tableName, eventBus: eventBus.eventBusName },
      timeout: Duration.seconds(50),
    });
    this.evaluateFunction.allowItems(
      ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      stateTable,
      'drift#',
    );
    this.evaluateFunction.allow(['events:PutEvents'], [eventBus.eventBusArn]);
    this.allowMetrics(this.evaluateFunction);
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(this.evaluateFunction.function, { retryAttempts: 0 })],
    });

    this.alarmTopic = this.makeAlarmTopic(settings);
    this.notifyFunction = new PipelineFunction(this, 'Notify', {
      settings,
      name: 'notify',
      description: 'Tells on-call of an alarm, and what was found',
      env: NOTIFY_ENV,
      values: { stateTable: stateTable.tableName, onCallTopic: onCallTopic.topicArn, runbook: RUNBOOK },
      timeout: Duration.seconds(30),
    });
    this.notifyFunction.allowItems(['dynamodb:GetItem'], stateTable, 'drift#');
    this.notifyFunction.allow(['sns:Publish'], [onCallTopic.topicArn]);
    if (onCallTopic.masterKey && onCallTopic.masterKey !== settings.encryptionKey)
      this.notifyFunction.allow(['kms:Decrypt', 'kms:GenerateDataKey'], [onCallTopic.masterKey.keyArn]);
    this.alarmTopic.addSubscription(new LambdaSubscription(this.notifyFunction.function));

    this.driftAlarm = new Alarm(this, 'Drift', {
      alarmDescription: `Features of ${name} are no longer distributed as the model knows them. What to do: ${RUNBOOK}#drift`,
      metric: new Metric({
        namespace: 'Plumbline',
        metricName: 'Drift',
        dimensionsMap: { Pipeline: name },
        statistic: Stats.MAXIMUM,
        period: Duration.minutes(1),
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.driftAlarm.addAlarmAction(new SnsAction(this.alarmTopic));
    this.driftAlarm.addOkAction(new SnsAction(this.alarmTopic));
  }

  /** The topic that alarms publish to. A topic with a policy of its own lets nobody in by default, nor does a key. */
  private makeAlarmTopic({ encryptionKey }: RuntimeSettings): Topic {
    const topic = new Topic(this, 'Alarms', {
      enforceSSL: true,
      ...(encryptionKey ? { masterKey: encryptionKey } : {}),
    });
    const principals = [new ServicePrincipal('cloudwatch.amazonaws.com')];
    const anyAlarm = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { ArnLike: { 'aws:SourceArn': anyAlarm } },
      }),
    );
    encryptionKey?.addToResourcePolicy(
      new PolicyStatement({ principals, actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }),
    );
    return topic;
  }

  private allowMetrics(fn: PipelineFunction): void {
    fn.allow(['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': 'Plumbline' } });
    acknowledgeWildcard(fn.role, '*', 'PutMetricData knows no resources; a condition holds it to our namespace.');
  }
}
