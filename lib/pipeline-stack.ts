import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DecisionPipeline, type DecisionPipelineProps } from './decision-pipeline';
import type { PlatformStack } from './platform-stack';

export interface PipelineStackProps extends StackProps, DecisionPipelineProps {
  /** Shared people and events. @default - the pipeline makes its own */
  readonly platform?: PlatformStack;
}

/** One pipeline as a stack, with what its clients need to know as outputs. */
export class PipelineStack extends Stack {
  readonly pipeline: DecisionPipeline;

  constructor(scope: Construct, id: string, { platform, ...props }: PipelineStackProps) {
    super(scope, id, props);
    const people =
      platform && !props.userPool
        ? { userPool: platform.people.userPool, userPoolClients: [platform.people.client] }
        : {};
    const events = platform ? { eventBus: platform.eventBus } : {};
    this.pipeline = new DecisionPipeline(this, 'Pipeline', { ...people, ...events, ...props });
    const { store, review, batch, drift, machineApi, peopleApi, eventBus, onCallTopic, endpointName, version } =
      this.pipeline;
    const outputs: Record<string, string> = {
      PipelineName: props.definition.name,
      Version: version,
      ApiUrl: machineApi.api.url,
      PeopleApiUrl: peopleApi.api.apiEndpoint,
      ReviewQueueUrl: review.queue.queueUrl,
      IntakeQueueUrl: store.intakeQueue.queueUrl,
      IntakeDeadLetterQueueUrl: store.intakeDeadLetterQueue.queueUrl,
      DeadLetterQueueUrl: store.deadLetterQueue.queueUrl,
      DispatchFunction: review.dispatchFunction.live.functionArn,
      ObserveFunction: drift.observeFunction.live.functionArn,
      BatchBucket: batch.bucket.bucketName,
      DecisionsTable: store.decisionsTable.tableName,
      StateTable: store.stateTable.tableName,
      FeatureTables: this.toJsonString(store.featureTableNames),
      EventBusName: eventBus.eventBusName,
      AlarmTopicArn: onCallTopic.topicArn,
      DriftAlarm: drift.driftAlarm.alarmName,
      ModelEndpointName: endpointName,
    };
    const own = this.pipeline.people;
    if (own) {
      outputs.UserPoolId = own.userPool.userPoolId;
      outputs.UserPoolClientId = own.client.userPoolClientId;
    }
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
