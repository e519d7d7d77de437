export const NOTIFY_ENV = {
  stateTable: 'STATE_TABLE',
  onCallTopic: 'ON_CALL_TOPIC_ARN',
} as const;
