import { runSchedule } from './schedule';
import { BUGS } from './world';

const SCHEDULES = 1_500;

test('whatever crashes, is late, lost, repeated or reordered: nothing is lost, nothing happens twice', async () => {
  const reached = new Map<string, number>();
  for (let seed = 0; seed < SCHEDULES; seed++) {
    const outcome = await runSchedule(seed);
    expect({ seed, violations: outcome.violations }).toEqual({ seed, violations: [] });
    for (const [name, n] of outcome.reached) reached.set(name, (reached.get(name) ?? 0) + n);
  }
  // A schedule that reaches nothing proves nothing.
  expect([...reached.keys()]).toEqual(
    expect.arrayContaining([
      ...['route automated', 'route heuristic', 'route review', 'route safe_default'],
      ...['decided', 'replayed', 'overloaded', 'answered 503', 'crash of a request'],
      ...['batch delivered again', 'batch forgotten', 'ReviewResolved', 'ReviewExpired'],
      ...['MODEL_TIMEOUT', 'MODEL_ERROR', 'MODEL_INVALID', 'MODEL_CIRCUIT_OPEN', 'SECOND_ENDPOINT'],
      ...['FEATURES_UNAVAILABLE', 'FEATURES_CIRCUIT_OPEN'],
    ]),
  );
}, 240_000);

test.each(BUGS)('a planted bug is found: %s', async (bug) => {
  const found: number[] = [];
  for (let seed = 0; seed < 40; seed++) if ((await runSchedule(seed, bug)).violations.length > 0) found.push(seed);
  expect(found.length).toBeGreaterThan(0);
});

test('a seed replays: the same schedule, to the last byte of its records', async () => {
  for (const seed of [3, 77, 1234]) {
    const [one, other] = [await runSchedule(seed), await runSchedule(seed)];
    expect(one.records.length).toBeGreaterThan(0);
    expect(JSON.stringify(one.records)).toBe(JSON.stringify(other.records));
  }
});
