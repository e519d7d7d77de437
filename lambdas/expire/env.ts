export const EXPIRE_ENV = { decisionsTable: 'DECISIONS_TABLE' } as const;
