export const REVIEWS_ENV = {
  decisionsTable: 'DECISIONS_TABLE',
  stateTable: 'STATE_TABLE',
  reviewQueue: 'REVIEW_QUEUE_URL',
  stateMachine: 'STATE_MACHINE_ARN',
} as const;
