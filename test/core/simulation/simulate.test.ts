import fc from 'fast-check';
import { expectedCost, safeDefault, thresholds } from '../../../core/pipeline/define';
import { applications, creditRisk } from '../credit';
import { deciding, history, outOfFold, simulate, verdicts } from './credit-history';

const COSTS: Record<string, Record<string, number>> = { approve: { good: 0, bad: 5 }, decline: { good: 1, bad: 0 } };
const PRICE = 0.5;
const truths = applications.map(({ truth }) => truth);
const sum = (list: readonly number[]) => list.reduce((total, x) => total + x, 0);
/** The example's cost of one row; of a review where the outcome is null. */
const costOf = (outcome: string | null, row: number) => (outcome === null ? PRICE : COSTS[outcome]![truths[row]!]!);

const report = simulate(creditRisk);
const decided = verdicts(creditRisk);
const costs = decided.map(({ outcome }, row) => costOf(outcome, row));

describe('the figures of the German credit rows, worked out again request by request', () => {
  test('rows, outcomes and reviews', () => {
    const outcome = (name: string | null) => decided.filter((verdict) => verdict.outcome === name).length;
    expect(report).toMatchObject({
      pipeline: 'credit-risk',
      rows: 700,
      review: outcome(null),
      outcomes: { approve: outcome('approve'), decline: outcome('decline') },
    });
    expect(outcome('approve')).toBeGreaterThan(50);
    expect(outcome('decline')).toBeGreaterThan(50);
    expect(report.skipped).toEqual({});
  });

  test('cost, and the share of wrong decisions', () => {
    const automated = decided.flatMap(({ outcome }, row) => (outcome === null ? [] : [{ outcome, row }]));
    const wrong = automated.filter(({ outcome, row }) => costOf(outcome, row) > 0).length;
    expect(report.realizedCost).toBeCloseTo(sum(costs), 9);
    expect(report.costPerRow).toBeCloseTo(sum(costs) / 700, 12);
    expect(report.automatedError).toBe(wrong / automated.length);
  });

  test('the error that the probabilities alone let expect', () => {
    const chances = decided.flatMap(({ outcome, score }) =>
      outcome === null ? [] : [outcome === 'approve' ? score! : 1 - score!],
    );
    expect(report.estimatedError).toBeCloseTo(sum(chances) / chances.length, 12);
  });

  test('how often each reason was given', () => {
    const codes = decided.flatMap(({ reasons }) => reasons.map(({ code }) => code));
    const counted = Object.fromEntries(
      [...new Set(codes)].map((code) => [code, codes.filter((c) => c === code).length]),
    );
    expect(report.reasons).toEqual(counted);
    const counts = Object.values(report.reasons);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  test('each protected group', () => {
    for (const field of ['personal_status', 'foreign_worker']) {
      const groups = report.groups[`input.${field}`]!;
      const values = new Set(applications.map(({ input }) => String(input[field])));
      expect(Object.keys(groups)).toEqual([...values].sort());
      for (const [value, group] of Object.entries(groups)) {
        const rows = [...applications.keys()].filter((row) => applications[row]!.input[field] === value);
        const automated = rows.filter((row) => decided[row]!.outcome !== null);
        const wrong = automated.filter((row) => costs[row]! > 0).length;
        expect(group.rows).toBe(rows.length);
        expect(group.automated).toBe(automated.length);
        expect(group.review).toBe(rows.length - automated.length);
        expect(group.outcomes.approve).toBe(rows.filter((row) => decided[row]!.outcome === 'approve').length);
        expect(group.realizedCost).toBeCloseTo(sum(rows.map((row) => costs[row]!)), 9);
        expect(group.automatedError).toBe(automated.length === 0 ? null : wrong / automated.length);
      }
    }
  });

  test('all reviewed, with the interval of the difference', () => {
    const differences = costs.map((cost) => PRICE - cost);
    const mean = sum(differences) / 700;
    const deviation = Math.sqrt(sum(differences.map((d) => (d - mean) ** 2)) / 699);
    const { costPerRow, difference } = report.baselines.allReview;
    expect(costPerRow).toBeCloseTo(PRICE, 12);
    expect(difference.mean).toBeCloseTo(mean, 12);
    expect(difference.high - difference.low).toBeCloseTo((2 * 1.959964 * deviation) / Math.sqrt(700), 9);
  });

  /** The cost of deciding everything by one threshold of the probability of a bad loan. */
  const byThreshold = (threshold: number, rows = [...applications.keys()]) =>
    sum(rows.map((row) => costOf(decided[row]!.score! >= threshold ? 'decline' : 'approve', row)));
  const scores = decided.map(({ score }) => score!);

  test('the best single threshold, of all that there are', () => {
    const found = [...new Set(scores), 2].map((threshold) => byThreshold(threshold));
    const { threshold, costPerRow, difference } = report.baselines.bestThreshold;
    expect(costPerRow).toBeCloseTo(Math.min(...found) / 700, 12);
    expect(byThreshold(threshold)).toBeCloseTo(Math.min(...found), 9);
    expect(difference.mean).toBeCloseTo(costPerRow - report.costPerRow, 12);
  });

  test('the curve of thresholds', () => {
    expect(report.thresholds.length).toBeGreaterThan(100);
    for (const { threshold, coverage, error, costPerRow } of report.thresholds.slice(1)) {
      const wrong = scores.filter((score, row) => score >= threshold !== (truths[row] === 'bad')).length;
      expect(coverage).toBe(1);
      expect(error).toBeCloseTo(wrong / 700, 12);
      expect(costPerRow).toBeCloseTo(byThreshold(threshold) / 700, 9);
    }
  });

  test('risk against coverage', () => {
    expect(report.riskCoverage[0]).toEqual({ threshold: 1, coverage: 0, error: null, costPerRow: PRICE });
    expect(report.riskCoverage.at(-1)!.coverage).toBe(1);
    for (const { threshold, coverage, error, costPerRow } of report.riskCoverage.slice(1)) {
      const sure = scores.flatMap((score, row) => (Math.max(score, 1 - score) >= threshold ? [row] : []));
      const cost = (row: number) => costOf(scores[row]! >= 0.5 ? 'decline' : 'approve', row);
      expect(coverage).toBeCloseTo(sure.length / 700, 12);
      expect(error).toBeCloseTo(sure.filter((row) => cost(row) > 0).length / sure.length, 12);
      expect(costPerRow).toBeCloseTo((sum(sure.map(cost)) + (700 - sure.length) * PRICE) / 700, 9);
    }
  });
});

test('counts add up, whatever the policy', () => {
  const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(share, share, fc.boolean(), fc.nat(300), (a, b, cheapest, from) => {
      const bands = { approve: { below: Math.min(a, b) }, decline: { from: Math.max(a, b) } };
      const policy = cheapest || a === b ? expectedCost() : thresholds(bands);
      const rows = history.slice(from, from + 150);
      const scores = outOfFold.slice(from, from + 150);
      const got = simulate(deciding({ policy }), { rows, scores });
      expect(got.rows).toBe(150);
      expect(got.automated + got.review).toBe(got.rows);
      expect(sum(Object.values(got.outcomes))).toBe(got.automated);
      for (const groups of Object.values(got.groups)) {
        const all = Object.values(groups);
        expect(sum(all.map((group) => group.rows))).toBe(got.rows);
        expect(sum(all.map((group) => group.automated))).toBe(got.automated);
        expect(sum(all.map((group) => group.realizedCost))).toBeCloseTo(got.realizedCost, 9);
      }
      expect(sum(got.queue.byHour.map(({ reviews }) => reviews))).toBe(got.review);
      expect(got.reliability.rows).toBe(got.rows);
    }),
    { seed: 1, numRuns: 15 },
  );
});

test('the same rows give the same report, to the byte', () => {
  expect(JSON.stringify(simulate(creditRisk))).toBe(JSON.stringify(report));
});

describe('a reviewer', () => {
  test.each([1, 0.9, 0.5, 0])('who decides right with probability %p', (reviewerAccuracy) => {
    const got = simulate(creditRisk, { reviewerAccuracy });
    // Wrong is the other outcome: a bad loan approved costs 5, a good customer turned away 1.
    const reviewed = (row: number) => PRICE + (1 - reviewerAccuracy) * (truths[row] === 'bad' ? 5 : 1);
    const expected = decided.map(({ outcome }, row) => (outcome === null ? reviewed(row) : costOf(outcome, row)));
    expect(got.realizedCost).toBeCloseTo(sum(expected), 9);
    expect(got.baselines.allReview.costPerRow).toBeCloseTo(sum([...applications.keys()].map(reviewed)) / 700, 9);
    expect(got.automated).toBe(report.automated);
  });

  test('who errs among several outcomes takes each of the wrong ones equally often', () => {
    const three = deciding(
      {
        outcomes: ['approve', 'decline', 'offer less'],
        costs: {
          approve: { good: 0, bad: 5 },
          decline: { good: 1, bad: 0 },
          'offer less': { good: 0, bad: 2 },
          review: 0.5,
        },
        rules: [{ id: 'all', when: 'true', route: 'review', reason: 'ALL' }],
      },
      { fallback: [safeDefault(null)] },
    );
    const got = simulate(three, { reviewerAccuracy: 0.5 });
    // Of a good loan only declining is wrong, of a bad one approving (5) and offering less (2).
    const bad = truths.filter((truth) => truth === 'bad').length;
    expect(got.realizedCost).toBeCloseTo(700 * 0.5 + bad * 0.5 * 3.5 + (700 - bad) * 0.5 * 1, 9);
  });
});

describe('rows without a score', () => {
  const scores = outOfFold.map((score, row) => (row % 7 === 0 ? undefined : score));

  test('go through the fallback chain, as requests do', () => {
    const got = simulate(creditRisk, { scores });
    const { MODEL_ERROR: failed = 0, INSTALMENT_TOO_HIGH: heuristic = 0 } = got.reasons;
    expect(failed).toBeGreaterThan(90);
    expect(heuristic).toBeGreaterThan(0);
    expect(got.rows).toBe(700);
    expect(got.reliability.rows).toBe(600);
    expect(got.thresholds.at(-1)!.coverage).toBeCloseTo(600 / 700, 12);
  });

  test('are left out where the chain ends in no outcome: it could be neither right nor wrong', () => {
    const got = simulate({ ...creditRisk, fallback: [safeDefault(null)] }, { scores });
    // Large loans go to a person by rule, whatever the model.
    const large = applications.filter(({ input }, row) => row % 7 === 0 && Number(input.credit_amount) > 15_000).length;
    expect(large).toBeGreaterThan(0);
    expect(got.skipped).toEqual({ NO_OUTCOME: { rows: 100 - large, first: 0 } });
    expect(got.rows).toBe(600 + large);
  });
});

describe('a looked-up value that is missing', () => {
  const rows = history.map((row, i) => (i % 10 === 3 ? { ...row, lookedUp: {} } : row));
  const accounts = creditRisk.features!.lookups!.accounts!;
  const onMissing = (onMissing: typeof accounts.onMissing) =>
    simulate(
      { ...creditRisk, features: { ...creditRisk.features, lookups: { accounts: { ...accounts, onMissing } } } },
      { rows },
    );

  test('sends its row to a person', () => {
    const got = onMissing('review');
    expect(got.rows).toBe(700);
    expect(got.reasons.FEATURES_MISSING).toBeGreaterThan(60);
    expect(got.reliability.rows).toBe(630);
  });

  test('leaves its row out where such requests are refused: nobody decides them', () => {
    const got = onMissing('reject');
    expect(got.rows).toBe(630);
    expect(got.skipped).toEqual({ FEATURES_MISSING: { rows: 70, first: 3 } });
  });
});

describe('costs that depend on the request', () => {
  const costs = {
    approve: { good: 0, bad: 'double(input.credit_amount)' },
    decline: { good: '0.2 * double(input.credit_amount)', bad: 0 },
    review: 100,
  };

  test('are counted row by row', () => {
    const definition = deciding({ costs });
    const got = simulate(definition);
    const expected = verdicts(definition).map(({ outcome }, row) => {
      const amount = Number(applications[row]!.input.credit_amount);
      if (outcome === null) return 100;
      if (outcome === 'approve') return truths[row] === 'bad' ? amount : 0;
      return truths[row] === 'good' ? 0.2 * amount : 0;
    });
    expect(got.realizedCost).toBeCloseTo(sum(expected), 6);
  });

  test('leave out a row for which one has no value', () => {
    const optional = { ...costs, review: '1.0 / double(input.age - 30)' };
    const got = simulate(deciding({ costs: optional }));
    // A review has no price at 30 and none below.
    const without = applications.flatMap(({ input }, row) => (Number(input.age) <= 30 ? [row] : []));
    expect(got.skipped).toEqual({ COST_UNRESOLVED: { rows: without.length, first: without[0] } });
    expect(got.rows).toBe(700 - without.length);
  });
});

describe('times', () => {
  test('that are assumed are told of', () => {
    expect(simulate(creditRisk, { requestsPerHour: 30 }).requestsPerHour).toBe(30);
    const rows = history.slice(0, 3).map((row) => ({ ...row, at: 0 }));
    expect(simulate(creditRisk, { rows }).requestsPerHour).toBeNull();
  });

  const HOUR = 3_600_000;
  const at = (hours: number) => Date.parse('2026-03-01T00:00:00Z') + hours * HOUR;

  test('that run backwards leave their rows out', () => {
    const rows = history.slice(0, 6).map((row, i) => ({ ...row, at: at([0, 1, 0.5, 1, 3, 2][i]!) }));
    const got = simulate(creditRisk, { rows });
    expect(got.rows).toBe(4);
    expect(got.skipped).toEqual({ OUT_OF_ORDER: { rows: 2, first: 2 } });
  });

  test('say in which hours of the day reviews come', () => {
    const all = deciding({ rules: [{ id: 'all', when: 'true', route: 'review', reason: 'ALL' }] });
    const rows = history.slice(0, 96).map((row, i) => ({ ...row, at: at(i / 2) }));
    const { byHour } = simulate(all, { rows }).queue;
    expect(byHour.map(({ reviews }) => reviews)).toEqual(Array.from({ length: 24 }, () => 4));
    const daily = simulate(all, { rows: rows.map((row, i) => ({ ...row, at: at(24 * i + 9) })) }).queue;
    expect(daily.byHour.map(({ reviews }) => reviews)).toEqual(
      Array.from({ length: 24 }, (_, hour) => (hour === 9 ? 96 : 0)),
    );
    expect(daily.byHour[9]!.perHour).toBeCloseTo(96 / 95, 9);
  });
});

test('a backlog makes reviews dearer, where people get only so many done', () => {
  const { review } = creditRisk;
  const scarce = { ...creditRisk, review: { ...review, capacity: 6 } };
  const calm = simulate(scarce, { requestsPerHour: 1 });
  const busy = simulate(scarce, { requestsPerHour: 600, staff: 1 });
  expect(calm.review).toBe(report.review);
  expect(busy.review).toBeLessThan(calm.review / 2);
  // A policy of the sweep asks for its own reviews, and waits for its own only: at another price it is not the same.
  const halved = busy.sweep.find(({ name }) => name.endsWith('× 0.5'))!;
  const alone = simulate(
    deciding({ costs: { ...creditRisk.decide.costs, review: 0.25 } }, { review: { ...review, capacity: 6 } }),
    { requestsPerHour: 600, staff: 1 },
  );
  expect(halved.automated).toBeCloseTo(alone.automated / 700, 12);
});
