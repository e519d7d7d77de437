export const OUTCOME_ENV = { decisionsTable: 'DECISIONS_TABLE' } as const;
