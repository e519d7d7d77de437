export const OBSERVE_ENV = { stateTable: 'STATE_TABLE', deadLetterQueue: 'DEAD_LETTER_QUEUE_URL' } as const;
