import { BATCHES_ENV } from '../batches/env';
import { DECIDE_ENV } from '../decide/env';

export const CHUNKS_ENV = { ...DECIDE_ENV, ...BATCHES_ENV } as const;
