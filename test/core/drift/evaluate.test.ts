import type { NumericBaseline } from '../../../core/drift/baseline';
import { baselineCounter, buildBaseline, chooseBins } from '../../../core/drift/build-baseline';
import { compileEvaluation, ongoingOf, type WindowFindings } from '../../../core/drift/evaluate';
import { counterOf } from '../../../core/drift/counter';
import { windowHistory } from '../../../core/drift/history';
import { ruleOf } from '../../../core/drift/settings';
import { tallyOf } from '../../../core/drift/accumulate';
import {
  creditBaseline as baseline,
  creditKinds,
  creditRows as rows,
  cut,
  drawn,
  observationOf,
  play,
  type Row,
  scaled,
  shuffled,
  WINDOW_MS,
} from './credit-windows';
import { randomOf } from '../../../core/random';

const alarms = (findings: readonly WindowFindings[]) => findings.filter(({ drift }) => drift > 0);
const worstTwo = ({ worst }: WindowFindings) =>
  worst
    .slice(0, 2)
    .map(({ feature }) => feature)
    .sort();
const BOTH = ['credit_amount', 'duration'];

describe('the unshifted applications', () => {
  test.each([50, 66, 100, 133, 250, 350, 700])('never alarm in the order of the file, %i a window', (size) => {
    expect(
      alarms(
        play(
          baseline,
          cut(rows, () => size),
        ),
      ),
    ).toEqual([]);
    expect(
      alarms(
        play(
          baseline,
          cut([...rows].reverse(), () => size),
        ),
      ),
    ).toEqual([]);
  });

  test.each([1, 2, 3, 4])('never alarm in any order, in windows of 50 to 700 rows (seed %i)', (seed) => {
    const random = randomOf(seed);
    for (let run = 0; run < 25; run++) {
      const most = run % 2 === 0 ? 100 : 650;
      const windows = cut(shuffled(rows, random), () => 50 + Math.floor(random() * most));
      expect(alarms(play(baseline, windows))).toEqual([]);
    }
  });

  test('never alarm in a trickle, sent again and again', () => {
    const random = randomOf(5);
    const trickle = [...shuffled(rows, random), ...shuffled(rows, random)];
    expect(
      alarms(
        play(
          baseline,
          cut(trickle, () => Math.floor(random() * 12)),
        ),
      ),
    ).toEqual([]);
  });
});

describe('the promised rate of false alarms', () => {
  test.each<[string, 'categorical' | 'numeric', number, (random: () => number) => unknown]>([
    ['fifty categories alike', 'categorical', 1_000, (random) => `c${Math.floor(random() * 50)}`],
    ['ten thousand categories', 'categorical', 2_000, (random) => `c${Math.floor(random() * 10_000)}`],
    ['hardly ever anything but nought', 'numeric', 500, (random) => (random() < 0.99 ? 0 : Math.exp(9 * random()))],
  ])('holds for features of %s', (_, kind, rowsOfReference, draw) => {
    const random = randomOf(12);
    const names = Array.from({ length: 10 }, (_, i) => `f${i}`);
    const row = (): Row => Object.fromEntries(names.map((name) => [name, draw(random)]));
    const take = (count: number) => Array.from({ length: count }, row);
    const reference = buildBaseline(take(rowsOfReference), Object.fromEntries(names.map((name) => [name, kind])));
    const stream = Array.from({ length: 100 }, () => take(300));
    expect(alarms(play(reference, stream))).toEqual([]);
  });

  test('holds against categories that were foreseen and never come', () => {
    const random = randomOf(13);
    const take = (count: number): Row[] =>
      Array.from({ length: count }, () => ({ state: `s${Math.floor(random() * 4)}` }));
    const categories = Array.from({ length: 40 }, (_, i) => `s${i}`);
    const reference = buildBaseline(take(1_000), { state: { categories } });
    expect(
      alarms(
        play(
          reference,
          Array.from({ length: 200 }, () => take(300)),
        ),
      ),
    ).toEqual([]);
  });

  // A promise of one a month is too seldom to be counted; one in so many windows, by the same arithmetic, is not.
  test.each([
    ['of 20 to 60 rows', 20, 60],
    ['of 50 to 150 rows', 50, 150],
  ])('holds in windows %s, over many baselines', (_, least, most) => {
    const random = randomOf(11);
    let windows = 0;
    let found = 0;
    for (let run = 0; run < 15; run++) {
      const reference = buildBaseline(drawn(rows, 450, random), creditKinds);
      const stream = Array.from({ length: 80 }, () =>
        drawn(rows, least + Math.floor(random() * (most - least)), random),
      );
      windows += stream.length;
      found += alarms(play(reference, stream, { falseAlarmsPerMonth: 432 })).length;
    }
    expect(found).toBeLessThanOrEqual(windows / 100);
  });
});

describe('credit_amount and duration scaled', () => {
  const shifts = [1.5, 2, 3].flatMap((amount) =>
    [
      [200, 1],
      [200, 2],
      [200, 3],
      [250, 2],
      [300, 3],
    ].map(([count, windows]) => [amount, count!, windows!] as const),
  );

  test.each(shifts)(
    'by %d and 1.5 in %i further rows over %i windows alarm always, and are named first',
    (amount, count, windows) => {
      const random = randomOf(count * amount + windows);
      for (let run = 0; run < 10; run++) {
        const before = cut(shuffled(rows, random), () => 50 + Math.floor(random() * 650));
        const shift = shuffled(rows, random).slice(0, count).map(scaled(amount, 1.5));
        const after = play(baseline, [...before, ...cut(shift, () => Math.ceil(count / windows))]).slice(before.length);
        // A hundred rows are always enough.
        const enough = after.filter((_, i) => (i + 1) * Math.ceil(count / windows) >= 100);
        expect(alarms(enough)).toHaveLength(enough.length);
        if (amount > 1.5) expect(worstTwo(after.at(-1)!)).toEqual(BOTH);
        for (const { worst } of enough)
          expect(worst.map(({ feature }) => feature)).toEqual(expect.arrayContaining(['duration']));
      }
    },
  );

  test('moderately, by 1.25, alarm over 200 rows', () => {
    const random = randomOf(21);
    for (let run = 0; run < 10; run++) {
      const [finding] = play(baseline, [drawn(rows, 200, random).map(scaled(1.25, 1.25))]);
      expect(finding!.drift).toBeGreaterThan(0);
      expect(worstTwo(finding!)).toContain('duration');
    }
  });

  test('threefold in 300 rows among 700 unshifted of each window alarm in the third, and the amount is named first', () => {
    const random = randomOf(22);
    for (let run = 0; run < 10; run++) {
      const mixed = () => shuffled([...rows, ...shuffled(rows, random).slice(0, 300).map(scaled(3, 1.5))], random);
      const [, , finding] = play(baseline, [mixed(), mixed(), mixed()]);
      expect(finding!.drift).toBeGreaterThan(0);
      expect(finding!.worst[0]).toMatchObject({ feature: 'credit_amount', drift: 1 });
    }
  });

  test('in windows too small to be judged alone, alarm once there are enough of them', () => {
    const random = randomOf(23);
    const trickle = play(
      baseline,
      cut(drawn(rows, 200, random).map(scaled(2, 1.5)), () => 20),
    );
    expect(trickle.map(({ drift }) => drift > 0)).toEqual([false, false, ...Array<boolean>(8).fill(true)]);
    expect(worstTwo(trickle.at(-1)!)).toEqual(BOTH);
  });

  test('stop alarming after as many healthy rows', () => {
    const random = randomOf(24);
    const shift = drawn(rows, 200, random).map(scaled(2, 1.5));
    const healthy = cut(drawn(rows, 1_400, random), () => 200);
    const findings = play(baseline, [shift, ...healthy]).map(({ drift }) => drift > 0);
    expect(findings[0]).toBe(true);
    expect(findings.slice(-3)).toEqual([false, false, false]);
  });
});

describe('a feature', () => {
  const random = randomOf(31);
  const change = (count: number, changed: (row: Row) => Row) =>
    play(baseline, [drawn(rows, count, random).map(changed)])[0]!;

  test('that goes missing in a third of the rows drifts', () => {
    const finding = change(300, (row) => (random() < 1 / 3 ? { ...row, purpose: null, age: undefined } : row));
    expect(
      finding.worst
        .slice(0, 2)
        .map(({ feature, drift }) => `${feature} ${drift}`)
        .sort(),
    ).toEqual(['age 1', 'purpose 1']);
    expect(finding.features.age!.missing).toBeCloseTo(1 / 3, 1);
  });

  test('that brings a new category drifts', () => {
    const finding = change(200, (row) => (random() < 0.2 ? { ...row, purpose: 'crypto' } : row));
    expect(finding).toMatchObject({ drift: 1, worst: [{ feature: 'purpose', drift: 1 }, {}, {}, {}, {}] });
  });

  test('that differs for certain, but by too little to matter, does not', () => {
    const many = drawn(rows, 40_000, random);
    const reference = buildBaseline(many, creditKinds);
    const window = [many.map(scaled(1.03, 1))];
    const [small] = play(reference, window, { floor: 0.1 });
    expect(small!.features.credit_amount!.evidence!.log10).toBeGreaterThan(9);
    expect(small!.drift).toBe(0);
    expect(play(reference, window, { floor: 0 })[0]!.drift).toBe(1);
  });

  test('has the moments of its window alone, and not of fewer than five values', () => {
    const values = [1_000, 2_000, 3_000, 4_000, 5_000];
    const [few, enough] = play(
      baseline,
      [values.slice(1), values].map((amounts) => amounts.map((credit_amount) => ({ credit_amount }))),
    );
    expect(enough!.features.credit_amount).toMatchObject({
      mean: 3_000,
      variance: 2_500_000,
      missing: 0,
      drift: 0,
    });
    expect(enough!.features.age).toMatchObject({ missing: 1 });
    expect(few!.features.credit_amount).not.toHaveProperty('mean');
    expect(few!.features.credit_amount).not.toHaveProperty('variance');
  });
});

test('says which means differ, over which rows', () => {
  const [finding] = play(baseline, [drawn(rows, 200, randomOf(41)).map(scaled(3, 1.5))]);
  const amount = finding!.worst.find(({ feature }) => feature === 'credit_amount')!;
  expect(amount).toMatchObject({
    since: 0,
    rows: 200,
    drift: 1,
    shift: { where: expect.stringMatching(/^\d+ or more$/) },
  });
  const { mean, baselineMean } = amount;
  expect(baselineMean).toBeCloseTo((baseline.features.credit_amount as NumericBaseline).mean, 6);
  expect(mean! / baselineMean!).toBeGreaterThan(2.5);
});

test('adds up windows that are hours old, so that a trickle is judged as well', () => {
  const random = randomOf(42);
  // Two rows an hour, and nothing in between.
  const trickle = Array.from({ length: 60 * 60 }, (_, i) =>
    i % 30 === 0 ? drawn(rows, 1, random).map(scaled(3, 2)) : [],
  );
  const found = play(baseline, trickle);
  expect(found.slice(0, 49 * 30).some(({ drift }) => drift > 0)).toBe(false);
  expect(found.at(-1)!.drift).toBeGreaterThan(0);
  expect(found.at(-1)!.worst[0]!.since).toBe(0);
});

describe('drift that was found', () => {
  const random = randomOf(43);
  const shift = Array.from({ length: 6 }, () => drawn(rows, 150, random).map(scaled(2, 1.5)));
  const nothing = Array.from({ length: 200 }, () => [] as Row[]);

  test('goes on while nothing comes, and ends when the rows speak for it', () => {
    const healthy = cut(drawn(rows, 600, random), () => 100);
    const found = play(baseline, [...shift, ...nothing, ...healthy]).map(({ drift }) => drift > 0);
    expect(found.slice(1, shift.length + nothing.length)).not.toContain(false);
    expect(found.at(-1)).toBe(false);
  });

  test('is known to go on by what was found before', () => {
    const evaluate = compileEvaluation(baseline, ruleOf(WINDOW_MS, {}));
    const tally = tallyOf(
      baseline,
      drawn(rows, 60, random).map((row, i) => observationOf(String(i), scaled(1.3, 1)(row))),
    );
    expect(evaluate([{ window: 0, tally }]).features.credit_amount!.drift).toBe(0);
    expect(evaluate([{ window: 0, tally }], { credit_amount: 0 }).features.credit_amount!.drift).toBe(1);
  });

  test('is none where a change was announced, nor after it, and is again if it stays', () => {
    const stream = [...shift, ...shift, ...shift];
    const change = { from: 0, until: 6 * WINDOW_MS, features: ['credit_amount', 'duration'] };
    const found = play(baseline, stream, { changes: [change] });
    expect(alarms(found.slice(0, 6))).toEqual([]);
    expect(found.at(-1)!.drift).toBeGreaterThan(0);
    expect(found.at(-1)!.worst[0]!.since).toBe(6 * WINDOW_MS);
    const other = play(baseline, stream, { changes: [{ ...change, features: ['age'] }] });
    expect(alarms(other).length).toBeGreaterThan(10);
  });
});

describe('with a season', () => {
  const HOUR = 3_600_000;
  const random = randomOf(44);
  /** By day mostly small amounts, by night mostly large ones. */
  const rowAt = (at: number, shifted = false): Row => {
    const night = Math.floor(at / HOUR) % 24 < 8;
    const large = random() < (night ? 0.8 : 0.2);
    return { amount: (large ? 900 : 100) + random() * 90, kind: shifted && random() < 0.3 ? 'new' : 'old' };
  };
  const kinds = { amount: 'numeric', kind: 'categorical' } as const;
  const sample = Array.from({ length: 24_000 }, (_, i) => ({
    values: rowAt((i % 24) * HOUR),
    at: (i % 24) * HOUR,
  }));
  const measured = (season?: 'day') => {
    const counter = baselineCounter(chooseBins(sample, kinds), season);
    for (const row of sample) counter.add(row);
    return counter.finish();
  };
  function days(reference: ReturnType<typeof measured>, count: number, shiftFrom = Infinity): WindowFindings[] {
    const evaluate = compileEvaluation(reference, ruleOf(HOUR, {}));
    const history = windowHistory(HOUR, reference.season !== undefined);
    let ongoing = {};
    return Array.from({ length: count * 24 }, (_, hour) => {
      const counter = counterOf(reference.features);
      for (let i = 0; i < 200; i++) counter.add(rowAt(hour * HOUR, hour >= shiftFrom));
      const tally = { rows: 200, features: counter.tallies() };
      const findings = evaluate(history.push({ window: hour * HOUR, tally }), ongoing);
      ongoing = ongoingOf(findings);
      return findings;
    });
  }

  test('what changes every day is no drift, where it would be without', () => {
    expect(alarms(days(measured('day'), 6))).toEqual([]);
    expect(alarms(days(measured(), 1)).length).toBeGreaterThan(5);
  });

  test('a shift across the hours is found within two of them', () => {
    const found = days(measured('day'), 3, 40);
    expect(alarms(found.slice(0, 40))).toEqual([]);
    expect(found[41]!.worst[0]).toMatchObject({ feature: 'kind', drift: 1 });
  });
});

test('finds nothing without rows or without a baseline', () => {
  expect(play(baseline, [[]])[0]).toMatchObject({ rows: 0, drift: 0, worst: [] });
  expect(play({ rows: 0, features: {} }, [rows])[0]).toMatchObject({ rows: 700, features: {}, drift: 0, worst: [] });
});
