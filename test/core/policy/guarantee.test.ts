import fc from 'fast-check';
import { type Evidence, type Proposal, THRESHOLDS, evidenceOf } from '../../../core/policy/evidence';
import { type RiskPromise, type SupportedThreshold, chooseThreshold } from '../../../core/policy/guarantee';
import { randomOf } from '../../../core/random';

const errors = (over: object = {}): RiskPromise => ({ of: 'errors', alpha: 0.1, delta: 0.1, ...over });
const cost = (over: object = {}): RiskPromise => ({ of: 'cost', alpha: 0.5, delta: 0.1, ...over });

const choose = (evidence: Evidence, promise: RiskPromise) => chooseThreshold([evidence], promise);

/** Rows of falling confidence, the last of them wrong at a cost of 1. */
const ranked = (rows: number, wrong: number): Evidence =>
  evidenceOf(
    Array.from({ length: rows }, (_, i) => ({
      confidence: 1 - (0.5 * i) / rows,
      wrong: i >= rows - wrong,
      cost: Number(i >= rows - wrong),
    })),
    5,
  );

describe('in several circumstances', () => {
  const few = ranked(40, 0);

  test('each must support the promise, and the answer counts the rows of the first', () => {
    const many = ranked(350, 30);
    const alone = choose(many, errors()) as SupportedThreshold;
    expect(chooseThreshold([many, many], errors())).toEqual(alone);
    const both = chooseThreshold([few, many], errors()) as SupportedThreshold;
    expect(both).toMatchObject({ threshold: alone.threshold, wrong: 0, bound: alone.bound });
    expect(chooseThreshold([ranked(350, 200), few], errors({ alpha: 0.01 }))).toHaveProperty('unsupported');
  });

  test('the one with the fewest rows says how many are needed', () => {
    expect(chooseThreshold([few, ranked(17, 0)], errors())).toEqual({
      unsupported: 'needs at least 22 automated rows without an error; there are 17',
    });
  });

  test('with errors where confidence is least, more of them never loosen the choice', () => {
    const from = (choice: ReturnType<typeof chooseThreshold>) => ('threshold' in choice ? choice.threshold : 2);
    const list = fc.array(fc.tuple(fc.integer({ min: 30, max: 400 }), fc.integer({ min: 0, max: 60 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(list, (sizes) => {
        const evidence = sizes.map(([rows, wrong]) => ranked(rows, Math.min(rows, wrong)));
        const all = from(chooseThreshold(evidence, errors()));
        for (const one of evidence) expect(all).toBeGreaterThanOrEqual(from(choose(one, errors())));
      }),
      { seed: 17, numRuns: 200 },
    );
  });
});

describe('what is answered', () => {
  test('22 rows without an error support a tenth with 90 %, and 21 do not', () => {
    // 0.9 ** 22 = 0.098.
    expect(choose(ranked(22, 0), errors())).toMatchObject({ threshold: 0, automated: 22, wrong: 0 });
    expect(choose(ranked(17, 0), errors())).toEqual({
      unsupported: 'needs at least 22 automated rows without an error; there are 17',
    });
  });

  test('a count that passes exactly: 7 wrong of 120, at most', () => {
    // P(Binomial(120, 0.1) ≤ 7) = 0.078, and ≤ 8 is 0.145.
    const all = (wrong: number) =>
      evidenceOf(Array.from({ length: 120 }, (_, i) => ({ confidence: 0.9, wrong: i < wrong })));
    expect(choose(all(7), errors())).toMatchObject({ automated: 120, wrong: 7, observed: 7 / 120 });
    expect(choose(all(8), errors())).toEqual({
      unsupported: '8 of the surest 120 rows are wrong, which supports 0.106 at best, not 0.1',
    });
  });

  test('a threshold takes what lies above it, and the bound is what they support', () => {
    const choice = choose(ranked(350, 60), errors()) as SupportedThreshold;
    expect(choice.automated).toBe(Math.floor((1 - choice.threshold) * 2 * 350) + 1);
    expect(choice.wrong).toBe(choice.automated - 290);
    expect(choose(ranked(350, 60), errors({ alpha: choice.bound * 1.0001 }))).toMatchObject({
      threshold: choice.threshold,
    });
    expect(choice.observed).toBeLessThan(choice.bound);
    expect(choice.bound).toBeLessThanOrEqual(0.1);
  });

  test('the first test that fails is the last: what passes beyond it does not count', () => {
    const block = (rows: number, confidence: number, wrong: boolean): Proposal[] =>
      Array.from({ length: rows }, () => ({ confidence, wrong }));
    const surest = block(200, 0.95, false);
    const dip = [...surest, ...block(60, 0.9, true)];
    const choice = choose(evidenceOf([...dip, ...block(800, 0.8, false)]), errors());
    expect(choice).toMatchObject({ automated: 200, wrong: 0 });
    // Without the dip the same rows do support it.
    const spread = evidenceOf([...surest, ...block(800, 0.8, false), ...block(60, 0.7, true)]);
    expect(choose(spread, errors())).toMatchObject({ automated: 1_060, wrong: 60 });
  });

  test('over a short horizon chance takes part, so more rows are needed', () => {
    expect(choose(ranked(22, 0), errors({ horizon: 1e9 }))).toMatchObject({ automated: 22 });
    expect(choose(ranked(22, 0), errors({ horizon: 100 }))).toEqual({
      unsupported: 'needs at least 25 automated rows without an error; there are 22',
    });
    expect(choose(ranked(22, 0), errors({ alpha: 0.01, horizon: 1 }))).toEqual({
      unsupported: 'no number of rows can support it over so short a horizon',
    });
  });

  test('only the automated part of the horizon counts', () => {
    const sparse = evidenceOf([
      ...Array.from({ length: 30 }, (): Proposal => ({ confidence: 0.9, wrong: false })),
      ...Array.from({ length: 270 }, () => undefined),
    ]);
    const dense = evidenceOf(Array.from({ length: 30 }, (): Proposal => ({ confidence: 0.9, wrong: false })));
    expect(choose(sparse, errors({ horizon: 1_000 }))).toEqual(choose(dense, errors({ horizon: 100 })));
  });

  test('a mean cost', () => {
    expect(choose(ranked(350, 60), cost())).toMatchObject({ threshold: 0, observed: 60 / 350 });
    expect(choose(ranked(15, 0), cost())).toEqual({
      unsupported: 'needs at least 25 automated rows without any cost; there are 15',
    });
    expect(choose(ranked(100, 100), cost())).toMatchObject({
      unsupported: expect.stringMatching(
        /^the surest 33 rows cost 1 on average, which supports [\d.]+ at best, not 0.5$/,
      ),
    });
  });

  test('the bound of a mean cost is where a bet on more would have made 1 / delta', () => {
    const { bound } = choose(ranked(350, 60), cost()) as SupportedThreshold;
    // A cost of 1 of 5 counts as two fifths at 1/8 and three at 1/4.
    const mean = bound / 5;
    const bet = Math.sqrt((2 * Math.log(10)) / (350 * mean));
    const gain = (cost: number) => Math.log(1 + bet * (mean - cost));
    expect(290 * gain(0) + 60 * (0.4 * gain(1 / 8) + 0.6 * gain(1 / 4))).toBeCloseTo(Math.log(10), 6);
  });

  test('without rows, costs or a true largest cost there is no answer', () => {
    const unsupported = (evidence: Evidence, promise: RiskPromise) => choose(evidence, promise);
    expect(unsupported(evidenceOf([undefined]), errors())).toEqual({
      unsupported: 'no row was proposed to be decided alone',
    });
    expect(unsupported(evidenceOf([]), cost())).toEqual({ unsupported: 'the evidence was gathered without costs' });
    expect(unsupported(evidenceOf([{ confidence: 1, wrong: true, cost: 9 }], 5), cost())).toEqual({
      unsupported: 'one row cost 9; the largest cost was said to be 5',
    });
  });
});

describe('never looser', () => {
  const proposal: fc.Arbitrary<Proposal> = fc
    .record({
      confidence: fc.oneof(fc.double({ min: 0.4, max: 1, noNaN: true }), fc.constantFrom(0.6, 0.8, 0.9)),
      luck: fc.double({ min: 0, max: 1, noNaN: true }),
      cost: fc.constantFrom(0.3, 1, 5),
    })
    .map(({ confidence, luck, cost }) => {
      const wrong = luck > 0.5 + confidence / 2;
      return { confidence, wrong, cost: wrong ? cost : 0 };
    });
  const rows = fc.array(proposal, { minLength: 1, maxLength: 300, size: 'max' });
  const chance = fc.double({ min: 0.01, max: 0.6, noNaN: true });
  const promise = fc.oneof(
    fc.record({ of: fc.constant('errors' as const), alpha: chance, delta: chance }),
    fc.record({
      of: fc.constant('errors' as const),
      alpha: chance,
      delta: chance,
      horizon: fc.integer({ min: 1, max: 2_000 }),
    }),
    fc.record({ of: fc.constant('cost' as const), alpha: chance.map((x) => 3 * x), delta: chance }),
  );
  const chosen = (list: readonly Proposal[], promise: RiskPromise) => {
    const choice = choose(evidenceOf(list, 5), promise);
    return 'threshold' in choice ? choice.threshold : Infinity;
  };

  test('for a smaller alpha or delta', () => {
    fc.assert(
      fc.property(rows, promise, fc.double({ min: 0.2, max: 1, noNaN: true }), (list, promise, part) => {
        const threshold = chosen(list, promise);
        expect(chosen(list, { ...promise, alpha: promise.alpha * part })).toBeGreaterThanOrEqual(threshold);
        expect(chosen(list, { ...promise, delta: promise.delta * part })).toBeGreaterThanOrEqual(threshold);
      }),
      { seed: 1, numRuns: 600 },
    );
  });

  test('for one more error, or a dearer one', () => {
    fc.assert(
      fc.property(rows, promise, fc.nat(), (list, promise, pick) => {
        const i = pick % list.length;
        const worse = list.with(i, { ...list[i]!, wrong: true, cost: 5 });
        expect(chosen(worse, promise)).toBeGreaterThanOrEqual(chosen(list, promise));
      }),
      { seed: 2, numRuns: 600 },
    );
  });
});

/** The chance of being wrong at a confidence, for α = 0.1. The last three rise with confidence somewhere. */
const RISKS: Record<string, (confidence: number) => number> = {
  'just above alpha everywhere': () => 0.1001,
  'above alpha everywhere': () => 0.12,
  'falling steadily': (c) => 0.5 * (1 - c),
  'small, then a cliff': (c) => (c > 0.8 ? 0.03 : 0.4),
  'overconfident at the top': (c) => (c > 0.97 ? 0.3 : 0.07),
  'worst at both ends': (c) => 0.04 + 6.4 * (c - 0.75) ** 2,
  'up and down': (c) => 0.1 + 0.08 * Math.sin(60 * c),
};

describe('the promise is broken no more often than delta', () => {
  const alpha = 0.1;
  const delta = 0.2;
  const DRAWS = 300;
  /** Three standard deviations of the share of broken promises. */
  const limit = delta + 3 * Math.sqrt((delta * (1 - delta)) / DRAWS);
  /** What a wrong decision costs: mostly little. */
  const severity = (u: number) => 0.2 + 4.8 * u ** 4;
  const meanSeverity = 0.2 + 4.8 / 5;

  const draw = (rows: number, risk: (confidence: number) => number, random: () => number): Proposal[] =>
    Array.from({ length: rows }, () => {
      const confidence = 0.5 + 0.5 * random();
      const wrong = random() < risk(confidence);
      const u = random();
      return { confidence, wrong, cost: wrong ? severity(u) : 0 };
    });
  /** The true risk of what a threshold automates, confidences being uniform above one half. */
  const trueRisk = (risk: (confidence: number) => number, threshold: number) => {
    const [from, steps] = [Math.max(0.5, threshold), 2_000];
    let sum = 0;
    for (let i = 0; i < steps; i++) sum += risk(from + ((1 - from) * (i + 0.5)) / steps);
    return sum / steps;
  };
  const broken = (promise: RiskPromise, rows: number, name: string, isBroken: (threshold: number) => boolean) => {
    const random = randomOf(7);
    let count = 0;
    for (let i = 0; i < DRAWS; i++) {
      const choice = choose(
        evidenceOf(draw(rows, RISKS[name]!, random), promise.of === 'cost' ? 5 : undefined),
        promise,
      );
      if ('threshold' in choice && isBroken(choice.threshold)) count++;
    }
    return count / DRAWS;
  };

  describe.each(Object.keys(RISKS))('risk %s', (name) => {
    const risk = RISKS[name]!;
    test.each([60, 400])('with %i rows', (rows) => {
      const tooRisky = new Map(THRESHOLDS.map((threshold) => [threshold, trueRisk(risk, threshold) > alpha]));
      expect(broken({ of: 'errors', alpha, delta }, rows, name, (t) => tooRisky.get(t)!)).toBeLessThanOrEqual(limit);
      const mean = alpha * meanSeverity;
      expect(broken({ of: 'cost', alpha: mean, delta }, rows, name, (t) => tooRisky.get(t)!)).toBeLessThanOrEqual(
        limit,
      );
      const coming = randomOf(8);
      const promise: RiskPromise = { of: 'errors', alpha, delta, horizon: rows };
      const share = broken(promise, rows, name, (threshold) => {
        const automated = draw(rows, risk, coming).filter(({ confidence }) => confidence >= threshold);
        return automated.filter(({ wrong }) => wrong).length > alpha * automated.length;
      });
      expect(share).toBeLessThanOrEqual(limit);
    });
  });

  test('nor much less often, where the risk is nowhere far from alpha: the data are made use of', () => {
    expect(broken({ of: 'errors', alpha, delta }, 400, 'just above alpha everywhere', () => true)).toBeGreaterThan(0.1);
    // At confidence 0.9 and above one in forty is wrong, at 0.8 and above one in twenty.
    const automates = (promise: RiskPromise, below: number) =>
      broken(promise, 400, 'falling steadily', (threshold) => threshold < below);
    expect(automates({ of: 'errors', alpha, delta }, 0.87)).toBeGreaterThan(0.9);
    expect(automates({ of: 'errors', alpha, delta, horizon: 400 }, 0.87)).toBeGreaterThan(0.8);
    expect(automates({ of: 'cost', alpha: alpha * meanSeverity, delta }, 0.92)).toBeGreaterThan(0.3);
  });

  test.each([
    ['the dearer proposals err more', 'falling steadily', 'small, then a cliff'],
    ['they err less', 'above alpha everywhere', 'falling steadily'],
    ['each is too risky elsewhere', 'overconfident at the top', 'up and down'],
  ])('nor in any of several circumstances: %s', (_, few, more) => {
    // Half of the rows are proposed always, the others only when reviews are dear.
    const [always, dear] = [RISKS[few]!, RISKS[more]!];
    const random = randomOf(9);
    const tooRisky = new Map(
      THRESHOLDS.map((threshold) => [
        threshold,
        trueRisk(always, threshold) > alpha || trueRisk((c) => (always(c) + dear(c)) / 2, threshold) > alpha,
      ]),
    );
    let count = 0;
    for (let i = 0; i < DRAWS; i++) {
      const [first, second] = [draw(300, always, random), draw(300, dear, random)];
      const choice = chooseThreshold(
        [evidenceOf([...first, ...second.map(() => undefined)]), evidenceOf([...first, ...second])],
        { of: 'errors', alpha, delta },
      );
      if ('threshold' in choice && tooRisky.get(choice.threshold)!) count++;
    }
    expect(count / DRAWS).toBeLessThanOrEqual(limit);
  });
});
