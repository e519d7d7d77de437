import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MOST_LETTER } from '../core/intake/dead-letter';
import type { PipelineDefinition } from '../core/pipeline/definition';
import { durationMs } from '../core/pipeline/duration';
import { suggest } from '../core/suggest';
import type { PipelineFunction } from './pipeline-function';

export interface StoreProps {
  readonly definition: PipelineDefinition;
  /** Existing feature tables by lookup. @default - a table is made for each lookup that has none */
  readonly featureTables?: Readonly<Record<string, ITable>> | undefined;
  /** @default - AWS-owned keys */
  readonly encryptionKey?: IKey | undefined;
}

/** Of a function that decides: the deadline bounds a request, and its own timeout only has to lie beyond that. */
export const decidingTimeout = ({ deadline }: PipelineDefinition): Duration =>
  Duration.seconds(Math.ceil(durationMs(deadline)! / 1000) + 4);

/** Name of the sparse index of decisions that are pending or have events to send. */
const OPEN_INDEX = 'open';

/** A queue's encryption: the user's key, or SQS's own. */
export const queueEncryption = (key: IKey | undefined) =>
  key ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key } : { encryption: QueueEncryption.SQS_MANAGED };

/** Where a pipeline keeps what it must not lose. */
export class Store extends Construct {
  /** One item a decision: also its idempotency record and the outbox of its events. Retained. */
  readonly decisionsTable: Table;
  /** Mode, leases, drift windows; what is lost here is rebuilt or expires. */
  readonly stateTable: Table;
  /** By lookup; the user's own, or made here. */
  readonly featureTables: Readonly<Record<string, ITable>>;
  /** Stream records that no consumer can read, by id and with the reason. */
  readonly deadLetterQueue: Queue;
  /** Requests whose senders do not wait for the answer. */
  readonly intakeQueue: Queue;
  /** Messages of the intake that can never be decided, each with the reason. */
  readonly intakeDeadLetterQueue: Queue;
  /** Keys decision ids, so that nobody can work out another's. */
  readonly idSecret: Secret;

  constructor(scope: Construct, id: string, props: StoreProps) {
    super(scope, id);
    const shared = {
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(props.encryptionKey
        ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.encryptionKey }
        : { encryption: TableEncryption.DEFAULT }),
    };
    this.decisionsTable = new Table(this, 'Decisions', {
      ...shared,
      partitionKey: { name: 'id', type: AttributeType.STRING },
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      removalPolicy: RemovalPolicy.RETAIN,
      deletionProtection: true,
    });
    this.decisionsTable.addGlobalSecondaryIndex({
      indexName: OPEN_INDEX,
      partitionKey: { name: 'openShard', type: AttributeType.STRING },
      sortKey: { name: 'at', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['status', 'toSend', 'reviewBy'],
    });
    this.stateTable = new Table(this, 'State', {
      ...shared,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const lookups = Object.keys(props.definition.features?.lookups ?? {});
    const unknown = Object.keys(props.featureTables ?? {}).find((name) => !lookups.includes(name));
    if (unknown !== undefined)
      throw new Error(
        `${this.node.path}: featureTables names "${unknown}", which is no lookup.${suggest(unknown, lookups)}`,
      );
    this.featureTables = Object.fromEntries(
      lookups.map((name) => [name, props.featureTables?.[name] ?? this.featureTable(name, shared)]),
    );
    const patient = {
      retentionPeriod: Duration.days(14),
      enforceSSL: true,
      ...queueEncryption(props.encryptionKey),
    };
    this.deadLetterQueue = new Queue(this, 'DeadLetters', patient);
    // Six times the function's timeout, as Lambda asks for: a batch that is being worked on is not given out again.
    const visibilityTimeout = Duration.seconds(6 * decidingTimeout(props.definition).toSeconds());
    this.intakeQueue = new Queue(this, 'Intake', { ...patient, visibilityTimeout });
    this.intakeDeadLetterQueue = new Queue(this, 'IntakeDeadLetters', {
      ...patient,
      maxMessageSizeBytes: MOST_LETTER,
    });
    for (const queue of [this.deadLetterQueue, this.intakeDeadLetterQueue])
      Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'This is the dead-letter queue.' });
    Validations.of(this.intakeQueue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'The function puts poison aside itself, with the reason. What merely waits, as while halted, must stay.',
    });
    this.idSecret = new Secret(this, 'IdSecret', {
      description: 'Keys the ids of decisions; must never change, or idempotency keys lose their meaning',
      // A change of these settings, too, would make a new secret.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      // It outlives the stack as the decisions do, whose ids it keys.
      removalPolicy: RemovalPolicy.RETAIN,
      ...(props.encryptionKey ? { encryptionKey: props.encryptionKey } : {}),
    });
    Validations.of(this.idSecret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The secret maps an idempotency key to its decision. Rotation would let one request be decided twice.',
    });
  }

  private featureTable(name: string, shared: object): Table {
    return new Table(this, `Features${name}`, {
      ...shared,
      partitionKey: { name: 'id', type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Table names of the lookups, in the form that a function's environment takes. */
  get featureTableNames(): Record<string, string> {
    return Object.fromEntries(Object.entries(this.featureTables).map(([name, table]) => [name, table.tableName]));
  }

  /** ARN of the index of open decisions. */
  get openIndexArn(): string {
    return `${this.decisionsTable.tableArn}/index/${OPEN_INDEX}`;
  }

  /** Allows the request path's one read. */
  grantFirstRead(fn: PipelineFunction, { decisions }: { readonly decisions: boolean }): void {
    const tables: ITable[] = [
      this.stateTable,
      ...Object.values(this.featureTables),
      ...(decisions ? [this.decisionsTable] : []),
    ];
    fn.allow(['dynamodb:BatchGetItem'], [...new Set(tables.map(({ tableArn }) => tableArn))]);
    const keys = new Set(tables.flatMap(({ encryptionKey }) => (encryptionKey ? [encryptionKey.keyArn] : [])));
    // The pipeline's own key is every function's to use.
    keys.delete(this.decisionsTable.encryptionKey?.keyArn ?? '');
    if (keys.size > 0) fn.allow(['kms:Decrypt'], [...keys]);
  }
}
