import fc from 'fast-check';
import type { Forced, Rule } from '../../../core/pipeline/definition';
import { compilePipeline } from '../../../core/pipeline/compile';
import { loans } from '../review/loans';

const APPROVE = { outcome: 'approve' };
const DECLINE = { outcome: 'decline' };
const ASK: Forced = { route: 'review' };
const rule = (id: string, when: string, forced: Forced, priority?: number): Rule => ({
  id,
  when,
  reason: id.toUpperCase(),
  ...(priority === undefined ? {} : { priority }),
  ...forced,
});
const ask = (match: 'first' | 'all', rules: Rule[], amount = 100) =>
  compilePipeline({ version: '', definition: { ...loans, decide: { ...loans.decide, rules, match } } }).rules({
    input: { amount },
    features: {},
  });
const codes = (verdict: ReturnType<typeof ask>) =>
  'reasons' in verdict ? verdict.reasons.map(({ code }) => code) : [];
const [YES, NO, UNKNOWN] = ['input.amount > 0.0', 'input.amount < 0.0', 'features.none > 0'];

describe('first match', () => {
  test('a higher priority comes first; equal ones keep the order of the list', () => {
    const rules = [
      rule('a', YES, APPROVE),
      rule('b', YES, DECLINE, 2),
      rule('c', YES, ASK, 2),
      rule('d', YES, ASK, -1),
    ];
    expect(ask('first', rules)).toMatchObject({ kind: 'forced', forced: DECLINE, reasons: [{ code: 'B' }] });
    expect(ask('first', rules.slice(0, 1).concat(rules[3]!))).toMatchObject({ forced: APPROVE });
  });

  test('a rule that cannot be told stops the search, since it might have decided', () => {
    const verdict = ask('first', [rule('a', NO, APPROVE), rule('b', UNKNOWN, DECLINE), rule('c', YES, ASK)]);
    expect(verdict).toEqual({
      kind: 'unresolved',
      reasons: [{ code: 'RULE_UNRESOLVED', detail: 'rule "b" names a value that is missing' }],
    });
  });

  test('without a match nothing is forced', () => {
    expect(ask('first', [rule('a', NO, APPROVE)])).toEqual({ kind: 'none' });
    expect(ask('first', [])).toEqual({ kind: 'none' });
  });
});

describe('all matches', () => {
  test('the highest priority decides, and all give their reasons', () => {
    const rules = [
      rule('a', YES, ASK),
      rule('b', NO, APPROVE, 9),
      rule('c', YES, DECLINE, 5),
      rule('d', YES, DECLINE, 5),
    ];
    const verdict = ask('all', rules);
    expect(verdict).toMatchObject({ kind: 'forced', forced: DECLINE });
    expect(codes(verdict)).toEqual(['C', 'D', 'A']);
  });

  test('that disagree at the highest priority are a conflict', () => {
    const verdict = ask('all', [rule('a', YES, APPROVE, 1), rule('b', YES, DECLINE, 1), rule('c', YES, ASK)]);
    expect(verdict.kind).toBe('conflict');
    expect(codes(verdict)).toEqual(['A', 'B', 'C']);
    expect(ask('all', [rule('a', YES, APPROVE), rule('b', YES, ASK)]).kind).toBe('conflict');
  });

  test('a rule that cannot be told matters where it could decide, and not below', () => {
    const above = ask('all', [rule('a', UNKNOWN, APPROVE, 1), rule('b', YES, DECLINE)]);
    expect(above.kind).toBe('unresolved');
    expect(codes(above)).toEqual(['RULE_UNRESOLVED', 'B']);
    expect(ask('all', [rule('a', UNKNOWN, APPROVE), rule('b', YES, APPROVE)]).kind).toBe('unresolved');
    expect(ask('all', [rule('a', UNKNOWN, APPROVE, -1), rule('b', YES, DECLINE)])).toMatchObject({ forced: DECLINE });
  });

  test('without a match nothing is forced', () => {
    expect(ask('all', [rule('a', NO, APPROVE)])).toEqual({ kind: 'none' });
  });
});

const anyRule = fc.record({
  when: fc.constantFrom(YES, NO, UNKNOWN),
  forced: fc.constantFrom<Forced>(APPROVE, DECLINE, ASK),
  priority: fc.integer({ min: -2, max: 2 }),
});

test('where all matches decide, first match decides the same', () => {
  fc.assert(
    fc.property(fc.array(anyRule, { maxLength: 5 }), (given) => {
      const rules = given.map(({ when, forced, priority }, i) => rule(`r${i}`, when, forced, priority));
      const all = ask('all', rules);
      const first = ask('first', rules);
      if (all.kind === 'forced') expect(first).toMatchObject({ kind: 'forced', forced: all.forced });
      if (all.kind === 'none') expect(first).toEqual(all);
    }),
    { seed: 7, numRuns: 300 },
  );
});
