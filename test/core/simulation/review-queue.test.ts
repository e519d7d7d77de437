import fc from 'fast-check';
import { ReviewQueue } from '../../../core/simulation/review-queue';
import { StaffSearch, type StaffPlan } from '../../../core/simulation/reviewers';
import { randomOf } from '../../../core/random';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-03-01T00:00:00Z');

function run(plan: StaffPlan, arrivals: readonly number[]) {
  const queue = new ReviewQueue(plan);
  const backlogs = arrivals.map((at) => {
    const backlog = queue.backlog(at);
    queue.add(at);
    return backlog;
  });
  return { queue, backlogs, figures: queue.figures(null) };
}

/** The same, event by event: at each, everybody who is free takes the oldest task that has not expired. */
function naive({ staff, minutesPerReview, slaMs }: StaffPlan, arrivals: readonly number[]) {
  const busyUntil = new Array<number>(staff).fill(-Infinity);
  const waits: number[] = arrivals.map(() => NaN);
  const ends: number[] = [];
  for (const [i, at] of arrivals.entries()) {
    // The earliest that anybody can begin it; all tasks before it are settled.
    const who = busyUntil.indexOf(Math.min(...busyUntil));
    const begins = Math.max(at, busyUntil[who]!);
    const expires = begins > at + slaMs;
    waits[i] = expires ? slaMs : begins - at;
    if (!expires) busyUntil[who] = begins + minutesPerReview * MINUTE;
    ends.push(at + waits[i]!);
  }
  const waiting = (at: number, before: number) => ends.slice(0, before).filter((end) => end > at).length;
  return {
    waits,
    expired: waits.filter((wait, i) => wait === slaMs && ends[i] === arrivals[i]! + slaMs).length,
    backlogs: arrivals.map((at, i) => waiting(at, i)),
    largest: Math.max(0, ...arrivals.map((at, i) => waiting(at, i + 1))),
  };
}

const arrivals = fc
  .array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 80 })
  .map((gaps) => gaps.map((_, i) => START + gaps.slice(0, i + 1).reduce((sum, gap) => sum + gap, 0) * MINUTE));
const plans = fc.record({
  staff: fc.integer({ min: 1, max: 4 }),
  minutesPerReview: fc.constantFrom(7, 25, 90),
  // No wait comes out as exactly that long, so that who expired can be told from the wait.
  slaMs: fc.constantFrom(30.5 * MINUTE, 240.5 * MINUTE),
});

test('waits, backlogs and expired reviews are those of a simulation event by event', () => {
  fc.assert(
    fc.property(plans, arrivals, (plan, times) => {
      const { figures, backlogs } = run(plan, times);
      const expected = naive(plan, times);
      expect(backlogs).toEqual(expected.backlogs);
      expect(figures.largestBacklog).toBe(expected.largest);
      expect(figures.expired).toBe(expected.expired);
      const sorted = expected.waits.toSorted((a, b) => a - b);
      const quantile = (share: number) => Math.ceil(sorted[Math.ceil(share * sorted.length) - 1]! / MINUTE);
      expect(figures.waitMinutes.max).toBeCloseTo(sorted.at(-1)! / MINUTE, 9);
      expect(figures.waitMinutes).toMatchObject({ p50: quantile(0.5), p95: quantile(0.95) });
      for (const { hour, reviews, waitMinutes } of figures.byHour) {
        const own = expected.waits.filter((_, i) => new Date(times[i]!).getUTCHours() === hour);
        expect(reviews).toBe(own.length);
        expect(waitMinutes).toBeCloseTo(own.reduce((sum, wait) => sum + wait, 0) / Math.max(1, own.length) / MINUTE, 9);
      }
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('a task that nobody has begun by its SLA leaves the queue', () => {
  const plan = { staff: 1, minutesPerReview: 60, slaMs: 30 * MINUTE };
  const { queue, figures } = run(plan, [START, START + MINUTE, START + 2 * MINUTE]);
  expect(figures.expired).toBe(2);
  expect([31, 32].map((minute) => queue.backlog(START + minute * MINUTE))).toEqual([1, 0]);
});

test('times before 1970 are times', () => {
  expect(run({ staff: 1, minutesPerReview: 1, slaMs: HOUR }, [-5 * HOUR]).figures.expired).toBe(0);
});

describe('tasks that come at random, where everybody waits', () => {
  /** Arrivals of a Poisson process, a mean of `perHour` an hour. */
  const poisson = (perHour: number, hours: number) => {
    const random = randomOf(11);
    const times: number[] = [];
    for (let at = 0; at < hours * HOUR; at += (-Math.log(1 - random()) / perHour) * HOUR) times.push(START + at);
    return times;
  };
  const meanWait = ({ byHour }: ReturnType<typeof run>['figures'], reviews: number) =>
    byHour.reduce((sum, hour) => sum + hour.waitMinutes * hour.reviews, 0) / reviews;

  test.each([0.5, 0.8])('one reviewer who is busy %p of the time: the mean wait of Pollaczek and Khinchine', (load) => {
    const times = poisson(6 * load, 20_000);
    const { figures } = run({ staff: 1, minutesPerReview: 10, slaMs: 1e12 }, times);
    // M/D/1: ρ · s / (2 · (1 − ρ)).
    const expected = (load * 10) / (2 * (1 - load));
    expect(Math.abs(meanWait(figures, times.length) / expected - 1)).toBeLessThan(0.03);
    expect(figures.utilization).toBeCloseTo(load, 2);
  });

  test('several reviewers: the mean wait of Crommelin', () => {
    const times = poisson(6 * 2 * 0.8, 20_000);
    const { figures } = run({ staff: 2, minutesPerReview: 10, slaMs: 1e12 }, times);
    // Of one reviewer it gives what Pollaczek and Khinchine do.
    expect(crommelin(1, 0.8)).toBeCloseTo(2, 2);
    expect(Math.abs(meanWait(figures, times.length) / 10 / crommelin(2, 0.8) - 1)).toBeLessThan(0.03);
  });
});

/**
 * The mean wait of M/D/c in units of the service time (Crommelin, 1932): Σ over i ≥ 1 of
 * e^(−i·a) · { Σ over j ≥ i·c of (i·a)^j / j!  −  (c / a) · Σ over j ≥ i·c + 1 of (i·a)^j / j! }, where a = c·ρ.
 */
function crommelin(servers: number, load: number): number {
  const a = servers * load;
  const tail = (mean: number, from: number) => {
    let [term, below] = [Math.exp(-mean), 0];
    for (let j = 0; j < from; j++) {
      below += term;
      term *= mean / (j + 1);
    }
    return 1 - below;
  };
  let wait = 0;
  for (let i = 1; i <= 200; i++) wait += tail(i * a, i * servers) - (servers / a) * tail(i * a, i * servers + 1);
  return wait;
}

describe('the staff that it takes', () => {
  const needed = (times: readonly number[], plan: Omit<StaffPlan, 'staff'>) => {
    const search = new StaffSearch(plan);
    const queue = new ReviewQueue({ ...plan, staff: 1 });
    for (const at of times) {
      search.add(at);
      queue.add(at);
    }
    return search.needed(queue.load);
  };

  test('is the fewest with whom at most 1 % expire and the queue does not grow for ever', () => {
    fc.assert(
      fc.property(arrivals, fc.constantFrom(20, 90), (times, minutesPerReview) => {
        const plan = { minutesPerReview, slaMs: 60 * MINUTE };
        const fewest = Array.from({ length: 80 }, (_, i) => i + 1).find((staff) => {
          const { queue, figures } = run({ ...plan, staff }, times);
          return figures.expired <= 0.01 * times.length && queue.load <= staff;
        });
        expect(needed(times, plan)).toBe(fewest);
      }),
      { seed: 4, numRuns: 30 },
    );
  });

  test('is null where 200 are too few', () => {
    const together = (tasks: number) => Array.from({ length: tasks }, () => START);
    const plan = { minutesPerReview: 30, slaMs: MINUTE };
    expect(needed(together(200), plan)).toBe(198);
    expect(needed(together(250), plan)).toBeNull();
  });
});
