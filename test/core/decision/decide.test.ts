import fc from 'fast-check';
import { decide, type Evidence } from '../../../core/decision/decide';
import type { ModelAnswer, ModelFailure } from '../../../core/decision/model-answer';
import { type LookupRead, MODES } from '../../../core/decision/decision';
import { resolveFeatures } from '../../../core/features/features';
import type { Pipeline } from '../../../core/pipeline/compile';
import { heuristic, review, safeDefault } from '../../../core/pipeline/define';
import type { FallbackStep, Lookup, Rule } from '../../../core/pipeline/definition';
import { safeDefaultOutcome } from '../../../core/decision/safe-default';
import {
  accountItem,
  applications,
  credit,
  creditRisk,
  creditWith,
  featuresOf,
  scores,
  START,
  uncalibrated,
} from '../credit';

const plain = creditWith({ model: uncalibrated });
const sameCredit = creditWith();
const { input } = applications[0]!;
const evidence = (over: Partial<Evidence> = {}): Evidence => ({
  input,
  features: featuresOf(plain, 0),
  mode: 'normal',
  model: { score: 0.02 },
  ...over,
});
const codes = (verdict: { reasons: readonly { code: string }[] }) => verdict.reasons.map(({ code }) => code);
const failed: ModelAnswer = { failed: 'MODEL_TIMEOUT' };
const withRules = (...rules: Rule[]) => creditWith({ model: uncalibrated, decide: { ...creditRisk.decide, rules } });
const withFallback = (...fallback: FallbackStep[]) => creditWith({ model: uncalibrated, fallback });
const gap = (onMissing: Lookup['onMissing'] = 'review') => {
  const lookup = { ...creditRisk.features!.lookups!.accounts!, onMissing };
  const pipeline = creditWith({
    model: uncalibrated,
    features: { ...creditRisk.features, lookups: { accounts: lookup } },
  });
  return { pipeline, features: resolveFeatures(pipeline, input, { accounts: { failed: 'missing' } }, START) };
};

describe('the policy', () => {
  test.each([
    [0.02, 'automated', 'approve', 'EXPECTED_COST', 0.98],
    [0.3, 'review', null, 'REVIEW_CHEAPER', 0.3],
    [0.9, 'automated', 'decline', 'EXPECTED_COST', 0.9],
  ] as const)('at a probability of %d says %s %s', (score, route, outcome, code, confidence) => {
    const verdict = decide(plain, evidence({ model: { score } }));
    expect(verdict).toMatchObject({ route, outcome, score, confidence });
    expect(codes(verdict)).toEqual([code]);
  });

  test('explains itself with the costs that it compared', () => {
    expect(decide(plain, evidence()).reasons[0]!.detail).toBe('expected cost: approve 0.1, decline 0.98, review 0.5');
  });

  test('works on the calibrated probability', () => {
    const { score } = decide(credit, evidence({ model: { score: 0.6 } }));
    expect(score).toBeCloseTo(1 / (1 + Math.exp(-0.980400992569 * Math.log(1.5) - 0.0179698038002)), 12);
  });

  test('is cautious in cautious mode', () => {
    expect(decide(plain, evidence({ mode: 'cautious', model: { score: 0.02 } })).outcome).toBe('approve');
    const near = decide(plain, evidence({ mode: 'cautious', model: { score: 0.08 } }));
    expect(near).toMatchObject({ route: 'review', outcome: null });
    expect(codes(near)).toEqual(['NEAR_BOUNDARY']);
  });
});

describe('rules', () => {
  const minor = { ...input, age: 17 };
  const large = { ...input, credit_amount: 15_001 };

  test('force an outcome whatever the model says, and keep its score', () => {
    expect(decide(plain, evidence({ input: minor }))).toEqual({
      outcome: 'decline',
      route: 'automated',
      reasons: [{ code: 'UNDER_AGE', detail: 'rule "under-age": input.age < 18' }],
      score: 0.02,
      confidence: null,
    });
  });

  test('force a review', () => {
    expect(decide(plain, evidence({ input: large }))).toMatchObject({
      route: 'review',
      outcome: null,
      reasons: [{ code: 'LARGE_LOAN' }],
    });
  });

  test('are tried in order: the first that holds decides', () => {
    expect(codes(decide(plain, evidence({ input: { ...minor, credit_amount: 20_000 } })))).toEqual(['UNDER_AGE']);
  });

  test('hold without the model and without features', () => {
    const { pipeline, features } = gap();
    expect(decide(pipeline, evidence({ input: minor, features, model: failed }))).toMatchObject({
      route: 'automated',
      outcome: 'decline',
      score: null,
    });
  });

  test('that name a missing value divert to a person, even where the next one would hold', () => {
    const pipeline = withRules(
      { id: 'foreign', when: 'input.foreign_worker == "no"', outcome: 'decline', reason: 'FOREIGN' },
      { id: 'all', when: 'input.age > 0', outcome: 'approve', reason: 'ALL' },
    );
    const { foreign_worker: _, ...silent } = input;
    expect(decide(pipeline, evidence({ input: { ...silent } }))).toMatchObject({
      route: 'review',
      outcome: null,
      reasons: [{ code: 'RULE_UNRESOLVED', detail: 'rule "foreign" names a value that is missing' }],
    });
  });

  test('that name a missing feature give the gap as a reason too', () => {
    const rule: Rule = { id: 'idle', when: 'features.existing_credits > 3', outcome: 'decline', reason: 'IDLE' };
    const pipeline = withRules(rule);
    const features = resolveFeatures(pipeline, input, {}, START);
    expect(codes(decide(pipeline, evidence({ features })))).toEqual(['FEATURES_UNAVAILABLE', 'RULE_UNRESOLVED']);
  });

  test('whose expression fails on a value count as unresolved', () => {
    const pipeline = withRules({
      id: 'odd',
      when: 'bool(input.purpose)',
      outcome: 'approve',
      reason: 'ODD',
    });
    expect(codes(decide(pipeline, evidence()))).toEqual(['RULE_UNRESOLVED']);
  });
});

describe('a protected field', () => {
  const hidden = creditWith({ model: uncalibrated, protected: ['input.foreign_worker'] });
  const everything = (when: string) =>
    creditWith({
      model: uncalibrated,
      protected: ['input.foreign_worker'],
      decide: { ...creditRisk.decide, rules: [{ id: 'all', when, outcome: 'decline', reason: 'SEEN' }] },
    });

  test.each(['dyn(input).foreign_worker != ""', 'dyn(input)["foreign_worker"] != ""'])(
    'is out of reach, even where the type is hidden: %s',
    (when) => {
      expect(input).toHaveProperty('foreign_worker');
      expect(codes(decide(everything(when), evidence()))).not.toContain('SEEN');
      const { protected: _, ...open } = everything(when).definition;
      expect(codes(decide(creditWith({ ...open, protected: [] }), evidence()))).toContain('SEEN');
    },
  );

  test('changes nothing whatever it holds', () => {
    const verdicts = ['yes', 'no', undefined].map((foreign_worker) =>
      decide(hidden, evidence({ input: { ...input, foreign_worker }, model: { score: 0.3 } })),
    );
    expect(new Set(verdicts.map((verdict) => JSON.stringify(verdict))).size).toBe(1);
  });
});

describe('a sample for review', () => {
  const sampled = creditWith({ model: uncalibrated, review: { ...creditRisk.review, sample: 0.1 } });

  test('takes what would be automated, keeps what it would have been, and says no more than that it was drawn', () => {
    expect(decide(sampled, evidence({ draw: 0.0999 }))).toEqual({
      route: 'review',
      outcome: null,
      reasons: [{ code: 'SAMPLED', detail: 'drawn at random for a review' }],
      score: 0.02,
      confidence: 0.98,
      sampled: 'approve',
    });
    const minor = { ...input, age: 17 };
    expect(decide(sampled, evidence({ draw: 0, input: minor }))).toMatchObject({ route: 'review', sampled: 'decline' });
  });

  test('leaves the rest as it is: other draws, reviews, the fallback chain', () => {
    for (const over of [{ draw: 0.1 }, {}, { draw: 0, model: { score: 0.3 } }, { draw: 0, model: failed }])
      expect(decide(sampled, evidence(over))).toEqual(decide(plain, evidence(over)));
  });
});

describe('missing features', () => {
  test('divert to a person where the lookup says so, whatever the model says', () => {
    const { pipeline, features } = gap();
    expect(decide(pipeline, evidence({ features }))).toMatchObject({
      route: 'review',
      outcome: null,
      reasons: [{ code: 'FEATURES_MISSING', detail: 'lookup "accounts": missing' }],
    });
  });

  test('that have a default leave the decision to the policy and stay a reason', () => {
    const { account } = applications[0]!;
    const { id: _, ...known } = account;
    const { pipeline, features } = gap({ default: known });
    const verdict = decide(pipeline, evidence({ features }));
    expect(verdict).toMatchObject({ route: 'automated', outcome: 'approve' });
    expect(codes(verdict)).toEqual(['EXPECTED_COST', 'FEATURES_MISSING']);
  });
});

test('review_all sends every decision to a person, even one that a rule would force', () => {
  const verdict = decide(plain, evidence({ mode: 'review_all', input: { ...input, age: 17 } }));
  expect(verdict).toMatchObject({ route: 'review', outcome: null, reasons: [{ code: 'MODE_REVIEW_ALL' }] });
});

describe('the fallback chain', () => {
  const heavy = { ...input, credit_amount: 9_000, duration: 10 };
  const at = (request: typeof input) => ({
    input: request,
    features: resolveFeatures(plain, request, { accounts: { item: accountItem(0) } }, START),
  });

  test.each<[ModelFailure, string]>([
    ['MODEL_TIMEOUT', 'the model gave no answer'],
    ['MODEL_ERROR', 'the model gave no answer'],
    ['MODEL_INVALID', 'the model gave no answer'],
    ['MODEL_SKIPPED', 'the model was not asked'],
    ['MODEL_CIRCUIT_OPEN', 'the model was not asked'],
  ])('is tried upon %s, which stays a reason: %s', (cause, detail) => {
    const verdict = decide(plain, evidence({ ...at(heavy), model: { failed: cause } }));
    expect(verdict).toMatchObject({ route: 'heuristic', outcome: 'decline', score: null, confidence: null });
    expect(verdict.reasons).toEqual([
      { code: 'INSTALMENT_TOO_HIGH', detail: 'features.instalment > 600.0' },
      { code: cause, detail },
    ]);
  });

  test('goes on where a heuristic does not hold', () => {
    expect(decide(plain, evidence({ model: failed }))).toMatchObject({
      route: 'review',
      outcome: null,
      reasons: [{ code: 'MODEL_TIMEOUT' }],
    });
  });

  test('goes on where a heuristic names a missing value', () => {
    const chain = withFallback(
      heuristic({ when: 'input.foreign_worker == "yes"', outcome: 'approve' }),
      safeDefault('decline'),
    );
    const { foreign_worker: _, ...silent } = input;
    const verdict = decide(chain, evidence({ input: { ...silent }, model: failed }));
    expect(verdict).toMatchObject({ route: 'safe_default', outcome: 'decline' });
    expect(codes(verdict)).toEqual(['MODEL_TIMEOUT', 'SAFE_DEFAULT']);
  });

  test('takes a heuristic without a condition at its word', () => {
    const chain = withFallback(heuristic({ outcome: 'decline' }), safeDefault(null));
    expect(decide(chain, evidence({ model: failed })).reasons[0]).toEqual({ code: 'HEURISTIC', detail: 'always' });
  });

  test('ends with the safe default, which may be the null response', () => {
    expect(decide(withFallback(safeDefault(null)), evidence({ model: failed }))).toMatchObject({
      route: 'safe_default',
      outcome: null,
    });
  });

  test.each([NaN, Infinity, -0.1, 1.1])('is tried where the model answers %d, which is no probability', (score) => {
    const verdict = decide(plain, evidence({ model: { score } }));
    expect(verdict).toMatchObject({ route: 'review', outcome: null, score: null });
    expect(codes(verdict)).toEqual(['MODEL_INVALID']);
  });

  test('an expired review ends where the chain ends', () => {
    expect(safeDefaultOutcome(creditRisk)).toBeNull();
    expect(safeDefaultOutcome({ ...creditRisk, fallback: [review(), safeDefault('decline')] })).toBe('decline');
  });
});

// Whatever the model, the mode, the features and the chain: no case is special.
const step = fc.record({
  outcome: fc.constantFrom('approve', 'decline'),
  when: fc.constantFrom('features.instalment > 200.0', 'input.age > 30', 'input.foreign_worker == "no"'),
});
const chain = fc
  .tuple(fc.array(step, { maxLength: 3 }), fc.boolean(), fc.constantFrom('approve', 'decline', null))
  .map(([steps, asks, last]) => [...steps.map(heuristic), ...(asks ? [review()] : []), safeDefault(last)]);
const failure = fc.constantFrom<ModelFailure>('MODEL_TIMEOUT', 'MODEL_ERROR', 'MODEL_INVALID', 'MODEL_SKIPPED');
const noAnswer: fc.Arbitrary<ModelAnswer> = fc.oneof(
  failure.map((cause) => ({ failed: cause })),
  fc.constantFrom(NaN, Infinity, -Infinity, -1e-9, 1.000001, 87).map((score) => ({ score })),
);
const anAnswer: fc.Arbitrary<ModelAnswer> = fc.double({ min: 0, max: 1, noNaN: true }).map((score) => ({ score }));
const circumstances = {
  row: fc.nat(applications.length - 1),
  mode: fc.constantFrom(...MODES),
  known: fc.boolean(),
  silent: fc.boolean(),
};

interface Case {
  readonly row: number;
  readonly mode: Evidence['mode'];
  readonly known: boolean;
  readonly silent: boolean;
  readonly model: ModelAnswer;
}
function evidenceOf(pipeline: Pipeline, { row, mode, known, silent, model }: Case, over: object = {}): Evidence {
  const { foreign_worker: worker, ...others } = applications[row]!.input;
  const given = { ...others, ...(silent ? {} : { foreign_worker: worker! }), ...over };
  const reads: Record<string, LookupRead> = known ? { accounts: { item: accountItem(row) } } : {};
  return { input: given, features: resolveFeatures(pipeline, given, reads, START), mode, model };
}

test('a failed model never approves, unless the chain says so', () => {
  fc.assert(
    fc.property(chain, fc.record({ ...circumstances, model: noAnswer }), (fallback, given) => {
      const { outcome, route, reasons, score } = decide(withFallback(...fallback), evidenceOf(plain, given));
      expect(score).toBeNull();
      expect(reasons.length).toBeGreaterThan(0);
      if (route === 'automated') expect(reasons[0]!.code).toBe('UNDER_AGE');
      else if (route === 'review') expect(outcome).toBeNull();
      else expect(fallback).toContainEqual(expect.objectContaining({ step: route, outcome }));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('the same evidence gives the same verdict, from its JSON and by another instance too', () => {
  fc.assert(
    fc.property(fc.record({ ...circumstances, model: fc.oneof(noAnswer, anAnswer) }), (given) => {
      const first = evidenceOf(credit, given);
      const backwards = Object.fromEntries(Object.entries(first.input).reverse());
      const again = { ...structuredClone(first), input: backwards };
      expect(decide(sameCredit, again)).toEqual(decide(credit, first));
    }),
    { seed: 2, numRuns: 300 },
  );
});

test('the policy automates only where the model answered', () => {
  fc.assert(
    fc.property(fc.record({ ...circumstances, model: anAnswer }), (given) => {
      const { route, outcome, reasons } = decide(plain, evidenceOf(plain, given));
      expect(['automated', 'review']).toContain(route);
      expect(outcome === null).toBe(route === 'review');
      if (!given.known && route === 'automated') expect(reasons[0]!.code).toBe('UNDER_AGE');
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('reasons never repeat a value of the input or of the features', () => {
  const when = 'input.credit_amount > 900350 && features.credit_history == "all paid"';
  const rule: Rule = { id: 'secret', when, outcome: 'decline', reason: 'SECRET' };
  const pipeline = creditWith({ decide: { ...creditRisk.decide, rules: [rule] } });
  fc.assert(
    fc.property(fc.record({ ...circumstances, model: fc.oneof(noAnswer, anAnswer) }), (given) => {
      const marked = { applicant_id: `person ${given.row}`, credit_amount: 900_000 + given.row, purpose: 'retraining' };
      const told = evidenceOf(pipeline, given, marked);
      const text = JSON.stringify(
        decide(pipeline, told).reasons.map(({ code, detail }) => code + detail.replace(when, '')),
      );
      for (const value of [...Object.values(marked), ...Object.values(told.features.values)])
        if (String(value).length > 3) expect(text).not.toContain(String(value));
    }),
    { seed: 4, numRuns: 300 },
  );
});

test('decides the real applications as the report says: a third of them alone', () => {
  const verdicts = applications.map((_, row) =>
    decide(
      credit,
      evidence({ input: applications[row]!.input, features: featuresOf(credit, row), model: { score: scores[row]! } }),
    ),
  );
  const alone = verdicts.filter(({ route }) => route === 'automated').length / verdicts.length;
  expect(alone).toBeGreaterThan(0.3);
  expect(alone).toBeLessThan(0.5);
});
