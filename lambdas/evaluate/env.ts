export const EVALUATE_ENV = { stateTable: 'STATE_TABLE', eventBus: 'EVENT_BUS_NAME' } as const;
