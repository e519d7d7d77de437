export const BATCHES_ENV = {
  stateTable: 'STATE_TABLE',
  bucket: 'BATCH_BUCKET',
  jobsQueue: 'BATCH_JOBS_QUEUE_URL',
} as const;
