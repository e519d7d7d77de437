export const MODE_ENV = { stateTable: 'STATE_TABLE', eventBus: 'EVENT_BUS_NAME' } as const;
