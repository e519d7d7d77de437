import type { DecisionRecord } from '../../../core/decision/decision';
import { decidedBy } from '../../../core/learning/population';
import type { Refit } from '../../../core/learning/refit';
import { propose } from '../../../core/learning/propose';
import { checkDefinition } from '../../../core/pipeline/check';
import { allOf, bySegment, expectedCost, riskControl, thresholds } from '../../../core/pipeline/define';
import type { Estimate } from '../../../core/simulation/report';
import { creditRisk, scores as vectors } from '../credit';
import { recordsOf } from './history-of-decisions';
import { foldedModel, learned, populationOf, refitOf, sampling, scores } from './past';

/** Wrong ones among what would be automated of the applications, if all were known. */
function trueError(): number {
  const records = recordsOf(sampling(0), scores, { reported: () => true }).filter(
    ({ status, confidence }) => status === 'decided' && confidence !== null,
  );
  return share(records, isWrong);
}
const isWrong = ({ outcome, truth }: DecisionRecord) => (outcome === 'approve') !== (truth!.label === 'good');
const share = (records: readonly DecisionRecord[], of: (record: DecisionRecord) => boolean) =>
  records.filter(of).length / records.length;

describe('the error of automated decisions', () => {
  // Of approved loans those that were paid back come back with their truth; of the others nobody hears, but for the sample.
  const reported = ({ outcome, confidence }: DecisionRecord) => outcome === 'approve' && confidence !== null;
  const heardOf = (record: DecisionRecord): DecisionRecord => {
    const { truth: told, ...untold } = record;
    return record.status === 'decided' && told?.label === 'bad' ? untold : record;
  };
  const truth = trueError();
  let worlds: { readonly found: Estimate; readonly naive: number }[];
  beforeAll(() => {
    worlds = Array.from({ length: 50 }, (_, world) => {
      const records = recordsOf(sampling(0.25), scores, { earlier: world * 700, reported }).map(heardOf);
      const known = records.filter((record) => record.truth && decidedBy(record) !== 'review');
      return { found: learned(sampling(0.25), records).automatedError.measured!, naive: share(known, isWrong) };
    });
  });

  test('is found from the sample without bias, and not from all labels as they come', () => {
    const found = worlds.map((world) => world.found.mean);
    const spread = Math.sqrt(mean(found.map((x) => (x - mean(found)) ** 2)));
    expect(Math.abs(mean(found) - truth)).toBeLessThan(3 * (spread / Math.sqrt(worlds.length)));
    expect(mean(worlds.map(({ naive }) => naive))).toBeLessThan(truth - spread);
  });

  test('lies in its interval about as often as that says', () => {
    const holds = worlds.filter(({ found: { low, high } }) => low <= truth && truth <= high);
    expect(holds.length / worlds.length).toBeGreaterThanOrEqual(0.9);
  });

  test('is foretold by the probabilities alone, as long as they are calibrated', () => {
    const { automatedError } = learned(sampling(0.3), recordsOf(sampling(0.3), scores, {}, 10));
    expect(Math.abs(automatedError.estimated! - trueError())).toBeLessThan(0.03);
    const overconfident = sampling(0.3, { model: { ...foldedModel, calibration: STEEP } });
    const wrongly = learned(overconfident, recordsOf(overconfident, scores, {}, 10)).automatedError;
    expect(wrongly.estimated!).toBeLessThan(wrongly.measured!.low);
  });

  test('proves nothing where reviews have no label at all', () => {
    const past = { reviewed: ({ sampled }: DecisionRecord) => sampled !== undefined };
    const { strata, verdict } = learned(sampling(0.3), recordsOf(sampling(0.3), scores, past, 2));
    expect(strata.find(({ decided }) => decided === 'review')).toMatchObject({ labels: 0, random: false });
    expect(verdict).toBe('unproven');
  });

  test('is not measured of what no label is known of', () => {
    const promising = sampling(0, {
      decide: { ...sampling(0).decide, policy: allOf(expectedCost(), riskControl({ errors: 0.2, delta: 0.1 })) },
    });
    const past = recordsOf(sampling(0), scores, { reported });
    const { automatedError, strata, verdict } = learned(sampling(0), past);
    const declined = strata.find(({ decided }) => decided === 'decline')!;
    expect(declined.labels).toBe(0);
    expect(automatedError.unlabelled).toBe(declined.rows);
    expect(verdict).toBe('unproven');
    // A promise must not rest on such labels.
    const { proposal, verdict: promised } = learned(promising, past);
    expect([promised, proposal.decide.evidence]).toEqual(['unproven', undefined]);
  });
});

const STEEP = { method: 'platt' as const, a: -2.2, b: -0.6 };
const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;

describe('a proposal', () => {
  test('mends a calibration that has gone wrong, and says by how much that is cheaper', () => {
    const steep = sampling(0.3, { model: { ...foldedModel, calibration: STEEP } });
    const { proposal, reliability, change, verdict } = learned(steep, recordsOf(steep, scores, {}, 4));
    expect(reliability.proposed.logLoss).toBeLessThan(reliability.current.logLoss);
    expect(reliability.proposed.ece).toBeLessThan(reliability.current.ece / 2);
    expect(change.cost.high).toBeLessThan(0);
    expect(verdict).toBe('cheaper');
    expect(change.automatedError.difference!.mean).toBeLessThan(0);
    expect(proposal.model.calibration).toMatchObject({ method: 'platt', a: expect.closeTo(-0.95, 0) as number });
    expect(checkDefinition(proposal)).toEqual([]);
  });

  test('changes next to nothing where all is well, and says that there is no reason to', () => {
    const { change, verdict } = learned(sampling(0.3), recordsOf(sampling(0.3), scores, {}, 4));
    expect(Math.abs(change.cost.mean)).toBeLessThan(0.02);
    expect(change.automated.to).toBeCloseTo(change.automated.from, 1);
    expect(verdict).not.toBe('cheaper');
  });

  test('tells how its change would come out: as it does where everything is known', () => {
    const steep = sampling(0.4, { model: { ...foldedModel, calibration: STEEP } });
    const { change, proposal } = learned(steep, recordsOf(steep, scores, {}, 4));
    const cost = (definition: typeof steep) => {
      const records = recordsOf({ ...definition, review: { ...definition.review, sample: 0 } }, scores, {
        reported: () => true,
      }).filter(({ confidence }) => confidence !== null);
      return mean(
        records.map(({ route, truth, outcome }) =>
          route === 'review'
            ? 0.5
            : outcome === 'approve'
              ? 5 * Number(truth!.label === 'bad')
              : Number(truth!.label === 'good'),
        ),
      );
    };
    const realized = cost(proposal) - cost(steep);
    expect(change.cost.low).toBeLessThan(realized);
    expect(change.cost.high).toBeGreaterThan(realized);
  });

  test('puts the bands of thresholds where they cost least', () => {
    const narrow = thresholds({ approve: { below: 0.01 }, decline: { from: 0.99 } });
    const definition = sampling(0.5, { decide: { ...creditRisk.decide, policy: narrow } });
    const { proposal, change } = learned(definition, recordsOf(definition, scores));
    const { bands } = proposal.decide.policy as typeof narrow;
    // Chow's rule puts them at 0.1 and 0.5, for a review at half the price of a good one declined.
    expect(bands.approve!.below).toBeGreaterThan(0.04);
    expect(bands.approve!.below).toBeLessThan(0.2);
    expect(bands.decline!.from).toBeGreaterThan(0.35);
    expect(bands.decline!.from).toBeLessThan(0.7);
    expect(change.cost.mean).toBeLessThan(0);
    expect(change.automated.to).toBeGreaterThan(change.automated.from);
    expect(checkDefinition(proposal)).toEqual([]);
  });

  test('looks for the bands of each segment among its own decisions', () => {
    const narrow = thresholds({ approve: { below: 0.01 }, decline: { from: 0.99 } });
    const small = { id: 'small', when: 'input.credit_amount <= 2500', policy: allOf(expectedCost(), narrow) };
    const rare = { id: 'rare', when: 'input.credit_amount > 14000', policy: narrow };
    const policy = bySegment([small, rare], narrow);
    const definition = sampling(0.5, { decide: { ...creditRisk.decide, policy } });
    const { proposal } = learned(definition, recordsOf(definition, scores));
    expect(checkDefinition(proposal)).toEqual([]);
    const { segments, otherwise } = proposal.decide.policy as typeof policy;
    const [first, second] = segments.map((segment) => segment.policy) as [ReturnType<typeof allOf>, typeof narrow];
    expect(second).toEqual(narrow);
    const found = (first.policies[1] as typeof narrow).bands;
    expect(found.decline!.from).toBeLessThan(0.8);
    expect(found).not.toEqual((otherwise as typeof narrow).bands);
  });

  test('measures the evidence of risk control again, on labels drawn alike that nothing was fitted on', () => {
    const policy = allOf(expectedCost(), riskControl({ errors: 0.25, delta: 0.1 }));
    const definition = sampling(0.3, { decide: { ...creditRisk.decide, policy } });
    const { labelled } = populationOf(definition, recordsOf(sampling(0.3), scores, {}, 4)).labelled();
    const proposal = propose(definition, labelled);
    const { rows, proposed } = proposal.decide.evidence!.segments.all!.errors[0]!;
    const heaviest = Math.max(...labelled.map(({ weight }) => weight));
    // As many as half of a simple random sample of the whole would have.
    expect(rows / ((2 * 700) / heaviest)).toBeCloseTo(1, 0);
    const automated = proposed.reduce((sum, n) => sum + n, 0) / rows;
    expect(automated).toBeGreaterThan(0.3);
    expect(automated).toBeLessThan(0.5);
    expect(checkDefinition(proposal)).toEqual([]);
    // Other labels among those that evidence is measured on leave the calibration as it is.
    const others = labelled.map((one, i) => (i % 2 === 1 ? { ...one, row: { ...one.row, label: 0 } } : one));
    expect(propose(definition, others).model).toEqual(proposal.model);
    expect(propose(definition, others).decide.evidence).not.toEqual(proposal.decide.evidence);
  });

  test('is refused where there are too few labels of either kind', () => {
    expect(refitOf(sampling(0), recordsOf(sampling(0), scores, { reviewed: () => false }))).toEqual({
      refused:
        '0 of 696 decisions have a label that counts, 0 of these are "bad"; at least 20 of each label (good, bad) are needed',
    });
    expect(refitOf(sampling(0), [])).toHaveProperty('refused');
  });
});

describe('records', () => {
  const records = recordsOf(sampling(0.3), scores, { version: 'one' });
  const counts = ({ decisions, leftOut, versions }: Refit) => ({ decisions, leftOut, versions });

  test('of rules, other pipelines and outcomes that are no more are left out, and counted', () => {
    const unscored = records.filter(({ confidence }) => confidence === null).length;
    expect(unscored).toBeGreaterThan(0);
    const automated = records.find(({ status, confidence }) => status === 'decided' && confidence !== null)!;
    const others = [
      { ...automated, pipeline: 'refunds' },
      { ...automated, outcome: 'refer' },
    ];
    const decisions = records.length - unscored;
    expect(counts(learned(sampling(0.3), [...records, ...others]))).toEqual({
      decisions,
      leftOut: { NO_POLICY: unscored, OTHER_PIPELINE: 1, OTHER_OUTCOME: 1 },
      versions: { one: decisions },
    });
  });

  test('that another model scored are left out, where the definition holds the model', () => {
    const own = recordsOf(creditRisk, vectors, { version: 'own', reported: () => true });
    const other = recordsOf(creditRisk, scores, { version: 'other', earlier: 700 });
    const { versions, leftOut } = learned(creditRisk, [...own, ...other]);
    expect(leftOut.OTHER_MODEL).toBeGreaterThan(600);
    expect(Object.keys(versions)[0]).toBe('own');
    expect(versions.other ?? 0).toBeLessThan(30);
    expect(learned({ ...creditRisk, model: foldedModel }, [...own, ...other]).leftOut).not.toHaveProperty(
      'OTHER_MODEL',
    );
  });

  test('give the same bytes in any order', () => {
    const text = (list: readonly DecisionRecord[]) => {
      const { automatedError, ...rest } = learned(sampling(0.3), list);
      return JSON.stringify([automatedError.measured, rest]);
    };
    expect(text(records.toReversed())).toBe(text(records));
  });
});
