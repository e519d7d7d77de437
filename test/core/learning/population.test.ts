import { decidedBy } from '../../../core/learning/population';
import type { DecisionRecord } from '../../../core/decision/decision';
import { creditRisk } from '../credit';
import { type Past, recordsOf } from './history-of-decisions';
import { populationOf, sampling, scores } from './past';

const past = (sample: number, of: Past = {}, times = 1) => recordsOf(sampling(sample), scores, of, times);
const population = (records: readonly DecisionRecord[]) => populationOf(sampling(0), records).labelled();
const rowsOf = (records: readonly DecisionRecord[]) =>
  population(records).strata.map(({ decided, rows, labels, random }) => ({ decided, rows, labels, random }));

describe('the population', () => {
  test('is parted by what was automated, and weighs each label for the decisions that it stands for', () => {
    const { strata, labelled } = population(past(0.25, {}, 4));
    expect(strata.map(({ decided }) => decided).sort()).toEqual(['approve', 'decline', 'review']);
    for (const [i, { decided, rows, labels, random }] of strata.entries()) {
      const own = labelled.filter(({ stratum }) => stratum === i);
      expect(own).toHaveLength(labels);
      expect(own.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(rows, 6);
      expect(random).toBe(true);
      const share = labels / rows;
      expect(decided === 'review' ? share === 1 : share > 0.15 && share < 0.35).toBe(true);
    }
  });

  test('takes a sampled decision for what it would have been, and a reviewer’s outcome for the label it is right under', () => {
    const records = past(0.25);
    const byId = new Map(records.map((record) => [record.id, record]));
    const { labels } = creditRisk.decide;
    for (const { id, decided, row } of population(records).labelled) {
      const { sampled, outcome } = byId.get(id)!;
      expect(decided).toBe(sampled ?? 'review');
      expect(labels[row.label]).toBe(outcome === 'approve' ? 'good' : 'bad');
    }
  });

  test('leaves out what was volunteered about the automated, once there is a sample', () => {
    const reported = ({ id, outcome }: DecisionRecord) => outcome === 'approve' && !id.endsWith('7');
    const drawn = new Set(past(0.25).flatMap(({ id, sampled }) => (sampled === undefined ? [] : [id])));
    for (const { id, decided } of population(past(0.25, { reported })).labelled)
      if (decided !== 'review') expect(drawn.has(id)).toBe(true);
    const [approved, declined] = ['approve', 'decline'].map((outcome) =>
      rowsOf(past(0, { reported })).find(({ decided }) => decided === outcome),
    );
    expect(approved!.random).toBe(false);
    expect(approved!.labels).toBeGreaterThan(0.85 * approved!.rows);
    expect(declined).toMatchObject({ labels: 0 });
  });

  test('takes every label, where all are known', () => {
    for (const { rows, labels, random } of rowsOf(past(0.25, { reported: () => true })))
      expect([labels, random]).toEqual([rows, true]);
  });

  test('keeps versions apart that sample differently, and joins those with too few labels', () => {
    const records = [
      ...past(0.1, { version: 'a' }, 4),
      ...recordsOf(sampling(0.6), scores, { version: 'b', earlier: 4 * 700 }, 4),
      ...recordsOf(sampling(0.6), scores, { version: 'c', earlier: 8 * 700 }).slice(0, 20),
    ];
    const approved = records.filter((record) => decidedBy(record) === 'approve');
    const weightOf = (...versions: string[]) => {
      const own = approved.filter(({ version }) => versions.includes(version));
      return own.length / own.filter(({ sampled }) => sampled !== undefined).length;
    };
    const { labelled } = population(records);
    const weights = (version: string) => [
      ...new Set(labelled.flatMap((one) => (one.version === version && one.decided === 'approve' ? [one.weight] : []))),
    ];
    expect(weights('b')).toEqual([weightOf('b')]);
    expect(weights('a')).toEqual([weightOf('a', 'c')]);
    expect(weights('c')).toEqual(weights('a'));
    expect(weightOf('a', 'c')).toBeGreaterThan(3 * weightOf('b'));
  });

  test('does not depend on the order in which decisions are read', () => {
    const records = past(0.3, {}, 2);
    expect(population(records.toReversed())).toEqual(population(records));
  });
});
