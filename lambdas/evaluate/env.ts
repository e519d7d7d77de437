export const EVALUATE_ENV = {
  decisionsTable: 'DECISIONS_TABLE',
  stateTable: 'STATE_TABLE',
  eventBus: 'EVENT_BUS_NAME',
  endpointName: 'ENDPOINT_NAME',
  /** Of the candidate; the live one where there is none. */
  candidateEndpoint: 'CANDIDATE_ENDPOINT_NAME',
} as const;
