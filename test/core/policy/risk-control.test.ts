import fc from 'fast-check';
import { allOf, bySegment, expectedCost, riskControl } from '../../../core/pipeline/define';
import { evidenceOf } from '../../../core/policy/evidence';
import { chooseThreshold } from '../../../core/policy/guarantee';
import type { Policy } from '../../../core/policy/policy';
import type { PolicyEvidence } from '../../../core/policy/policy-evidence';
import { policyWith } from './loan-policy';

/** So many proposals of each confidence, of which a share is wrong. */
const rows = (of: readonly (readonly [confidence: number, rows: number, wrong: number])[]) =>
  of.flatMap(([confidence, n, wrong]) => Array.from({ length: n }, (_, i) => ({ confidence, wrong: i < wrong })));
const errors = evidenceOf(
  rows([
    [0.95, 200, 4],
    [0.8, 200, 30],
    [0.6, 200, 80],
  ]),
);
const evidence: PolicyEvidence = {
  measured: '',
  segments: { all: { errors: [errors] }, few: { errors: [evidenceOf(rows([[0.9, 5, 0]]))] } },
};
const codes = ({ reasons }: { reasons: readonly { code: string }[] }) => reasons.map(({ code }) => code);
const under = (policy: Policy) => policyWith({ policy, evidence });

test('decides the more probable label, as far as the evidence supports the promise', () => {
  const choose = under(riskControl({ errors: 0.15, delta: 0.1 }));
  expect(choose(0.05)).toMatchObject({ outcome: 'approve', confidence: 0.95 });
  expect(choose(0.97).outcome).toBe('decline');
  expect(choose(0.42).outcome).toBeNull();
  expect(codes(choose(0.05))).toEqual(['RISK_CONTROLLED']);
  expect(codes(choose(0.42))).toEqual(['RISK_TOO_HIGH']);
  expect(choose(0.42).reasons[0]!.detail).toMatch(
    /^at most 15 % wrong with probability 90 %: sure by 0.58, needed 0\.6\d+$/,
  );
});

test('takes a smaller bound as a higher threshold, and cautious mode as half the bound', () => {
  const bounds = [0.05, 0.1, 0.15, 0.2, 0.3];
  const automated = bounds.map((bound) => {
    const choose = under(riskControl({ errors: bound, delta: 0.1 }));
    return Array.from({ length: 101 }, (_, i) => i / 100).filter((p) => choose(p).outcome !== null).length;
  });
  expect(automated).toEqual([...automated].sort((a, b) => a - b));
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(...bounds), (p, bound) => {
      const cautious = under(riskControl({ errors: bound, delta: 0.1 }))(p, { cautious: true }).outcome;
      expect(cautious).toBe(under(riskControl({ errors: bound / 2, delta: 0.1 }))(p).outcome);
    }),
    { seed: 11, numRuns: 100 },
  );
});

test('automates nothing where the data cannot support the promise, and says what it would take', () => {
  const choose = under(
    bySegment([{ id: 'few', when: 'true', policy: riskControl({ errors: 0.1, delta: 0.1 }) }], expectedCost()),
  );
  for (const p of [0, 0.5, 1]) expect(choose(p).outcome).toBeNull();
  expect(codes(choose(0))).toEqual(['RISK_UNSUPPORTED']);
  expect(choose(0).reasons[0]!.detail).toMatch(/needs at least 22 automated rows without an error; there are 5/);
});

test('with expected cost automates what both would, and nothing else', () => {
  const risk = riskControl({ errors: 0.15, delta: 0.1 });
  const [both, cost, safe] = [allOf(expectedCost(), risk), expectedCost(), risk].map(under);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (p) => {
      const [all, ...parts] = [both!, cost!, safe!].map((choose) => choose(p).outcome);
      expect(all).toBe(parts[0] === parts[1] ? parts[0] : null);
    }),
    { seed: 12, numRuns: 300 },
  );
  // A probability of a bad loan of 12 % is 88 % sure, and still too dear to approve alone.
  expect(safe!(0.12).outcome).toBe('approve');
  expect(codes(both!(0.12))).toEqual(['REVIEW_CHEAPER']);
});

test('of a mean cost orders by expected cost, as a share of the largest', () => {
  const proposals = Array.from({ length: 3_000 }, (_, i) => ({
    confidence: 1 - (i % 30) / 300,
    wrong: false,
    cost: i % 30 < 20 ? 0 : 1,
  }));
  const segment = { errors: [errors], cost: [evidenceOf(proposals, 5)] };
  const policy = riskControl({ cost: 0.2, delta: 0.1 });
  const choice = chooseThreshold(segment.cost, policy);
  expect(choice).toMatchObject({ threshold: expect.closeTo(0.93, 1) });
  const { threshold } = choice as { threshold: number };
  const choose = policyWith({ policy, evidence: { measured: '', segments: { all: segment } } });
  // Approving costs 5 p in expectation, so it is sure by 1 − p.
  expect(choose(1 - threshold - 1e-6).outcome).toBe('approve');
  expect(choose(1 - threshold + 1e-6).outcome).toBeNull();
});

test('beside a promise, caution is the promise’s alone: it was measured with the other policies as they normally are', () => {
  const promise = riskControl({ errors: 0.15, delta: 0.1 });
  const [alone, both, cost] = [promise, allOf(expectedCost(), promise), expectedCost()].map(under);
  for (let p = 0; p <= 1; p += 0.01) {
    const kept = alone!(p, { cautious: true }).outcome;
    const normally = cost!(p).outcome;
    expect(both!(p, { cautious: true }).outcome).toBe(kept === normally ? kept : null);
  }
  // By itself, expected cost is cautious too.
  expect([cost!(0.08).outcome, cost!(0.08, { cautious: true }).outcome]).toEqual(['approve', null]);
});
