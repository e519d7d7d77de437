import type { Rule, RuleTable } from '../../../core/pipeline/definition';
import { decidingBy } from './explained';

const underAge: Rule = { id: 'under-age', when: 'input.age < 18', outcome: 'decline', reason: 'UNDER_AGE' };
const largeLoan: Rule = {
  id: 'large-loan',
  when: 'input.credit_amount > 15000',
  route: 'review',
  reason: 'LARGE_LOAN',
  priority: 5,
};
const rules = (...list: (Rule | RuleTable)[]) => decidingBy({ rules: list });
const plain = rules(underAge, largeLoan);
const input = { age: 40, credit_amount: 4000, purpose: 'new car', duration: 12 };

test('a rule that matched says by which values, and what it forces', () => {
  const { rules: told, otherRules } = plain.why({ input: { ...input, age: 17 } });
  expect(told).toEqual([
    {
      id: 'under-age',
      priority: 0,
      reason: 'UNDER_AGE',
      forces: { outcome: 'decline' },
      matched: true,
      near: false,
      conditions: [{ text: 'input.age < 18', holds: true, left: 17, right: 18, distance: 1, near: false }],
      missing: [],
    },
  ]);
  expect(otherRules).toBe(1);
});

test('one that nearly matched says by how much it did not', () => {
  const { rules: told } = plain.why({ input: { ...input, credit_amount: 14_500 } });
  expect(told).toMatchObject([
    {
      id: 'large-loan',
      forces: { route: 'review' },
      matched: false,
      near: true,
      conditions: [{ left: 14_500, right: 15_000, distance: 500, near: true }],
    },
  ]);
});

test('one that did neither is counted only', () => {
  expect(plain.why({ input })).toMatchObject({ rules: [], otherRules: 2 });
});

test('those of higher priority come first', () => {
  const { rules: told } = plain.why({ input: { ...input, age: 17, credit_amount: 16_000 } });
  expect(told.map(({ id }) => id)).toEqual(['large-loan', 'under-age']);
});

test('one that cannot be told names what is missing', () => {
  const rule = { ...underAge, when: "input.own_telephone == 'none' && features.savings_status == '<100'" };
  const { why } = rules(rule);
  const [told] = why({ input: { ...input, own_telephone: 'none' }, read: { failed: 'missing' } }).rules;
  expect(told).toMatchObject({ matched: null, near: false, missing: ['features.savings_status'] });
  expect(told!.conditions).toEqual([
    { text: "input.own_telephone == 'none'", holds: true, left: 'none', right: 'none', near: false },
    { text: "features.savings_status == '<100'", holds: null, right: '<100', near: false },
  ]);
});

test('long values are cut, and long lists are left out', () => {
  const many = Array.from({ length: 300 }, (_, i) => `'a${i}'`).join(', ');
  const { why } = rules({ ...underAge, when: `input.age > 18 && input.applicant_id in [${many}]` });
  const [, condition] = why({ input: { ...input, applicant_id: 'x'.repeat(10_000) } }).rules[0]!.conditions;
  expect(condition).not.toHaveProperty('right');
  expect(condition!.left).toHaveLength(200);
});

const table = (over: Partial<RuleTable> = {}): RuleTable => ({
  table: 'size',
  hit: 'unique',
  inputs: { purpose: 'input.purpose', amount: 'input.credit_amount' },
  rows: [
    { when: { purpose: 'business', amount: '> 12000' }, route: 'review', reason: 'LARGE_BUSINESS_LOAN' },
    { when: { purpose: ['new car', 'used car'], amount: '> 8000' }, route: 'review', reason: 'LARGE_CAR_LOAN' },
    { when: { purpose: 'education', amount: '[2000..3000)' }, outcome: 'approve', reason: 'SMALL' },
    {
      when: { purpose: { not: ['business', 'new car', 'used car', 'education'] }, amount: '> 20000' },
      outcome: 'decline',
      reason: 'TOO_LARGE',
    },
  ],
  otherwise: 'pass',
  ...over,
});

describe('a table', () => {
  test('tells of the row that hit, cell by cell', () => {
    const { rules: told, otherRules } = rules(table()).why({ input: { ...input, credit_amount: 9_000 } });
    expect(told.filter(({ matched }) => matched)).toEqual([
      {
        id: 'size',
        row: 2,
        priority: 0,
        reason: 'LARGE_CAR_LOAN',
        forces: { route: 'review' },
        matched: true,
        near: false,
        conditions: [
          { text: 'purpose is one of "new car", "used car"', holds: true, left: 'new car', near: false },
          { text: 'amount > 8000', holds: true, left: 9_000, near: false },
        ],
        missing: [],
      },
    ]);
    expect(told.length + otherRules).toBe(4);
  });

  test('tells of the rows that one cell kept from it', () => {
    const { rules: told } = rules(table()).why({ input: { ...input, credit_amount: 7_900 } });
    expect(told).toMatchObject([
      {
        row: 2,
        matched: false,
        near: true,
        conditions: [
          { holds: true, near: false },
          { text: 'amount > 8000', holds: false, left: 7_900, distance: 101, near: true },
        ],
      },
    ]);
  });

  test('writes each kind of cell in words', () => {
    const texts = (purpose: string, amount: number) =>
      rules(table())
        .why({ input: { ...input, purpose, credit_amount: amount } })
        .rules.find(({ matched }) => matched)!
        .conditions.map(({ text }) => text);
    expect(texts('education', 2_000)).toEqual(['purpose is "education"', 'amount in [2000..3000)']);
    expect(texts('other', 20_001)).toEqual([
      'purpose is none of "business", "new car", "used car", "education"',
      'amount > 20000',
    ]);
  });

  test('by `first` asks no row after the one that hits', () => {
    const one = { hit: 'first', inputs: { amount: 'input.credit_amount' } } as const;
    const first = table({
      ...one,
      rows: [
        { when: { amount: '> 5000' }, route: 'review', reason: 'LARGE' },
        { when: { amount: '> 4000' }, route: 'review', reason: 'MIDDLE' },
        { when: { amount: '> 3000' }, route: 'review', reason: 'SMALL' },
      ],
    });
    const { rules: told, otherRules } = rules(first).why({ input: { ...input, credit_amount: 4_900 } });
    expect(told.map(({ row, matched, near }) => [row, matched, near])).toEqual([
      [1, false, true],
      [2, true, false],
    ]);
    expect(otherRules).toBe(1);
  });

  test.each([
    [4_600, true],
    [4_500, false],
  ])('of one input is near %d, within a tenth of the value: %s', (amount, near) => {
    const one = table({
      inputs: { amount: 'input.credit_amount' },
      rows: [{ when: { amount: '> 5000' }, route: 'review', reason: 'LARGE' }],
    });
    const { rules: told } = rules(one).why({ input: { ...input, credit_amount: amount } });
    expect(told.map((rule) => rule.near)).toEqual(near ? [true] : []);
  });

  test('tells what is missing by the name that the input has outside', () => {
    const unknown = table({
      inputs: { savings: 'features.savings_status', amount: 'input.credit_amount' },
      rows: [{ when: { savings: '<100', amount: '> 1000' }, route: 'review', reason: 'POOR' }],
    });
    const { rules: told } = rules(unknown).why({ input, read: { failed: 'missing' } });
    expect(told).toMatchObject([{ matched: null, near: false, missing: ['features.savings_status'] }]);
  });

  test('of many rows tells of the first ten that nearly matched', () => {
    const many = table({
      hit: 'collect',
      inputs: { amount: 'input.credit_amount', purpose: 'input.purpose' },
      rows: Array.from({ length: 30 }, (_, i) => ({
        when: { amount: `> ${i}`, purpose: 'repairs' },
        route: 'review' as const,
        reason: 'ODD',
      })),
    });
    expect(rules(many).why({ input })).toMatchObject({ rules: { length: 10 }, otherRules: 20 });
  });
});
