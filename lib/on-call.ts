import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { NOTIFY_ENV } from '../lambdas/notify/env';
import { PipelineFunction, type RuntimeSettings } from './pipeline-function';
import type { Store } from './store';

/** Each alarm's id is the heading of its entry here. */
const RUNBOOK = 'https://github.com/plumbline-dev/plumbline/blob/main/docs/operate/runbook.md';

/** A deployment or a hiccup is over by then; senders still have most of the 14 days that a queue keeps messages. */
const LONGEST_WAIT = Duration.hours(1);

export interface OnCallProps {
  readonly settings: RuntimeSettings;
  readonly store: Store;
  /** Where on-call reads. */
  readonly topic: ITopic;
}

/** Tells people of alarms, with what was found. */
export class OnCall extends Construct {
  /** Where alarms go, to be told on-call with what was found. */
  readonly alarmTopic: Topic;
  /** Adds to an alarm what was found. */
  readonly notifyFunction: PipelineFunction;
  readonly alarms: Alarm[] = [];

  constructor(scope: Construct, id: string, { settings, store, topic }: OnCallProps) {
    super(scope, id);
    this.alarmTopic = this.makeAlarmTopic(settings);
    this.notifyFunction = new PipelineFunction(this, 'Notify', {
      settings,
      name: 'notify',
      description: 'Tells on-call of an alarm, and what was found',
      env: NOTIFY_ENV,
      values: { stateTable: store.stateTable.tableName, onCallTopic: topic.topicArn },
      timeout: Duration.seconds(30),
    });
    this.notifyFunction.allowItems(['dynamodb:GetItem'], store.stateTable, 'drift#');
    this.notifyFunction.allow(['sns:Publish'], [topic.topicArn]);
    if (topic.masterKey && topic.masterKey !== settings.encryptionKey)
      this.notifyFunction.allow(['kms:Decrypt', 'kms:GenerateDataKey'], [topic.masterKey.keyArn]);
    this.alarmTopic.addSubscription(new LambdaSubscription(this.notifyFunction.live));
  }

  /**
   * An alarm for a metric that is `threshold` or more exactly when somebody should look; `meaning` is a sentence. `kind`
   * is its entry in the runbook; `which` tells several of a kind apart.
   */
  alarm(kind: string, metric: IMetric, meaning: string, { which = '', threshold = 1 } = {}): Alarm {
    const alarm = new Alarm(this, kind + which, {
      alarmDescription: `${meaning} What to do: ${RUNBOOK}#${kind.toLowerCase()}`,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.alarmTopic));
    alarm.addOkAction(new SnsAction(this.alarmTopic));
    this.alarms.push(alarm);
    return alarm;
  }

  /** An alarm for an action that failed: what it had done has been undone, or could not be. */
  actionAlarm(name: string, workflow: IStateMachine): Alarm {
    const metric = workflow.metricFailed({ period: Duration.minutes(1), statistic: Stats.SUM });
    return this.alarm('ActionFailed', metric, `The action ${name} failed for a decision.`, { which: `-${name}` });
  }

  /** An alarm for a queue in which nothing should be. */
  waitingAlarm(id: string, queue: IQueue, meaning: string): Alarm {
    const metric = queue.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(1),
      statistic: Stats.MAXIMUM,
    });
    return this.alarm(id, metric, meaning);
  }

  /** An alarm for a queue whose messages wait too long: what merely waits goes to no dead-letter queue. */
  ageAlarm(queue: IQueue, meaning: string, which = ''): Alarm {
    const metric = queue.metricApproximateAgeOfOldestMessage({
      period: Duration.minutes(1),
      statistic: Stats.MAXIMUM,
    });
    return this.alarm('IntakeAge', metric, meaning, { which, threshold: LONGEST_WAIT.toSeconds() });
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
}
