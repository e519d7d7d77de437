import { Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterRule } from 'aws-cdk-lib/aws-lambda';
import { type IEventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { asksTheSame } from '../core/candidate/check-candidate';
import { EVALUATE_ENV } from '../lambdas/evaluate/env';
import { OBSERVE_ENV } from '../lambdas/observe/env';
import { acknowledgeWildcard } from './acknowledge';
import { evaluatedPeriod, pipelineMetric } from './alarms';
import { type Endpoints, allowAsking } from './endpoints';
import type { OnCall } from './on-call';
import { PipelineFunction, type RuntimeSettings } from './pipeline-function';
import type { Store } from './store';
import { consumeDecisions } from './store-stream';

export interface DriftProps {
  readonly settings: RuntimeSettings;
  readonly store: Store;
  readonly endpoints: Endpoints;
  readonly eventBus: IEventBus;
  readonly onCall: OnCall;
}

const changed = (image: object) => ({ eventName: FilterRule.isEqual('MODIFY'), dynamodb: { NewImage: image } });

/** Watches the decisions: windows of event time, metrics, and the alarm that means that on-call should look. */
export class Drift extends Construct {
  readonly driftAlarm: Alarm;
  /** Stream of decisions → partials of windows. */
  readonly observeFunction: PipelineFunction;
  /** Closes windows every minute. */
  readonly evaluateFunction: PipelineFunction;

  constructor(scope: Construct, id: string, { settings, store, endpoints, eventBus, onCall }: DriftProps) {
    super(scope, id);
    const { stateTable, deadLetterQueue } = store;
    const { definition } = settings.artifact.artifact;
    const { name } = definition;
    this.observeFunction = new PipelineFunction(this, 'Observe', {
      settings,
      name: 'observe',
      description: 'Counts decisions into the windows of drift',
      env: OBSERVE_ENV,
      values: {
        stateTable: stateTable.tableName,
        deadLetterQueue: deadLetterQueue.queueUrl,
        endpointName: endpoints.live.name,
        candidateEndpoint: endpoints.candidate.name,
      },
      timeout: Duration.minutes(1),
      // A batch of records lives until it is counted: with Node's default it is copied out of the young generation first.
      semiSpaceMiB: 64,
    });
    consumeDecisions(this.observeFunction, store, {
      filters: [
        { eventName: FilterRule.isEqual('INSERT') },
        // What is learned later: a reported truth, and what a person made of a review.
        changed({ truth: { M: { label: { S: FilterRule.exists() } } } }),
        changed({ route: { S: FilterRule.isEqual('review') }, status: { S: FilterRule.isEqual('resolved') } }),
      ],
      batchingWindow: Duration.seconds(5),
      batchSize: 500,
    });
    this.observeFunction.allowItems(['dynamodb:GetItem', 'dynamodb:PutItem'], stateTable, 'drift#');
    // Each decision is put to the model of the arm that did not make it.
    const { candidate } = settings.artifact;
    const { live, candidate: tried } = endpoints;
    if (candidate && !(tried.name === live.name && asksTheSame(definition, candidate.artifact.definition)))
      allowAsking(this.observeFunction, [endpoints.live, endpoints.candidate, ...endpoints.guards]);

    this.evaluateFunction = new PipelineFunction(this, 'Evaluate', {
      settings,
      name: 'evaluate',
      description: 'Closes windows, publishes their metrics, announces drift',
      env: EVALUATE_ENV,
      values: {
        decisionsTable: store.decisionsTable.tableName,
        stateTable: stateTable.tableName,
        eventBus: eventBus.eventBusName,
        endpointName: endpoints.live.name,
        candidateEndpoint: endpoints.candidate.name,
      },
      timeout: Duration.seconds(50),
    });
    this.evaluateFunction.allowItems(
      ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      stateTable,
      'drift#',
      'mode',
      ...(definition.model.kind === 'llm' ? ['prompts'] : []),
    );
    // While the mode is `fallback`, nobody else would notice that the model is back.
    allowAsking(this.evaluateFunction, [endpoints.live, endpoints.candidate, ...endpoints.guards]);
    this.evaluateFunction.allow(['dynamodb:Query'], [store.openIndexArn]);
    this.evaluateFunction.allow(['events:PutEvents'], [eventBus.eventBusArn]);
    this.allowMetrics(this.evaluateFunction);
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(this.evaluateFunction.live, { retryAttempts: 0 })],
    });

    this.driftAlarm = onCall.alarm(
      'Drift',
      pipelineMetric(name, 'Drift', { period: evaluatedPeriod(definition) }),
      `Features of ${name} are no longer distributed as the model knows them.`,
    );
  }

  private allowMetrics(fn: PipelineFunction): void {
    fn.allow(['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': 'Plumbline' } });
    acknowledgeWildcard(fn.role, '*', 'PutMetricData knows no resources; a condition holds it to our namespace.');
  }
}
