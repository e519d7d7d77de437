import fc from 'fast-check';
import type { ModelFailure } from '../../../core/decision/model-answer';
import { type DecisionRecord, MODES } from '../../../core/decision/decision';
import { bySegment, expectedCost, thresholds } from '../../../core/pipeline/define';
import { resolveRecord } from '../../../core/review/resolution';
import { applications, creditRisk } from '../credit';
import { idOf } from '../review/loans';
import { deciding, decidingBy, explained } from './explained';

const credit = deciding();
/** A row of the data set that the policy approves, declines, and leaves to a person. */
const [approved, declined, reviewed] = ['approve', 'decline', null].map((outcome) =>
  applications.findIndex((_, row) => credit.decided({ row }).outcome === outcome),
) as [number, number, number];

describe('options', () => {
  test('are all outcomes and the review with their expected costs, the cheapest first', () => {
    const { options, optionsMissing } = credit.why({ row: declined });
    expect(options!.map(({ option }) => option)).toEqual(['decline', 'review', 'approve']);
    const costs = options!.map(({ expectedCost: cost }) => cost);
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    const { score } = credit.decided({ row: declined });
    expect(costs).toEqual([1 - score!, 0.5, 5 * score!].map((cost) => expect.closeTo(cost, 4)));
    expect(optionsMissing).toBeUndefined();
  });

  test('are those that the reasons of the decision name', () => {
    const { detail } = credit.decided({ row: approved }).reasons[0]!;
    for (const { option, expectedCost: cost } of credit.why({ row: approved }).options!)
      expect(detail).toContain(`${option} ${cost}`);
  });

  test('hold the price of a review as the backlog had raised it', () => {
    const scarce = deciding({ review: { sla: '4h', capacity: 5 } });
    const priceAt = (backlog: number) =>
      scarce.why({ row: reviewed, backlog }).options!.find(({ option }) => option === 'review')!.expectedCost;
    expect([priceAt(0), priceAt(10)]).toEqual([0.5, 1]);
  });

  test('are missing without a score, or where a cost has no value', () => {
    expect(credit.why({ model: { failed: 'MODEL_TIMEOUT' } })).toMatchObject({
      options: null,
      optionsMissing: 'NO_SCORE',
      policy: null,
    });
    const negative = decidingBy({ costs: { ...creditRisk.decide.costs, review: 'double(input.age) - 100.0' } });
    expect(negative.why({ input: { age: 30 } })).toMatchObject({
      options: null,
      optionsMissing: 'COST_UNRESOLVED',
      policy: { outcome: null, confidence: null, reasons: [{ code: 'COST_UNRESOLVED' }] },
    });
  });
});

describe('the policy', () => {
  test('is told with what it chose, how sure it was, and why', () => {
    const { outcome, confidence, reasons } = credit.decided({ row: approved });
    expect(outcome).toBe('approve');
    expect(credit.why({ row: approved }).policy).toEqual({ outcome, confidence, reasons });
  });

  test('is told even where a rule decided', () => {
    const young = { row: approved, input: { age: 17 } };
    expect(credit.decided(young).reasons[0]!.code).toBe('UNDER_AGE');
    expect(credit.why(young).policy!.reasons[0]!.code).toMatch(/EXPECTED_COST|REVIEW_CHEAPER/);
  });

  test('names the segment that it was chosen by', () => {
    const old = { id: 'old', when: 'input.age >= 60', policy: thresholds({ approve: { below: 0.9 } }) };
    const segmented = decidingBy({ policy: bySegment([old], expectedCost()) });
    expect(segmented.why({ input: { age: 60 } }).policy!.segment).toBe('old');
    expect(segmented.why({ input: { age: 59 } }).policy).not.toHaveProperty('segment');
  });
});

const FAILURES: readonly ModelFailure[] = ['MODEL_TIMEOUT', 'MODEL_ERROR', 'MODEL_INVALID', 'MODEL_SKIPPED'];
const given = fc.record({
  row: fc.nat({ max: applications.length - 1 }),
  input: fc.oneof(fc.constant({}), fc.record({ age: fc.integer({ min: 16, max: 20 }) })),
  mode: fc.constantFrom(...MODES),
  model: fc.oneof(
    // Evenly spread, which fc.double is not: most of its numbers are next to 0.
    fc.nat({ max: 1000 }).map((score) => ({ score: score / 1000 })),
    fc.constantFrom(...FAILURES).map((failed) => ({ failed })),
  ),
  backlog: fc.nat({ max: 100 }),
  read: fc.oneof(
    { weight: 8, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom({ failed: 'missing' as const }, { failed: 'unavailable' as const }) },
  ),
  id: fc.nat({ max: 1_000_000 }).map(idOf),
});
const sampling = deciding({ review: { ...creditRisk.review, sample: 0.3, capacity: 20 } });

describe('deciding again from the record', () => {
  test('comes to the same, whatever it was decided by', () => {
    fc.assert(
      fc.property(given, (one) => {
        const record = resolvedIfPending(sampling.decided(one));
        const explanation = sampling.explain(JSON.parse(JSON.stringify(record)) as DecisionRecord);
        expect(explanation).toMatchObject({ reproduced: true });
      }),
      { seed: 11, numRuns: 400 },
    );
  });

  test('explains by the policy what no rule decided', () => {
    let told = 0;
    fc.assert(
      fc.property(given, ({ mode, row, model, backlog, id }) => {
        const at = mode === 'cautious' ? mode : 'normal';
        const record = sampling.decided({ mode: at, row, model, backlog, id });
        const { policy, rules } = explained(sampling.artifact, resolvedIfPending(record));
        if (policy === null || record.sampled !== undefined || rules.some(({ matched }) => matched)) return;
        told++;
        expect(policy).toEqual({ outcome: record.outcome, confidence: record.confidence, reasons: record.reasons });
      }),
      { seed: 12, numRuns: 400 },
    );
    expect(told).toBeGreaterThan(100);
  });

  test.each<[string, Partial<DecisionRecord>]>([
    ['outcome', { outcome: 'decline' }],
    ['route', { route: 'heuristic' }],
    ['sampled', { sampled: 'decline' }],
    ['score', { score: 0.5 }],
    ['confidence', { confidence: 0.5 }],
    ['reasons', { reasons: [{ code: 'EXPECTED_COST', detail: 'because' }] }],
    ['reasons', { reasons: [] }],
    ['input', { input: { ...applications[approved]!.input, age: 17 } }],
  ])('says so when the record has another %s', (_, over) => {
    expect(credit.why({ row: approved }).reproduced).toBe(true);
    expect(credit.explain({ ...credit.decided({ row: approved }), ...over })).toMatchObject({ reproduced: false });
  });

  test('leaves aside what a person, or the end of their time, made of it', () => {
    const record = credit.decided({ row: reviewed });
    const by = (route: 'review' | 'safe_default', outcome: string | null) => resolved(record, route, outcome);
    for (const one of [by('review', 'approve'), by('safe_default', null)])
      expect(credit.explain(one)).toMatchObject({ reproduced: true });
  });
});

const resolved = (record: DecisionRecord, route: 'review' | 'safe_default', outcome: string | null) =>
  resolveRecord(record, { id: record.id, outcome, route, entry: { at: record.at, type: 'ReviewResolved' } });
const resolvedIfPending = (record: DecisionRecord) =>
  record.status === 'pending_review' ? resolved(record, 'review', 'approve') : record;

describe('what cannot be explained', () => {
  test('is a decision of another version', () => {
    const { version } = decidingBy({ rules: [] }).artifact;
    const explanation = credit.explain({ ...credit.decided(), version });
    expect(explanation).toEqual({ version, unavailable: 'OTHER_VERSION', detail: expect.any(String) });
  });

  test('is, until a person has decided it, a decision that was drawn for a blind review', () => {
    const all = deciding({ review: { ...creditRisk.review, sample: 1 } });
    const record = all.decided({ row: approved });
    expect(record).toMatchObject({ status: 'pending_review', sampled: 'approve' });
    const explanation = all.explain(record);
    expect(explanation).toEqual({ version: record.version, unavailable: 'BLIND', detail: expect.any(String) });
    expect(JSON.stringify(explanation)).not.toMatch(/approve|decline|\d\.\d/);
    expect(all.explain({ ...record, version: 'sha256:1' })).toMatchObject({ unavailable: 'BLIND' });

    expect(all.explain(resolved(record, 'review', 'decline'))).toMatchObject({
      reproduced: true,
      sampled: 'approve',
      policy: { outcome: 'approve' },
    });
  });
});

test('is plain JSON, and small', () => {
  for (let row = 0; row < applications.length; row += 7) {
    const explanation = credit.why({ row });
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
    expect(JSON.stringify(explanation).length).toBeLessThan(2048);
  }
});
