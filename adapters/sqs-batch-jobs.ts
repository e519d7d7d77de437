import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { BatchJobs } from '../core/batch/ports';

/** SendMessageBatch takes so many entries. */
const MOST_ENTRIES = 10;

/** The queue of batch jobs. */
export function sqsBatchJobs(client: SQSClient, queueUrl: string): BatchJobs {
  return {
    async send(jobs) {
      for (let from = 0; from < jobs.length; from += MOST_ENTRIES) {
        const { Failed = [] } = await client.send(
          new SendMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: jobs
              .slice(from, from + MOST_ENTRIES)
              .map((job, i) => ({ Id: String(i), MessageBody: JSON.stringify(job) })),
          }),
        );
        // All are then sent again: a job may be done twice.
        if (Failed.length > 0) throw new Error(`SQS refused ${Failed.length} jobs: ${Failed[0]!.Code}`);
      }
    },
  };
}
