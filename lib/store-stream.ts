import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { PipelineFunction } from './pipeline-function';
import type { Store } from './store';

export interface ConsumeOptions {
  /** Which changes: any of these. */
  readonly filters: readonly Readonly<Record<string, unknown>>[];
  /** How long to gather records for one call. */
  readonly batchingWindow: Duration;
  readonly batchSize: number;
  /**
   * How long a record that fails is delivered again. Records behind it wait.
   * @default - 23 hours: nearly as long as the stream remembers
   */
  readonly patience?: Duration;
}

/** Makes a function a consumer of the decisions' stream. It answers which records failed; those come again. */
export function consumeDecisions(
  fn: PipelineFunction,
  store: Store,
  { filters, batchingWindow, batchSize, patience = Duration.hours(23) }: ConsumeOptions,
): void {
  const { tableStreamArn } = store.decisionsTable;
  fn.allow(
    ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    [tableStreamArn!],
  );
  fn.allow(['sqs:SendMessage'], [store.deadLetterQueue.queueArn]);
  new EventSourceMapping(fn, 'Decisions', {
    target: fn.live,
    eventSourceArn: tableStreamArn!,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize,
    maxBatchingWindow: batchingWindow,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    parallelizationFactor: 2,
    maxRecordAge: patience,
    // The age is what bounds the tries.
    retryAttempts: 1_000,
    // What is given up leaves a trace: where it lies in the stream. The function's role may already send there.
    onFailure: { bind: () => ({ destination: store.deadLetterQueue.queueArn }) },
    filters: filters.map((filter) => FilterCriteria.filter(filter)),
  });
}
