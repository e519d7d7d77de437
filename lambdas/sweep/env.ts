export const SWEEP_ENV = {
  decisionsTable: 'DECISIONS_TABLE',
  stateMachine: 'STATE_MACHINE_ARN',
  /** JSON object: the state machine of each action. */
  actions: 'ACTION_STATE_MACHINES',
  eventBus: 'EVENT_BUS_NAME',
} as const;
