export const SWEEP_ENV = {
  decisionsTable: 'DECISIONS_TABLE',
  stateMachine: 'STATE_MACHINE_ARN',
  eventBus: 'EVENT_BUS_NAME',
} as const;
