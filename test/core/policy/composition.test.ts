import fc from 'fast-check';
import { allOf, bySegment, expectedCost, thresholds } from '../../../core/pipeline/define';
import { policyWith } from './loan-policy';

const bands = thresholds({ approve: { below: 0.2 }, decline: { from: 0.6 } });
const codes = ({ reasons }: { reasons: readonly { code: string }[] }) => reasons.map(({ code }) => code);

describe('thresholds', () => {
  const choose = policyWith({ policy: bands });

  test.each([
    [0, 'approve', 'WITHIN_THRESHOLDS'],
    [0.199, 'approve', 'WITHIN_THRESHOLDS'],
    [0.2, null, 'BETWEEN_THRESHOLDS'],
    [0.599, null, 'BETWEEN_THRESHOLDS'],
    [0.6, 'decline', 'WITHIN_THRESHOLDS'],
    [1, 'decline', 'WITHIN_THRESHOLDS'],
  ])('at %d say %s', (p, outcome, code) => {
    expect(choose(p)).toMatchObject({ outcome, reasons: [{ code }] });
  });

  test('in cautious mode keep to the half of a band that is far from its limits', () => {
    const middle = policyWith({ policy: thresholds({ approve: { from: 0.2, below: 0.6 }, decline: { from: 0.8 } }) });
    const cautious = (choice: typeof choose, p: number) => choice(p, { cautious: true }).outcome;
    expect([0.09, 0.11, 0.79, 0.81].map((p) => cautious(choose, p))).toEqual(['approve', null, null, 'decline']);
    expect([0.29, 0.31, 0.49, 0.51].map((p) => cautious(middle, p))).toEqual([null, 'approve', 'approve', null]);
    expect(codes(choose(0.11, { cautious: true }))).toEqual(['NEAR_BOUNDARY']);
  });

  test('say which band it was', () => {
    expect(choose(0.1).reasons[0]!.detail).toBe('probability 0.1 is below 0.2');
    expect(choose(0.3).reasons[0]!.detail).toBe('probability 0.3 is in no band');
  });
});

describe('allOf', () => {
  const policy = allOf(expectedCost(), bands);
  const [both, cost, plain] = [policy, expectedCost(), bands].map((one) => policyWith({ policy: one }));

  test('decides only what each of its policies decides, and as they do', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (p, cautious) => {
        const [all, ...parts] = [both!, cost!, plain!].map((choose) => choose(p, { cautious }).outcome);
        expect(all).toBe(parts[0] === parts[1] ? parts[0] : null);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  test('gives the reasons of all that agree, or of those that hold back', () => {
    expect(codes(both!(0.05))).toEqual(['EXPECTED_COST', 'WITHIN_THRESHOLDS']);
    expect(codes(both!(0.15))).toEqual(['REVIEW_CHEAPER']);
    expect(codes(both!(0.55))).toEqual(['BETWEEN_THRESHOLDS']);
    expect(codes(both!(0.3))).toEqual(['REVIEW_CHEAPER', 'BETWEEN_THRESHOLDS']);
  });

  test('that choose different outcomes leave it to a person', () => {
    const split = policyWith({ policy: allOf(expectedCost(), thresholds({ approve: { from: 0.9 } })) });
    expect(split(0.95).outcome).toBeNull();
    expect(codes(split(0.95))).toEqual(['POLICIES_DISAGREE', 'EXPECTED_COST', 'WITHIN_THRESHOLDS']);
  });
});

describe('bySegment', () => {
  const policy = bySegment(
    [
      { id: 'huge', when: 'input.amount >= 1000.0', policy: thresholds({ decline: { from: 0.5 } }) },
      { id: 'large', when: 'input.amount >= 500.0', policy: bands },
    ],
    expectedCost(),
  );
  const choose = policyWith({ policy });

  test.each([
    [100, 0.15, null, 'REVIEW_CHEAPER'],
    [500, 0.15, 'approve', 'WITHIN_THRESHOLDS'],
    [1_000, 0.15, null, 'BETWEEN_THRESHOLDS'],
  ])('of an amount of %d at %d says %s', (amount, p, outcome, code) => {
    expect(choose(p, { amount })).toMatchObject({ outcome, reasons: [{ code }] });
  });

  test('names the segment', () => {
    expect(choose(0.15, { amount: 500 }).reasons[0]!.detail).toBe('segment "large": probability 0.15 is below 0.2');
  });

  test('that cannot be told leaves it to a person', () => {
    const unknown = policyWith({ policy: bySegment([{ id: 'x', when: 'features.none > 1', policy: bands }], bands) });
    expect(unknown(0.1)).toMatchObject({ outcome: null, confidence: null, reasons: [{ code: 'SEGMENT_UNRESOLVED' }] });
  });
});
