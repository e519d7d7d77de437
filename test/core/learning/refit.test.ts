import { compilePipeline } from '../../../core/pipeline/compile';
import { allOf, expectedCost, riskControl, thresholds } from '../../../core/pipeline/define';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { checkDefinition } from '../../../core/pipeline/check';
import { Population } from '../../../core/learning/population';
import { propose } from '../../../core/learning/propose';
import { type Refit, refit } from '../../../core/learning/refit';
import { stratifiedMean } from '../../../core/learning/stratified';
import { modelFile } from '../../examples/german-credit';
import { creditRisk } from '../credit';
import { type Labelling, recordsOf } from './history-of-decisions';

const { scores } = modelFile<{ scores: number[] }>('out-of-fold.json');
const sampling = (sample: number, over: Partial<PipelineDefinition> = {}): PipelineDefinition => ({
  ...creditRisk,
  ...over,
  review: { ...creditRisk.review, sample },
});
const populationOf = (definition: PipelineDefinition, labelling?: Labelling, times = 1) => {
  const population = new Population(compilePipeline({ version: '', definition }));
  for (const record of recordsOf(definition, scores, labelling, times)) population.add(record);
  return population;
};
const learned = (definition: PipelineDefinition, labelling?: Labelling, times = 1): Refit => {
  const result = refit(definition, recordsOf(definition, scores, labelling, times));
  if ('refused' in result) throw new Error(result.refused);
  return result;
};
/** The share of wrong ones among all decisions that would be automated: what a sample must find. */
const trueError = () => {
  const records = recordsOf(sampling(0), scores, { reported: () => true }).filter(
    ({ status, confidence }) => status === 'decided' && confidence !== null,
  );
  const wrong = records.filter(({ outcome, truth }) => (outcome === 'approve') !== (truth!.label === 'good'));
  return wrong.length / records.length;
};

describe('the population', () => {
  test('is parted by what was automated, and weighs each label for the decisions that it stands for', () => {
    const population = populationOf(sampling(0.25), {}, 4);
    const strata = population.strata();
    expect(strata.map(({ name }) => name).sort()).toEqual(['approve', 'decline', 'review']);
    expect(strata.find(({ name }) => name === 'review')).toMatchObject({ random: true });
    for (const { name, rows, labelled } of strata) {
      const own = population.labelled().filter(({ stratum }) => stratum === name);
      expect(own).toHaveLength(labelled);
      expect(own.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(rows, 6);
      const share = labelled / rows;
      expect(name === 'review' ? share === 1 : share > 0.15 && share < 0.35).toBe(true);
    }
  });

  test('takes a sampled decision for what it would have been, and a reviewer’s outcome for the label it is right under', () => {
    const population = populationOf(sampling(0.25));
    const { labels } = creditRisk.decide;
    for (const { record, stratum, label } of population.labelled()) {
      if (record.sampled !== undefined) expect(stratum).toBe(record.sampled);
      expect(labels[label]).toBe(record.outcome === 'approve' ? 'good' : 'bad');
    }
  });

  test('leaves out what was volunteered about the automated, once there is a sample', () => {
    const reported = { reported: ({ outcome }: { outcome: string | null }) => outcome === 'approve' };
    const sampled = populationOf(sampling(0.25), reported);
    for (const { record, stratum } of sampled.labelled())
      if (stratum !== 'review') expect(record.sampled).toBe(stratum);
    const alone = populationOf(sampling(0), reported);
    const approved = alone.strata().find(({ name }) => name === 'approve')!;
    expect(approved).toMatchObject({ labelled: approved.rows, random: false });
    expect(alone.strata().find(({ name }) => name === 'decline')).toMatchObject({ labelled: 0 });
  });

  test('does not count what no policy decided', () => {
    const population = populationOf(sampling(0));
    const large = recordsOf(sampling(0), scores).filter(({ confidence }) => confidence === null);
    expect(large.length).toBeGreaterThan(0);
    expect(population.unscored).toBe(large.length);
  });
});

describe('the error of automated decisions', () => {
  test('is found from the sample, and the interval holds what it is', () => {
    const { automatedError } = learned(sampling(0.3), {}, 10);
    expect(automatedError.measured!.low).toBeLessThan(trueError());
    expect(automatedError.measured!.high).toBeGreaterThan(trueError());
    expect(automatedError.measured!.high - automatedError.measured!.low).toBeLessThan(0.1);
    // Without a label, from the probabilities alone.
    expect(Math.abs(automatedError.estimated! - trueError())).toBeLessThan(0.03);
  });

  test('would be judged far too well by what is reported of approvals alone', () => {
    const biased = populationOf(sampling(0), { reported: ({ outcome }) => outcome === 'approve' });
    const wrong = stratifiedMean(biased.strata(), biased.labelled(), ({ stratum, label }) =>
      stratum === 'review' ? undefined : Number((stratum === 'approve') !== (label === 0)),
    );
    expect(wrong!.mean).toBeLessThan(trueError() / 2);
  });
});

describe('a proposal', () => {
  const overconfident = { ...creditRisk.model, calibration: { method: 'platt' as const, a: -2.2, b: -0.6 } };

  test('mends a calibration that has gone wrong, and says by how much that is cheaper', () => {
    const { proposal, reliability, change } = learned(sampling(0.3, { model: overconfident }), {}, 4);
    expect(reliability.proposed.logLoss).toBeLessThan(reliability.current.logLoss);
    expect(reliability.proposed.ece).toBeLessThan(reliability.current.ece / 2);
    expect(change.cost!.high).toBeLessThan(0);
    const { calibration } = proposal.model;
    expect(calibration).toMatchObject({ method: 'platt', a: expect.closeTo(-0.95, 0) });
    expect(checkDefinition(proposal)).toEqual([]);
  });

  test('changes next to nothing where all is well', () => {
    const { change } = learned(sampling(0.3), {}, 4);
    expect(Math.abs(change.cost!.mean)).toBeLessThan(0.02);
    expect(change.automated.to).toBeCloseTo(change.automated.from, 1);
  });

  test('puts the bands of thresholds where they cost least', () => {
    const narrow = thresholds({ approve: { below: 0.01 }, decline: { from: 0.99 } });
    const definition = sampling(0.5, { decide: { ...creditRisk.decide, policy: narrow } });
    const { proposal, change } = learned(definition);
    const { bands } = proposal.decide.policy as typeof narrow;
    // Chow's rule puts them at 0.1 and 0.5, for a review at half the price of a good one declined.
    expect(bands.approve!.below).toBeGreaterThan(0.04);
    expect(bands.approve!.below).toBeLessThan(0.2);
    expect(bands.decline!.from).toBeGreaterThan(0.35);
    expect(bands.decline!.from).toBeLessThan(0.7);
    expect(change.cost!.mean).toBeLessThan(0);
    expect(change.automated.to).toBeGreaterThan(change.automated.from);
  });

  test('measures the evidence of risk control again, on labels drawn alike', () => {
    const policy = allOf(expectedCost(), riskControl({ errors: 0.25, delta: 0.1 }));
    const labelled = populationOf(sampling(0.3), {}, 4).labelled();
    const { decide } = propose(sampling(0.3, { decide: { ...creditRisk.decide, policy } }), labelled);
    const { rows, proposed } = decide.evidence!.segments.all!.errors[0]!;
    const heaviest = Math.max(...labelled.map(({ weight }) => weight));
    // As many as a simple random sample of the whole would have.
    expect(rows / ((4 * 700) / heaviest)).toBeCloseTo(1, 0);
    expect(proposed.reduce((sum, n) => sum + n, 0) / rows).toBeCloseTo(0.38, 1);
  });

  test('is refused where there are too few labels of either kind', () => {
    const none = refit(sampling(0), recordsOf(sampling(0), scores, { reviewed: () => false }));
    expect(none).toEqual({ refused: 'there are 0 labels, 0 of them "bad"; at least 20 of each are needed' });
  });
});
