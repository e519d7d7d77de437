import fc from 'fast-check';
import { COST_LEVELS, type Proposal, THRESHOLDS, evidenceOf, isEvidence } from '../../../core/policy/evidence';

const total = (list: readonly number[]) => list.reduce((sum, n) => sum + n, 0);
const proposal: fc.Arbitrary<Proposal> = fc.record({
  confidence: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(...THRESHOLDS, 1)),
  wrong: fc.boolean(),
  cost: fc.oneof(fc.constantFrom(0, 1, 5), fc.double({ min: 0, max: 5, noNaN: true })),
});
const rows = fc.array(fc.option(proposal, { nil: undefined }), { maxLength: 60 });

test('thresholds rise from 0 over one half to nearly 1', () => {
  expect(THRESHOLDS.slice(0, 2)).toEqual([0, 0.5]);
  expect(THRESHOLDS.at(-1)).toBeCloseTo(1 / (1 + Math.exp(-9)), 12);
  expect(THRESHOLDS.every((threshold, i) => i === 0 || threshold > THRESHOLDS[i - 1]!)).toBe(true);
});

test('above each threshold it counts what has at least that confidence', () => {
  fc.assert(
    fc.property(rows, fc.nat(THRESHOLDS.length - 1), (list, i) => {
      const { rows: all, proposed, wrong } = evidenceOf(list);
      const automated = list.filter((row) => row !== undefined && row.confidence >= THRESHOLDS[i]!);
      expect(all).toBe(list.length);
      expect(total(proposed.slice(i))).toBe(automated.length);
      expect(total(wrong.slice(i))).toBe(automated.filter((row) => row!.wrong).length);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('the mean cost is kept, to a hundredth of the step between two levels, and never made smaller', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 5, noNaN: true }), (cost) => {
      const { spread } = evidenceOf([{ confidence: 0.7, wrong: true, cost }], 5).costs!;
      const kept = 5 * total(spread.map((level, i) => (total(level) / 100) * COST_LEVELS[i]!));
      expect(kept).toBeGreaterThanOrEqual(cost - 1e-9);
      expect(kept).toBeLessThanOrEqual(cost + (5 * 0.01) / 8 + 1e-9);
    }),
    { seed: 2, numRuns: 1_000 },
  );
  expect(evidenceOf([{ confidence: 0.7, wrong: false }], 5).costs).toMatchObject({ largest: 5, seen: 0 });
});

test('the order of rows does not matter, and what was gathered is evidence', () => {
  fc.assert(
    fc.property(rows, fc.constantFrom(undefined, 5), (list, largest) => {
      const evidence = evidenceOf(list, largest);
      expect(evidenceOf(list.toReversed(), largest)).toEqual(evidence);
      expect(isEvidence(JSON.parse(JSON.stringify(evidence)))).toBe(true);
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('a quarter of a million rows with costs stay below 20 kB', () => {
  const many = function* (): Generator<Proposal> {
    for (let i = 0; i < 250_000; i++) {
      const confidence = 1 / (1 + Math.exp(-9 * ((i * 0.618034) % 1)));
      yield { confidence, wrong: i % 4 === 0, cost: i % 4 === 0 ? (i * 0.7548777) % 5 : 0 };
    }
  };
  expect(JSON.stringify(evidenceOf(many(), 5)).length).toBeLessThan(20_000);
});

describe('fails as evidence', () => {
  const good = evidenceOf([{ confidence: 0.7, wrong: true, cost: 2 }, undefined], 5);
  const cell = good.proposed.indexOf(1);
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['another grid', { ...good, proposed: [0, 1], wrong: [0, 0] }],
    ['more wrong than proposed', { ...good, proposed: good.proposed.with(cell, 0) }],
    ['more proposed than rows', { ...good, rows: 0 }],
    ['a count that is none', { ...good, wrong: good.wrong.with(cell, 0.5) }],
    ['no largest cost', { ...good, costs: { ...good.costs!, largest: 0 } }],
    ['costs of no row', { ...good, proposed: good.proposed.map(() => 0), wrong: good.wrong.map(() => 0) }],
    ['a level missing', { ...good, costs: { ...good.costs!, spread: good.costs!.spread.slice(1) } }],
  ])('%s', (_, value) => expect(isEvidence(value)).toBe(false));
});
