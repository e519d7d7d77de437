import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/ports';

export const systemClock: Clock = {
  now: () => Date.now(),
  timeout: (ms) => AbortSignal.timeout(Math.max(0, Math.floor(ms))),
  sleep: (ms) => sleep(ms),
};
