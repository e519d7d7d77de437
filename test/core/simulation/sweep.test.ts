import { allOf, bySegment, expectedCost, riskControl, thresholds } from '../../../core/pipeline/define';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { Certification } from '../../../core/simulation/certify';
import { variantsOf } from '../../../core/simulation/variants';
import { applications, creditRisk } from '../credit';
import { deciding, history, outOfFold, simulate, verdicts } from './credit-history';
import { randomOf } from '../../../core/random';

const COSTS: Record<string, Record<string, number>> = { approve: { good: 0, bad: 5 }, decline: { good: 1, bad: 0 } };
const truths = applications.map(({ truth }) => truth);
const costOf = (outcome: string | null, row: number) => (outcome === null ? 0.5 : COSTS[outcome]![truths[row]!]!);
const sum = (list: readonly number[]) => list.reduce((total, x) => total + x, 0);

const report = simulate(creditRisk);
const entry = (name: string, { sweep } = report) => sweep.find((one) => one.name === name)!;

test('the best policy comes first, and the one simulated differs from itself by nothing', () => {
  const costs = report.sweep.map(({ costPerRow }) => costPerRow);
  expect(costs).toEqual(costs.toSorted((a, b) => a - b));
  expect(entry('as defined')).toEqual({
    name: 'as defined',
    simulated: true,
    automated: report.automated / 700,
    automatedError: report.automatedError,
    costPerRow: report.costPerRow,
    difference: { mean: 0, low: 0, high: 0 },
    fitted: false,
  });
  const { automated, costPerRow, difference } = entry('everything reviewed');
  expect({ automated, costPerRow, difference }).toEqual({ automated: 0, ...report.baselines.allReview });
});

test('a policy that chooses by other prices is counted by the true ones', () => {
  for (const factor of [0.5, 0.75, 1.5, 2]) {
    const { costs } = creditRisk.decide;
    const decided = verdicts(deciding({ costs: { ...costs, review: 0.5 * factor } }));
    const got = entry(`expected cost, a review priced × ${factor}`);
    const automated = decided.filter(({ outcome }) => outcome !== null).length;
    expect(got.automated).toBeCloseTo(automated / 700, 12);
    expect(got.costPerRow).toBeCloseTo(sum(decided.map(({ outcome }, row) => costOf(outcome, row))) / 700, 9);
    const wrong = decided.filter(({ outcome }, row) => outcome !== null && costOf(outcome, row) > 0).length;
    expect(got.automatedError).toBeCloseTo(wrong / automated, 12);
    expect(got.difference.mean).toBeCloseTo(got.costPerRow - report.costPerRow, 12);
  }
});

test('what a rule decides, no policy of the sweep changes', () => {
  const forced = deciding({ rules: [{ id: 'all', when: 'true', outcome: 'decline', reason: 'ALL' }] });
  const { sweep, costPerRow } = simulate(forced);
  for (const { name, costPerRow: other } of sweep)
    if (name.startsWith('expected cost')) expect(other).toBeCloseTo(costPerRow, 12);
});

describe('a number that is fitted', () => {
  /** Fits a threshold on every second row, and counts it on the others; both ways. */
  const crossFitted = (costAt: (threshold: number, row: number) => number, candidates: readonly number[]) => {
    const rows = [...applications.keys()];
    return sum(
      [0, 1].map((half) => {
        const [own, other] = [rows.filter((row) => row % 2 === half), rows.filter((row) => row % 2 !== half)];
        const cost = (threshold: number, of: number[]) => sum(of.map((row) => costAt(threshold, row)));
        // Of equally good thresholds the highest.
        const best = candidates.reduce((a, b) => (cost(b, other) < cost(a, other) ? b : a));
        return cost(best, own);
      }),
    );
  };
  const scores = verdicts(creditRisk).map(({ score }) => score!);

  test('is counted on the rows that it was not fitted on', () => {
    const thresholdCost = (threshold: number, row: number) =>
      costOf(scores[row]! >= threshold ? 'decline' : 'approve', row);
    const confidenceCost = (threshold: number, row: number) => {
      const score = scores[row]!;
      return Math.max(score, 1 - score) < threshold ? 0.5 : thresholdCost(0.5, row);
    };
    const down = (list: readonly number[]) => [2, ...new Set(list)].toSorted((a, b) => b - a);
    const sureness = scores.map((score) => Math.max(score, 1 - score));
    const one = entry('one threshold, nobody reviews');
    const other = entry('one confidence, the rest reviewed');
    expect(one.costPerRow).toBeCloseTo(crossFitted(thresholdCost, down(scores)) / 700, 9);
    expect(other.costPerRow).toBeCloseTo(crossFitted(confidenceCost, down(sureness)) / 700, 9);
    expect([one.fitted, other.fitted, one.automated]).toEqual([true, true, 1]);
  });

  test('does not flatter itself: on scores that mean nothing, hindsight wins and fitting does not', () => {
    // Whatever is decided of labels like a coin's costs 0.5 a row in the mean.
    const fair = deciding({ costs: { approve: { good: 0, bad: 1 }, decline: { good: 1, bad: 0 }, review: 2 } });
    const random = randomOf(5);
    const results = Array.from({ length: 40 }, () => {
      const rows = history.slice(0, 60).map((row) => ({ ...row, label: random() < 0.5 ? 1 : 0 }));
      return simulate(fair, { rows, scores: rows.map(() => 0.01 + 0.98 * random()) });
    });
    const fitted = sum(results.map((got) => entry('one threshold, nobody reviews', got).costPerRow)) / 40;
    const hindsight = sum(results.map((got) => got.baselines.bestThreshold.costPerRow)) / 40;
    expect(hindsight).toBeLessThan(0.46);
    expect(fitted).toBeGreaterThan(0.49);
  });

  test('is fitted on both halves of a selection of rows, whatever their numbers', () => {
    const scoresAt = (row: number) => outOfFold[row]!;
    const even = history.filter((_, row) => row % 2 === 0);
    const got = simulate(creditRisk, { rows: even, scores: even.map((_, i) => scoresAt(2 * i)) });
    expect(entry('one threshold, nobody reviews', got).costPerRow).toBeLessThan(0.7);
  });
});

describe('the policies that are tried', () => {
  const names = (definition: PipelineDefinition) => variantsOf(definition).map(({ name }) => name);

  test('are other prices of a review, and plain expected cost beside anything else', () => {
    expect(names(creditRisk)).toHaveLength(4);
    const bands = thresholds({ approve: { below: 0.1 } });
    expect(names(deciding({ policy: bands }))).toEqual(['expected cost alone', ...names(creditRisk)]);
  });

  test('are other bounds where risk is controlled, in every part of the policy', () => {
    const control = riskControl({ errors: 0.7, delta: 0.1 });
    const policy = bySegment(
      [{ id: 'old', when: 'input.age > 60', policy: allOf(expectedCost(), control) }],
      riskControl({ cost: 0.2, delta: 0.1 }),
    );
    const scaled = variantsOf(deciding({ policy })).filter(({ name }) => name.includes('risk bound'));
    expect(scaled.map(({ name }) => name)).toEqual([0.5, 0.75, 1.5, 2].map((f) => `as defined, the risk bound × ${f}`));
    expect(scaled.map(({ definition }) => definition.decide.policy)).toMatchObject(
      [0.35, 0.525, 0.999, 0.999].map((alpha, i) => ({
        segments: [
          {
            id: 'old',
            policy: { policies: [{ kind: 'expectedCost' }, { alpha: expect.closeTo(alpha, 9) as number }] },
          },
        ],
        otherwise: { alpha: expect.closeTo([0.1, 0.15, 0.3, 0.4][i]!, 9) as number },
      })),
    );
  });

  test('keep to the evidence of the policy: a wider bound automates no less', () => {
    const policy = riskControl({ errors: 0.2, delta: 0.1 });
    const certification = new Certification(deciding({ policy }), (_, row) => outOfFold[row]);
    history.forEach((row, number) => certification.add(number, row));
    const got = simulate(deciding({ policy, evidence: certification.evidence() }));
    const automated = [0.5, 0.75].map((f) => entry(`as defined, the risk bound × ${f}`, got).automated);
    const wider = [1.5, 2].map((f) => entry(`as defined, the risk bound × ${f}`, got).automated);
    const all = [...automated, entry('as defined', got).automated, ...wider];
    expect(all).toEqual(all.toSorted((a, b) => a - b));
    expect(new Set(all).size).toBeGreaterThan(2);
  });
});
