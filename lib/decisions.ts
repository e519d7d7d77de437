import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DECIDE_ENV } from '../lambdas/decide/env';
import { INFER_ENV } from '../lambdas/infer/env';
import { OUTCOME_ENV } from '../lambdas/outcome/env';
import { READ_ENV } from '../lambdas/read/env';
import { VALIDATE_ENV } from '../lambdas/validate/env';
import { type AskedEndpoint, type Endpoints, allowAsking } from './endpoints';
import { PipelineFunction, type RuntimeSettings } from './pipeline-function';
import { type Store, decidingTimeout } from './store';

export interface DecisionsProps {
  readonly settings: RuntimeSettings;
  readonly store: Store;
  readonly endpoints: Endpoints;
  /** Names and ARNs of the alarms that GET /status reports; read at synth, for some are made later. */
  readonly alarms: readonly { readonly alarmName: string; readonly alarmArn: string }[];
}

/** The request path: each step a function of its own with just the rights of that step; a decision composes them. */
export class Decisions extends Construct {
  readonly decideFunction: PipelineFunction;
  readonly validateFunction: PipelineFunction;
  readonly inferFunction: PipelineFunction;
  readonly outcomeFunction: PipelineFunction;
  readonly readFunction: PipelineFunction;

  /** The environment of a function that decides. */
  readonly decideValues: Readonly<Record<keyof typeof DECIDE_ENV, string>>;
  private readonly askedEndpoints: readonly AskedEndpoint[];

  constructor(scope: Construct, id: string, { settings, store, endpoints, alarms }: DecisionsProps) {
    super(scope, id);
    const { definition } = settings.artifact.artifact;
    const timeout = decidingTimeout(definition);
    const { decisionsTable, stateTable } = store;
    const featureTables = Stack.of(this).toJsonString(store.featureTableNames);

    this.decideValues = {
      decisionsTable: decisionsTable.tableName,
      stateTable: stateTable.tableName,
      featureTables,
      endpointName: endpoints.live.name,
      candidateEndpoint: endpoints.candidate.name,
      idSecret: store.idSecret.secretArn,
    };
    this.askedEndpoints = [endpoints.live, endpoints.candidate, ...endpoints.others, ...endpoints.guards];

    this.decideFunction = new PipelineFunction(this, 'Decide', {
      settings,
      name: 'decide',
      description: 'POST /decisions',
      env: DECIDE_ENV,
      values: this.decideValues,
      timeout,
      memorySize: 1024,
    });
    this.allowDeciding(this.decideFunction, store);

    this.inferFunction = new PipelineFunction(this, 'Infer', {
      settings,
      name: 'infer',
      description: 'POST /scores',
      env: INFER_ENV,
      values: { stateTable: stateTable.tableName, featureTables, endpointName: endpoints.live.name },
      timeout,
      memorySize: 1024,
    });
    store.grantFirstRead(this.inferFunction, { decisions: false });
    allowAsking(this.inferFunction, [endpoints.live, ...endpoints.guards]);
    this.allowBudgets(this.inferFunction, store);

    this.validateFunction = new PipelineFunction(this, 'Validate', {
      settings,
      name: 'validate',
      description: 'POST /validations',
      env: VALIDATE_ENV,
      values: {},
      timeout: Duration.seconds(5),
    });

    this.outcomeFunction = new PipelineFunction(this, 'Outcome', {
      settings,
      name: 'outcome',
      description: 'POST /decisions/{id}/outcome',
      env: OUTCOME_ENV,
      values: { decisionsTable: decisionsTable.tableName },
      timeout: Duration.seconds(10),
    });
    this.outcomeFunction.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [decisionsTable.tableArn]);

    this.readFunction = new PipelineFunction(this, 'Read', {
      settings,
      name: 'read',
      description: 'Decisions, status, OpenAPI, and the answer to unknown calls',
      env: READ_ENV,
      values: {
        decisionsTable: decisionsTable.tableName,
        stateTable: stateTable.tableName,
        alarmNames: Lazy.string({
          produce: () => Stack.of(this).toJsonString(alarms.map(({ alarmName }) => alarmName)),
        }),
      },
      timeout: Duration.seconds(10),
    });
    this.readFunction.allow(['dynamodb:GetItem'], [decisionsTable.tableArn, stateTable.tableArn]);
    this.readFunction.allowItems(['dynamodb:BatchGetItem'], stateTable, 'drift#');
    this.readFunction.allow(
      ['cloudwatch:DescribeAlarms'],
      Lazy.list({ produce: () => alarms.map(({ alarmArn }) => alarmArn) }),
    );
  }

  /** Allows what deciding takes: one read, an inference, one write. */
  allowDeciding(fn: PipelineFunction, store: Store): void {
    store.grantFirstRead(fn, { decisions: true });
    fn.allow(['dynamodb:PutItem'], [store.decisionsTable.tableArn]);
    allowAsking(fn, this.askedEndpoints);
    this.allowBudgets(fn, store);
    fn.allow(['secretsmanager:GetSecretValue'], [store.idSecret.secretArn]);
  }

  /** A language model is asked within its budgets, which are read with the first read's right. */
  private allowBudgets(fn: PipelineFunction, { stateTable }: Store): void {
    const asksLlm = this.askedEndpoints.some(({ model }) => model.kind === 'llm');
    if (asksLlm) fn.allowItems(['dynamodb:UpdateItem'], stateTable, 'budget#');
  }
}
