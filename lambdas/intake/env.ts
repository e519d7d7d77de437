import { DECIDE_ENV } from '../decide/env';

export const INTAKE_ENV = { ...DECIDE_ENV, deadLetterQueue: 'INTAKE_DEAD_LETTER_QUEUE_URL' } as const;
