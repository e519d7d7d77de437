import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AT_ONCE, TRIES } from '../core/batch/decide-lines';
import { durationMs } from '../core/pipeline/duration';
import { BATCHES_ENV } from '../lambdas/batches/env';
import { CHUNKS_ENV } from '../lambdas/chunks/env';
import { acknowledgeWildcard } from './acknowledge';
import type { Decisions } from './decisions';
import { PipelineFunction, type RuntimeSettings } from './pipeline-function';
import { type Store, queueEncryption } from './store';

export interface BatchProps {
  readonly settings: RuntimeSettings;
  readonly store: Store;
  readonly decisions: Decisions;
}

/** Chunks that are decided at a time: so many batches leave the endpoint room for those who wait for an answer. */
const MOST_AT_A_TIME = 10;
/** Days that the files of batches are kept: they hold personal data. */
const KEPT_DAYS = 30;
/** Lines of a chunk, at most. */
const CHUNK_LINES = 100;

/** Requests by file: each line of it is decided, and what came of it is left in another. */
export class Batch extends Construct {
  /** `in/` takes files, `out/` has what came of them. */
  readonly bucket: Bucket;
  /** What is left to do. */
  readonly jobs: Queue;
  readonly batchesFunction: PipelineFunction;
  readonly chunksFunction: PipelineFunction;

  constructor(scope: Construct, id: string, { settings, store, decisions }: BatchProps) {
    super(scope, id);
    const { encryptionKey } = settings;
    this.bucket = new Bucket(this, 'Bucket', {
      ...(encryptionKey
        ? { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ expiration: Duration.days(KEPT_DAYS), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Who reads and writes files is in CloudTrail; access logs would need a bucket of their own.',
    });
    // Each line of a round may take all its tries; cutting and joining have the minute.
    const deadline = durationMs(settings.artifact.artifact.definition.deadline)!;
    const seconds = 60 + Math.ceil(((CHUNK_LINES / AT_ONCE) * (TRIES * deadline + 8_000)) / 1000);
    const timeout = Duration.seconds(seconds);
    this.jobs = new Queue(this, 'Jobs', {
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.seconds(2 * seconds),
      enforceSSL: true,
      ...queueEncryption(encryptionKey),
    });
    Validations.of(this.jobs).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'Lines that cannot be decided go to the errors file. What merely waits, as while halted, must stay.',
    });
    const files = {
      stateTable: store.stateTable.tableName,
      bucket: this.bucket.bucketName,
      jobsQueue: this.jobs.queueUrl,
    };

    this.batchesFunction = new PipelineFunction(this, 'Batches', {
      settings,
      name: 'batches',
      description: 'POST /batches, GET /batches/{id}',
      env: BATCHES_ENV,
      values: files,
      timeout: Duration.seconds(10),
    });
    this.batchesFunction.allowItems(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      store.stateTable,
      'batch#',
    );
    this.chunksFunction = new PipelineFunction(this, 'Chunks', {
      settings,
      name: 'chunks',
      description: 'Decides the lines of batches',
      env: CHUNKS_ENV,
      values: { ...decisions.decideValues, ...files },
      timeout,
      memorySize: 1024,
    });
    decisions.allowDeciding(this.chunksFunction, store);
    this.chunksFunction.allowItems(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      store.stateTable,
      'batch#',
    );
    this.chunksFunction.allow(
      ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      [this.jobs.queueArn],
    );
    for (const fn of [this.batchesFunction, this.chunksFunction]) {
      fn.allow(['sqs:SendMessage'], [this.jobs.queueArn]);
      this.allowFiles(fn, ['s3:GetObject'], 'in');
      // Without it a file that is not there is a refusal, not an absence.
      fn.allow(['s3:ListBucket'], [this.bucket.bucketArn]);
    }
    this.allowFiles(this.chunksFunction, ['s3:GetObject', 's3:PutObject'], 'work');
    this.allowFiles(this.chunksFunction, ['s3:PutObject', 's3:ListMultipartUploadParts'], 'out');
    const mapping = new EventSourceMapping(this.chunksFunction, 'Messages', {
      target: this.chunksFunction.live,
      eventSourceArn: this.jobs.queueArn,
      batchSize: 1,
      maxConcurrency: MOST_AT_A_TIME,
      reportBatchItemFailures: true,
    });
    // Lambda refuses a mapping whose role may not read the queue yet.
    mapping.node.addDependency(this.chunksFunction.role);
  }

  /** Lets somebody put files there and read what came of them. */
  grantFiles(grantee: IGrantable): Grant {
    const { bucket } = this;
    const allow = (action: string, files: string) =>
      Grant.addToPrincipal({ grantee, actions: [action], resourceArns: [bucket.arnForObjects(files)] });
    const grant = allow('s3:PutObject', 'in/*').combine(allow('s3:GetObject', 'out/*'));
    return bucket.encryptionKey ? grant.combine(bucket.encryptionKey.grantEncryptDecrypt(grantee)) : grant;
  }

  private allowFiles(fn: PipelineFunction, actions: readonly string[], folder: 'in' | 'work' | 'out'): void {
    const arn = this.bucket.arnForObjects(`${folder}/*`);
    fn.allow(actions, [arn]);
    acknowledgeWildcard(fn.role, arn, 'Files have names that are not known beforehand.');
  }
}
