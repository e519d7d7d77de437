import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { INTAKE_ENV } from '../lambdas/intake/env';
import type { Decisions } from './decisions';
import { PipelineFunction, type RuntimeSettings } from './pipeline-function';
import { type Store, decidingTimeout } from './store';

export interface IntakeProps {
  readonly settings: RuntimeSettings;
  readonly store: Store;
  readonly decisions: Decisions;
}

/** Messages of a batch; their rows share one call of the model, which keeps it inside the deadline. */
const BATCH_SIZE = 10;

/** Requests by queue, for senders who do not wait for the answer. An EventBridge rule may have the queue as its target. */
export class Intake extends Construct {
  /** Takes `{ "key"?, "input" }`, or an event with that as its detail. */
  readonly queue: Queue;
  readonly intakeFunction: PipelineFunction;

  constructor(scope: Construct, id: string, { settings, store, decisions }: IntakeProps) {
    super(scope, id);
    this.queue = store.intakeQueue;
    const { intakeDeadLetterQueue: deadLetters } = store;
    this.intakeFunction = new PipelineFunction(this, 'Intake', {
      settings,
      name: 'intake',
      description: 'Decides what comes by the intake queue',
      env: INTAKE_ENV,
      values: { ...decisions.decideValues, deadLetterQueue: deadLetters.queueUrl },
      timeout: decidingTimeout(settings.artifact.artifact.definition),
      memorySize: 1024,
    });
    decisions.allowDeciding(this.intakeFunction, store);
    // To see the decision in whose place a replay is to be.
    this.intakeFunction.allow(['dynamodb:GetItem'], [store.decisionsTable.tableArn]);
    this.intakeFunction.allow(['sqs:SendMessage'], [deadLetters.queueArn]);
    this.intakeFunction.allow(
      ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      [this.queue.queueArn],
    );
    const mapping = new EventSourceMapping(this.intakeFunction, 'Messages', {
      target: this.intakeFunction.live,
      eventSourceArn: this.queue.queueArn,
      batchSize: BATCH_SIZE,
      reportBatchItemFailures: true,
    });
    // Lambda refuses a mapping whose role may not read the queue yet.
    mapping.node.addDependency(this.intakeFunction.role);
  }

  /** Lets somebody send requests. */
  grantSend(grantee: IGrantable): Grant {
    return this.queue.grantSendMessages(grantee);
  }
}
