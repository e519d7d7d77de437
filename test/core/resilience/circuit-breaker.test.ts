import fc from 'fast-check';
import { type BreakerSettings, CircuitBreaker } from '../../../core/resilience/circuit-breaker';

const SETTINGS: BreakerSettings = {
  windowMs: 10_000,
  mostCalls: 20,
  fewestCalls: 4,
  failureShare: 0.5,
  openMs: 1_000,
  longestOpenMs: 4_000,
  probes: 2,
};

/** Calls at a time, each answered at once; says whether it was admitted. */
function call(breaker: CircuitBreaker, now: number, result: 'success' | 'failure' | 'neither'): boolean {
  const admission = breaker.admit(now);
  if (admission) breaker.report(admission, result, now);
  return admission !== undefined;
}

const tripped = () => {
  const breaker = new CircuitBreaker(SETTINGS);
  for (let now = 0; now < 4; now++) call(breaker, now, 'failure');
  return breaker;
};

test('opens when enough calls were made and half of them failed', () => {
  const breaker = new CircuitBreaker(SETTINGS);
  call(breaker, 0, 'success');
  call(breaker, 1, 'success');
  call(breaker, 2, 'failure');
  expect(breaker.state(2)).toBe('closed');
  call(breaker, 3, 'failure');
  expect(breaker.state(3)).toBe('open');
  expect(call(breaker, 4, 'success')).toBe(false);
  expect(breaker.opensIn(503)).toBe(500);
});

test('concludes nothing from few calls, from old ones, and from those that tell nothing', () => {
  const breaker = new CircuitBreaker(SETTINGS);
  for (let now = 0; now < 3; now++) call(breaker, now, 'failure');
  for (let now = 3; now < 100; now++) call(breaker, now, 'neither');
  expect(breaker.state(100)).toBe('closed');
  call(breaker, 20_000, 'failure');
  expect(breaker.state(20_000)).toBe('closed');
});

test('notices after a few failures that a dependency has died, however often it was well before', () => {
  const breaker = new CircuitBreaker(SETTINGS);
  for (let i = 0; i < 10_000; i++) call(breaker, i / 10, 'success');
  for (let i = 0; i < 9; i++) call(breaker, 1_000, 'failure');
  expect(breaker.state(1_000)).toBe('closed');
  call(breaker, 1_000, 'failure');
  expect(breaker.state(1_000)).toBe('open');
});

test('lets one probe through at a time, and closes after two good ones', () => {
  const breaker = tripped();
  expect(breaker.admit(1_002)).toBeUndefined();
  const probe = breaker.admit(1_003)!;
  expect(breaker.state(1_003)).toBe('half-open');
  expect(breaker.admit(1_003)).toBeUndefined();
  breaker.report(probe, 'success', 1_010);
  expect(breaker.state(1_010)).toBe('half-open');
  call(breaker, 1_011, 'success');
  expect(breaker.state(1_011)).toBe('closed');
});

test('stays open twice as long after each probe that fails, up to a limit', () => {
  const breaker = tripped();
  let now = 3;
  for (const openMs of [1_000, 2_000, 4_000, 4_000]) {
    expect(breaker.opensIn(now)).toBe(openMs);
    now += openMs;
    expect(call(breaker, now, 'failure')).toBe(true);
  }
});

test('a probe that tells nothing is followed by another', () => {
  const breaker = tripped();
  call(breaker, 1_003, 'neither');
  expect(breaker.state(1_003)).toBe('half-open');
  expect(call(breaker, 1_004, 'success')).toBe(true);
});

test('what was admitted before it opened tells nothing of what is now', () => {
  const breaker = new CircuitBreaker(SETTINGS);
  const slow = breaker.admit(0)!;
  for (let now = 1; now < 5; now++) call(breaker, now, 'failure');
  call(breaker, 1_100, 'success');
  breaker.report(slow, 'failure', 1_101);
  expect(breaker.state(1_101)).toBe('half-open');
  call(breaker, 1_102, 'success');
  expect(breaker.state(1_102)).toBe('closed');
});

test('asks a dead dependency seldom, and one that is well always, whenever they die and come back', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 200, maxLength: 400 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 40_000 }), (steps, dies, dead) => {
      const breaker = new CircuitBreaker(SETTINGS);
      let now = 0;
      let asked = 0;
      for (const step of steps) {
        now += step;
        const well = now < dies || now >= dies + dead;
        const admitted = call(breaker, now, well ? 'success' : 'failure');
        if (!well) asked += Number(admitted);
        if (now < dies) expect(admitted).toBe(true);
        // The longest opening, then two probes: by then it is closed for good.
        if (now >= dies + dead + SETTINGS.longestOpenMs + 3 * 400) expect(admitted).toBe(true);
      }
      // As many as the window may have held before, plus a probe an opening.
      expect(asked).toBeLessThanOrEqual(SETTINGS.mostCalls / 2 + 3 + dead / SETTINGS.longestOpenMs);
    }),
    { seed: 11, numRuns: 300 },
  );
});
