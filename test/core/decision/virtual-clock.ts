import type { Clock } from '../../../core/ports';
import { START } from '../credit';

export interface VirtualClock extends Clock {
  /** Resolves when so much virtual time has passed. */
  sleep(ms: number): Promise<void>;
  /** Lets virtual time pass until the promise settles; what waits for nothing that is due fails at once. */
  run<T>(promise: Promise<T>): Promise<T>;
}

/** Time that passes only while everybody waits: a test of any length takes no time, and a hang is an error. */
export function virtualClock(start = START): VirtualClock {
  let now = start;
  const due: { readonly at: number; readonly fire: () => void }[] = [];
  const after = (ms: number, fire: () => void) => due.push({ at: now + Math.max(0, ms), fire });
  return {
    now: () => now,
    timeout(ms) {
      const controller = new AbortController();
      after(ms, () => controller.abort());
      return controller.signal;
    },
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    async run(promise) {
      let settled = false;
      const done = () => void (settled = true);
      promise.then(done, done);
      for (;;) {
        await new Promise(setImmediate);
        if (settled) return promise;
        const next = due.sort((a, b) => a.at - b.at).shift();
        if (!next) throw new Error(`Still waiting at ${now - start} ms, and nothing will happen any more.`);
        now = Math.max(now, next.at);
        next.fire();
      }
    },
  };
}
