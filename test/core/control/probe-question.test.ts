import { probeQuestion } from '../../../core/control/probe-question';
import { encodeRow } from '../../../core/model/encoding';
import { featureWeights, impactOf } from '../../../core/drift/impact';
import { loadXgboost } from '../../../core/model/xgboost';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { credit, creditRisk } from '../credit';

const { columns, trees } = creditRisk.model;

test('the example’s model answers its probe with a probability', () => {
  const row = encodeRow(credit.columns, probeQuestion(credit.definition)!);
  const score = loadXgboost(trees).predict(row);
  expect(row.some(Number.isNaN)).toBe(false);
  expect(score).toBeGreaterThan(0);
  expect(score).toBeLessThan(1);
});

test('without a baseline there is none', () => {
  const { drift: _, ...without } = creditRisk;
  expect(probeQuestion(without as PipelineDefinition)).toBeUndefined();
});

describe('how much a feature weighs', () => {
  const weights = featureWeights(columns, trees);
  const of = (drifted: readonly string[]) => impactOf({ rows: 1, features: {} }, weights, drifted, []).weight;

  test('is its share of the gain of all trees', () => {
    expect([...weights.values()].reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    // What every study of these data finds: the checking account tells most.
    expect([...weights].toSorted((a, b) => b[1] - a[1])[0]![0]).toBe('checking_status');
  });

  test('is the same for all where the trees are not known', () => {
    const equal = featureWeights(columns);
    expect(new Set(equal.values()).size).toBe(1);
    expect(equal.size).toBe(weights.size);
  });

  test('adds up over what has drifted; what the model does not see weighs nothing', () => {
    expect(of([])).toBe(0);
    expect(of(['unused', '$score', 'long-term/duration'])).toBe(0);
    expect(of(['duration', 'credit_amount'])).toBeCloseTo(weights.get('duration')! + weights.get('credit_amount')!, 12);
    expect(of([...weights.keys()])).toBeCloseTo(1, 12);
  });
});
