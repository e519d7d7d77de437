import { Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IUserPool, IUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine, type IStateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { candidateProblems } from '../core/candidate/check-candidate';
import type { PipelineDefinition } from '../core/pipeline/definition';
import { routesOf } from '../core/pipeline/routes';
import { makeArtifact } from '../core/pipeline/make-artifact';
import { DefinitionError } from '../core/problem';
import { suggest } from '../core/suggest';
import { raiseAlarms } from './alarms';
import { Batch } from './batch';
import { Canary, type CanaryOptions } from './canary';
import { Control } from './control';
import { PipelineDashboard } from './dashboard';
import { Decisions } from './decisions';
import { Drift } from './drift';
import { fallbackEndpoints, guardEndpoints } from './endpoints';
import { Intake } from './intake';
import { MachineApi } from './machine-api';
import { OnCall } from './on-call';
import { People } from './people';
import { PeopleApi } from './people-api';
import { Review } from './review';
import { StagedArtifact } from './staged-artifact';
import { Store } from './store';

export interface DecisionPipelineProps {
  /** What the pipeline is; see `definePipeline`. */
  readonly definition: PipelineDefinition;
  /** Name of the SageMaker endpoint; a reference must be to one in lower case. @default - the definition's `model.endpoint` */
  readonly endpointName?: string;
  /**
   * A definition to try beside the live one, on the same requests: what it would have done differently is counted, and
   * with a `share` (0 to 1) it decides for that part of the requests, drawn by their ids.
   * @default - none
   */
  readonly candidate?: CandidateProps;
  /** Existing feature tables by lookup: partition key `id`, one attribute a field, `updatedAt`. @default - a table for each lookup */
  readonly featureTables?: Readonly<Record<string, ITable>>;
  /**
   * The workflow of each action of the definition; `ActionWorkflow` makes one. Each has one of its own, of type STANDARD:
   * what is started once for a decision is told by the execution's name, which is the decision's id.
   */
  readonly actions?: Readonly<Record<string, IStateMachine>>;
  /** Who the reviewers and operators are. @default - a user pool of the pipeline's own */
  readonly userPool?: IUserPool;
  /** The clients whose id tokens the people's API takes. Required with `userPool`. @default - a client of the own pool */
  readonly userPoolClients?: readonly IUserPoolClient[];
  /** Where events go. @default - a bus of the pipeline's own */
  readonly eventBus?: IEventBus;
  /** Where on-call is told of alarms. @default - a topic of the pipeline's own */
  readonly onCallTopic?: ITopic;
  /**
   * Encrypts tables, queues, topics and secrets. An imported key's policy must let cloudwatch.amazonaws.com use it.
   * @default - keys that AWS owns
   */
  readonly encryptionKey?: IKey;
  /** Runs the functions in private subnets; it must have ways to the services that they call. @default - outside any VPC */
  readonly vpc?: IVpc;
  /** @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: RetentionDays;
  /** Deploys new versions of the functions that decide step by step, by CodeDeploy. @default - at once */
  readonly canary?: CanaryOptions;
}

export interface CandidateProps {
  /** It may differ in its derived features, model, rules, costs and policy. */
  readonly definition: PipelineDefinition;
  /** The part of the requests that it decides. @default 0 - it decides none */
  readonly share?: number;
  /** Name of its SageMaker endpoint. @default - the definition's `model.endpoint` */
  readonly endpointName?: string;
}

/**
 * A decision pipeline on AWS, from its definition. Throws a DefinitionError with every problem when the definition
 * cannot be deployed.
 */
export class DecisionPipeline extends Construct {
  /** Hash of the artifact; every decision carries it. */
  readonly version: string;
  readonly store: Store;
  readonly review: Review;
  readonly drift: Drift;
  readonly onCall: OnCall;
  /** There is something in the dead-letter queue. */
  readonly deadLetterAlarm: Alarm;
  readonly decisions: Decisions;
  readonly control: Control;
  readonly intake: Intake;
  readonly batch: Batch;
  readonly machineApi: MachineApi;
  readonly peopleApi: PeopleApi;
  readonly eventBus: IEventBus;
  readonly onCallTopic: ITopic;
  /** The pipeline's own people; undefined where a user pool was given. */
  readonly people: People | undefined;
  readonly endpointName: string;
  private readonly isLlm: boolean;
  readonly canary: Canary | undefined;
  /** What an operator and an executive look at, in CloudWatch. */
  readonly dashboard: PipelineDashboard;

  constructor(scope: Construct, id: string, props: DecisionPipelineProps) {
    super(scope, id);
    if (props.userPool && !props.userPoolClients?.length)
      throw new Error(
        `${this.node.path}: userPool is given without userPoolClients. Name the clients whose id tokens are taken.`,
      );
    if (props.userPoolClients && !props.userPool)
      throw new Error(`${this.node.path}: userPoolClients are given without userPool. Name the pool they belong to.`);
    const { definition, encryptionKey, actions = {} } = props;
    const artifact = new StagedArtifact(makeArtifact(definition), candidateOf(props));
    const problem = actionsProblem(definition, actions);
    if (problem) throw new Error(`${this.node.path}: ${problem}`);
    const settings = { artifact, vpc: props.vpc, encryptionKey, logRetention: props.logRetention };
    this.version = artifact.artifact.version;
    this.isLlm = definition.model.kind === 'llm';
    this.endpointName = props.endpointName ?? definition.model.endpoint;
    const live = { name: this.endpointName, model: definition.model };
    const deciding = [definition, ...(props.candidate ? [props.candidate.definition] : [])];
    const endpoints = {
      live,
      candidate: props.candidate ? candidateEndpoint(props.candidate) : live,
      others: deciding.flatMap(fallbackEndpoints),
      guards: deciding.flatMap(guardEndpoints),
    };
    this.eventBus = props.eventBus ?? new EventBus(this, 'Events');
    this.onCallTopic =
      props.onCallTopic ??
      new Topic(this, 'OnCall', { enforceSSL: true, ...(encryptionKey ? { masterKey: encryptionKey } : {}) });
    this.people = props.userPool ? undefined : new People(this, 'People');

    this.store = new Store(this, 'Store', { definition, encryptionKey, featureTables: props.featureTables });
    this.review = new Review(this, 'Review', { settings, store: this.store, eventBus: this.eventBus, actions });
    this.onCall = new OnCall(this, 'Alarms', { settings, store: this.store, topic: this.onCallTopic });
    this.deadLetterAlarm = this.onCall.waitingAlarm(
      'DeadLetters',
      this.store.deadLetterQueue,
      `Records of ${definition.name} could not be processed.`,
    );
    for (const [name, workflow] of Object.entries(actions)) this.onCall.actionAlarm(name, workflow);
    this.drift = new Drift(this, 'Drift', {
      settings,
      store: this.store,
      endpoints,
      eventBus: this.eventBus,
      onCall: this.onCall,
    });
    this.onCall.waitingAlarm(
      'IntakeDeadLetters',
      this.store.intakeDeadLetterQueue,
      `Messages to the intake of ${definition.name} cannot be decided.`,
    );
    this.onCall.ageAlarm(this.store.intakeQueue, `Messages to the intake of ${definition.name} wait to be decided.`);
    this.decisions = new Decisions(this, 'Decisions', {
      settings,
      store: this.store,
      endpoints,
      alarms: this.onCall.alarms,
    });
    this.control = new Control(this, 'Control', { settings, store: this.store, eventBus: this.eventBus });
    const mode = this.control.modeFunction;
    this.intake = new Intake(this, 'Intake', { settings, store: this.store, decisions: this.decisions });
    this.batch = new Batch(this, 'Batch', { settings, store: this.store, decisions: this.decisions });
    this.onCall.ageAlarm(this.batch.jobs, `Batches of ${definition.name} wait to be decided.`, '-Batch');
    const batches = this.batch.batchesFunction;
    const {
      decideFunction: decide,
      validateFunction: validate,
      inferFunction: infer,
      outcomeFunction: outcome,
      readFunction: read,
    } = this.decisions;
    const routes = routesOf(definition.model);
    this.machineApi = new MachineApi(this, 'MachineApi', {
      pipelineName: definition.name,
      routes,
      logRetention: props.logRetention,
      functions: { decide, validate, infer, outcome, batches, read, mode },
    });
    this.peopleApi = new PeopleApi(this, 'PeopleApi', {
      pipelineName: definition.name,
      routes,
      userPool: props.userPool ?? this.people!.userPool,
      userPoolClients: props.userPoolClients ?? [this.people!.client],
      logRetention: props.logRetention,
      functions: { read, reviews: this.review.reviewsFunction, mode },
    });
    raiseAlarms(this.onCall, {
      definition,
      api: this.machineApi.api,
      decideFunction: decide,
      background: {
        Dispatch: this.review.dispatchFunction,
        Sweep: this.review.sweepFunction,
        Expire: this.review.expireFunction,
        Observe: this.drift.observeFunction,
        Evaluate: this.drift.evaluateFunction,
        Intake: this.intake.intakeFunction,
        Chunks: this.batch.chunksFunction,
      },
    });
    this.dashboard = new PipelineDashboard(this, 'Dashboard', {
      definition,
      api: this.machineApi.api,
      alarms: this.onCall.alarms,
    });
    this.canary =
      props.canary &&
      new Canary(this, 'Canary', {
        ...props.canary,
        api: this.machineApi.api,
        functions: {
          Decide: decide,
          Infer: infer,
          Intake: this.intake.intakeFunction,
          Chunks: this.batch.chunksFunction,
        },
      });
    // The cloud assembly has its own copies, unless the user wants assets to stay where they are.
    if (!this.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) artifact.discard();
  }

  /** Lets a caller ask for decisions, validate and score inputs, and read and label its own decisions. */
  grantDecide(grantee: IGrantable): Grant {
    return this.grantCalls(grantee, [
      'POST/decisions',
      'POST/validations',
      'POST/scores',
      'GET/decisions/*',
      'POST/decisions/*/outcome',
      'GET/status',
      'GET/openapi.json',
    ]);
  }

  /**
   * Lets a caller have files decided: put them into the batch bucket, start batches, and read what came of them. All
   * whom this is granted share the bucket: each can have any file under `in/` decided and read the results of all under
   * `out/`. To keep callers apart, give each a pipeline of its own.
   */
  grantBatch(grantee: IGrantable): Grant {
    return this.grantCalls(grantee, ['POST/batches', 'GET/batches/*', 'GET/decisions/*']).combine(
      this.batch.grantFiles(grantee),
    );
  }

  /** Lets a caller read decisions and the status: its own decisions, or all if the definition names it a reader. */
  grantRead(grantee: IGrantable): Grant {
    return this.grantCalls(grantee, ['GET/decisions/*', 'GET/status', 'GET/openapi.json']);
  }

  /** Lets a caller say what turned out to be true: of its own decisions, or of all if the definition names it a reader. */
  grantLabel(grantee: IGrantable): Grant {
    return this.grantCalls(grantee, ['POST/decisions/*/outcome']);
  }

  /** Lets a caller set and release the mode, the kill switch, and set a language model's prompts. */
  grantOperate(grantee: IGrantable): Grant {
    return this.grantCalls(grantee, ['PUT/mode', ...(this.isLlm ? ['PUT/prompts'] : []), 'GET/status']);
  }

  /**
   * Lets an operator replay, redrive, restore and forget decisions by `plumbline`: they then read all that was decided.
   * `restoredTable` is what DynamoDB restores to, before `plumbline restore` copies from it; by its name (such as
   * `Table.fromTableName`), for it is there only afterwards.
   */
  grantRecover(grantee: IGrantable, { restoredTable }: { readonly restoredTable?: ITable } = {}): Grant {
    const { decisionsTable, stateTable, deadLetterQueue, intakeDeadLetterQueue } = this.store;
    const { dispatchFunction } = this.review;
    const { observeFunction } = this.drift;
    const allow = (actions: string[], resourceArns: string[], conditions?: Record<string, Record<string, unknown>>) =>
      Grant.addToPrincipal({ grantee, actions, resourceArns, ...(conditions ? { conditions } : {}) });
    const grants = [
      allow(
        ['dynamodb:DescribeTable', 'dynamodb:Scan', 'dynamodb:GetItem', 'dynamodb:PutItem'],
        [decisionsTable.tableArn],
      ),
      allow(['dynamodb:Scan'], [stateTable.tableArn]),
      allow(['dynamodb:PutItem'], [stateTable.tableArn], {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['forget#*'] },
      }),
      this.intake.grantSend(grantee),
      allow(
        ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage'],
        [deadLetterQueue.queueArn, intakeDeadLetterQueue.queueArn],
      ),
      allow(['lambda:InvokeFunction'], [dispatchFunction.live.functionArn, observeFunction.live.functionArn]),
    ];
    if (restoredTable) {
      grants.push(allow(['dynamodb:DescribeTable', 'dynamodb:Scan'], [restoredTable.tableArn]));
      if (restoredTable.encryptionKey) grants.push(restoredTable.encryptionKey.grantDecrypt(grantee));
    }
    const { encryptionKey } = decisionsTable;
    if (encryptionKey) grants.push(encryptionKey.grantEncryptDecrypt(grantee));
    return grants.reduce((all, grant) => all.combine(grant));
  }

  private grantCalls(grantee: IGrantable, calls: readonly string[]): Grant {
    const { api } = this.machineApi;
    return Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: calls.map((call) =>
        Stack.of(this).formatArn({
          service: 'execute-api',
          resource: api.restApiId,
          resourceName: `${api.deploymentStage.stageName}/${call}`,
        }),
      ),
    });
  }
}

/** Each action has a workflow of its own, which starts no name twice, and each workflow is an action's. */
function actionsProblem(
  definition: PipelineDefinition,
  given: Readonly<Record<string, IStateMachine>>,
): string | undefined {
  const [names, known] = [Object.keys(given), Object.keys(definition.actions ?? {})];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    return `actions names "${unknown}", which is no action of the definition.${suggest(unknown, known)}`;
  const missing = known.filter((name) => !names.includes(name));
  if (missing.length > 0)
    return `the definition's actions ${missing.join(', ')} have no workflow. Give each a state machine in \`actions\`; ActionWorkflow makes one.`;
  const byArn = new Map<string, string>();
  for (const [name, { stateMachineArn, node }] of Object.entries(given)) {
    const other = byArn.get(stateMachineArn);
    if (other !== undefined)
      return `the actions ${other} and ${name} have the same state machine. It starts one execution a decision, so the second would never run: give each action one of its own.`;
    byArn.set(stateMachineArn, name);
    // Of one that is imported nobody can tell.
    const { defaultChild } = node;
    if (defaultChild instanceof CfnStateMachine && defaultChild.stateMachineType === StateMachineType.EXPRESS)
      return `the state machine of the action ${name} is of type EXPRESS, which would start twice for a decision. Give it one of type STANDARD.`;
  }
  return undefined;
}

const candidateEndpoint = ({ endpointName, definition: { model } }: CandidateProps) => ({
  name: endpointName ?? model.endpoint,
  model,
});

/** Checks that the candidate can stand beside the live definition. Throws a DefinitionError with every problem. */
function candidateOf({ definition, candidate }: DecisionPipelineProps) {
  if (!candidate) return undefined;
  const { definition: other, share = 0 } = candidate;
  const artifact = makeArtifact(other);
  const problems = candidateProblems(definition, other, share);
  if (problems.length > 0) throw new DefinitionError(`${other.name}, the candidate`, problems);
  return { artifact, share };
}
