export const OBSERVE_ENV = {
  stateTable: 'STATE_TABLE',
  deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  endpointName: 'ENDPOINT_NAME',
  /** Of the candidate; the live one where there is none. */
  candidateEndpoint: 'CANDIDATE_ENDPOINT_NAME',
} as const;
