export const EVALUATE_ENV = {
  decisionsTable: 'DECISIONS_TABLE',
  stateTable: 'STATE_TABLE',
  eventBus: 'EVENT_BUS_NAME',
  endpointName: 'ENDPOINT_NAME',
} as const;
