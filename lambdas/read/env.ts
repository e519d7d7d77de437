export const READ_ENV = {
  decisionsTable: 'DECISIONS_TABLE',
  stateTable: 'STATE_TABLE',
  /** JSON array: the names of the pipeline's alarms. */
  alarmNames: 'ALARM_NAMES',
} as const;
