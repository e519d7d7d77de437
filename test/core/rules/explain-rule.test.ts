import fc from 'fast-check';
import { attempt } from '../../../core/features/lookup';
import { toCelObject } from '../../../core/rules/cel-types';
import { type RuleExplanation, compileExplanation } from '../../../core/rules/explain-rule';
import { type Scope, checkExpression, compileExpression, environment } from '../../../core/rules/expressions';

const scope: Scope = {
  input: {
    credit_amount: { type: 'integer' },
    age: { type: 'integer' },
    purpose: { type: 'string' },
    employed: { type: 'boolean' },
    at: { type: 'string', format: 'date-time' },
    counts: { type: 'array', items: { type: 'integer' } },
    home: { type: 'object', properties: { zip: { type: 'string' }, rooms: { type: 'integer' } } },
  },
  features: { instalment: { type: 'number' }, balance: { type: 'number' } },
};
const env = environment(scope);
const contextOf = (input: object, features: object = {}) => ({ input: toCelObject(scope.input)(input), features });

function explain(source: string, input: object, features: object = {}): RuleExplanation {
  expect(checkExpression(scope, source, 'when', ['bool'])).toEqual({ type: 'bool' });
  return compileExplanation(env, source)(contextOf(input, features));
}

test('a rule that did not match says what it compared, and by how much it missed', () => {
  expect(explain('input.credit_amount > 15000', { credit_amount: 14500 })).toEqual({
    matched: false,
    near: true,
    conditions: [
      {
        text: 'input.credit_amount > 15000',
        holds: false,
        left: 14500,
        right: 15000,
        distance: 500,
        pivotal: true,
        near: true,
      },
    ],
    missing: [],
  });
});

test('each condition stands apart, with its values, whatever it is', () => {
  const rule = `// Not for (all)
    (input.purpose).startsWith("car (new") && !((input.age + 1) * 2 >= (18)) ||
    input.age in [17, 65] && (has(input.home) ? input.home.zip == ')"' : input.employed) && // zip)
    input.counts.exists(n, n > 3 || n < 1) && input.counts == [1, 2] &&
    timestamp(input.at) - timestamp(0) > duration("1.5h")`;
  const input = { purpose: 'radio', age: 17, home: { zip: '8' }, counts: [1, 2], at: '1970-01-01T01:00:00Z' };
  const { conditions, matched, near } = explain(rule, input);
  expect(conditions.map(({ text, holds, left, right }) => [text, holds, left, right])).toEqual([
    ['(input.purpose).startsWith("car (new")', false, 'radio', 'car (new'],
    ['(input.age + 1) * 2 >= (18)', true, 36, 18],
    ['input.age in [17, 65]', true, 17, [17, 65]],
    ['has(input.home)', true, undefined, undefined],
    [`input.home.zip == ')"'`, false, '8', ')"'],
    ['input.employed', undefined, undefined, undefined],
    ['input.counts.exists(n, n > 3 || n < 1)', false, undefined, undefined],
    ['input.counts == [1, 2]', true, [1, 2], [1, 2]],
    ['timestamp(input.at) - timestamp(0) > duration("1.5h")', false, '3600s', '5400s'],
  ]);
  expect([matched, near]).toEqual([false, false]);
});

type Case = [about: string, source: string, input: object, features?: object];

describe('a rule nearly matched', () => {
  test.each([
    ['within a tenth of the limit', 'input.credit_amount > 15000', { credit_amount: 13500 }],
    ['with the limit itself', 'input.credit_amount > 0', { credit_amount: 0 }],
    ['below a limit', 'input.age < 18', { age: 19 }],
    ['whichever side the limit is on', '50 > input.age', { age: 54 }],
    ['at a limit below 0', 'features.balance < -100.0', {}, { balance: -90 }],
    [
      'at a limit that is computed',
      'features.balance > features.instalment * 2.0',
      {},
      { balance: 95, instalment: 50 },
    ],
    ['where it must not hold', '!(input.age >= 18)', { age: 18 }],
    ['by one of two ways', 'input.age < 18 || input.age > 70', { age: 65 }],
    ['one condition short', 'input.purpose == "car" && input.age > 60', { purpose: 'tv', age: 61 }],
    ['one condition short, by a number', 'input.purpose == "car" && input.age > 60', { purpose: 'car', age: 55 }],
    [
      'one condition short, of two ways',
      'input.employed || input.age > 1 && input.purpose == "x"',
      { age: 20, employed: false, purpose: '' },
    ],
    [
      'with a condition that is fulfilled by not holding',
      '!(input.age > 60) && input.purpose == "x"',
      { age: 20, purpose: 'y' },
    ],
  ] as Case[])('%s', (_, source, input, features = {}) => {
    expect(explain(source, input, features)).toMatchObject({ matched: false, near: true });
  });

  test.each([
    ['further off', 'input.credit_amount > 15000', { credit_amount: 13499 }],
    ['further off, the limit on the left', '50 > input.age', { age: 56 }],
    ['one number short, further off', 'input.purpose == "car" && input.age > 60', { purpose: 'car', age: 20 }],
    ['away from 0', 'features.balance < 0.0', {}, { balance: 0.001 }],
    [
      'two conditions short',
      'input.age > 18 && input.employed && input.purpose == "x"',
      { age: 18, employed: false, purpose: '' },
    ],
    ['texts differ', 'input.purpose == "car"', { purpose: 'cat' }],
    [
      'another way has nothing to do with it',
      'input.purpose == "x" || input.employed',
      { purpose: 'y', employed: false },
    ],
    ['a constant stands in the way', 'input.employed && false', { employed: true }],
    ['it matched', 'input.age > 18', { age: 19 }],
    ['a value is missing', 'input.age > 18 && input.employed', { age: 18.0 }],
  ] as Case[])('but not when %s', (_, source, input, features = {}) => {
    expect(explain(source, input, features)).toMatchObject({ near: false });
  });

  test('and tells by which condition', () => {
    const { conditions } = explain('input.age > 70 || input.purpose == "car" && input.employed', {
      age: 69,
      purpose: 'tv',
      employed: false,
    });
    expect(conditions.map(({ pivotal, near }) => [pivotal, near])).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ]);
  });
});

test('a rule that matched says on what that hung', () => {
  const { matched, conditions } = explain('input.age > 60 || input.age > 50 && input.employed', {
    age: 55,
    employed: true,
  });
  expect(matched).toBe(true);
  expect(conditions.filter(({ pivotal }) => pivotal).map(({ text }) => text)).toEqual([
    'input.age > 50',
    'input.employed',
  ]);
});

describe('an unresolved rule says what is missing', () => {
  test.each([
    ['input.age > 18', {}, ['input.age']],
    ['input.age > 18 && input.employed && features.balance > 1.0', { age: 20 }, ['input.employed', 'features.balance']],
    ['input.home.rooms > 2 && input.home.zip == "1"', {}, ['input.home']],
    ['input.home.rooms > 2', { home: { rooms: null } }, ['input.home.rooms']],
    [
      'has(input.home) && !has(input.age) && input.counts.all(n, n > input.age)',
      { home: {}, counts: [1] },
      ['input.age'],
    ],
    ['input.age / 0 > 1', { age: 3 }, []],
  ])('%s', (source, input, missing) => {
    expect(explain(source, input)).toMatchObject({ matched: undefined, near: false, missing });
  });

  test('but what did not matter is not named', () => {
    expect(explain('input.age > 18 || input.employed', { age: 20 })).toMatchObject({ matched: true, missing: [] });
  });
});

describe('on any rule', () => {
  const CONDITIONS = [
    'input.age > 18',
    '(input.age) + 1 <= 18',
    'input.employed',
    'has(input.purpose)',
    'input.purpose.startsWith(")")',
    'input.counts.all(n, n > 1 || n < (0))',
    '"a" == input.purpose',
    '100.0 >= features.balance',
  ];
  const ANY_CONDITION = new RegExp(
    CONDITIONS.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'),
    'g',
  );
  const { rule } = fc.letrec<{ rule: string }>((tie) => ({
    rule: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom(...CONDITIONS, 'true'),
      fc.tuple(tie('rule'), fc.constantFrom('&&', '||'), tie('rule')).map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      tie('rule').map((a) => `!(${a})`),
      fc.tuple(tie('rule'), tie('rule'), tie('rule')).map(([a, b, c]) => `((${a}) ? ${b} : (${c}))`),
    ),
  }));
  const input = fc.record(
    {
      age: fc.integer({ min: 15, max: 25 }),
      employed: fc.boolean(),
      purpose: fc.constantFrom('a', ')x'),
      counts: fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
  const features = fc.record({ balance: fc.constantFrom(80, 105, 130) }, { requiredKeys: [] });
  const settings = { seed: 7, numRuns: 1_000 };

  test('the explanation says what the rule says', () => {
    const seen = new Set<unknown>();
    fc.assert(
      fc.property(rule, input, features, (source, given, looked) => {
        const context = contextOf(given, looked);
        const { matched } = compileExplanation(env, source)(context);
        expect(matched).toBe(attempt(() => compileExpression(env, source)(context)));
        seen.add(matched);
      }),
      settings,
    );
    expect(seen).toEqual(new Set([true, false, undefined]));
  });

  test('what is pivotal and near follows from trying every change', () => {
    const nears = { true: 0, false: 0 };
    /** The rule with its conditions replaced by what is said of them. */
    const says = (source: string, truths: ReadonlyMap<string, boolean | undefined>) => {
      const written = source.replace(ANY_CONDITION, (text) => {
        const holds = truths.get(text);
        return holds === undefined ? '(1 / 0 > 1)' : String(holds);
      });
      return attempt(() => compileExpression(env, written)(contextOf({})));
    };
    fc.assert(
      fc.property(rule, input, features, (source, given, looked) => {
        const { matched, near, conditions } = compileExplanation(env, source)(contextOf(given, looked));
        const turned = (...flipped: number[]) =>
          says(
            source,
            new Map(
              conditions.map(({ text, holds }, i) => [
                text,
                flipped.includes(i) && holds !== undefined ? !holds : holds,
              ]),
            ),
          );
        expect(turned()).toBe(matched);
        conditions.forEach(({ text, left, right, pivotal, near }, i) => {
          expect(pivotal).toBe(matched !== undefined && turned(i) === !matched);
          const limit = text.startsWith('100') ? left : right;
          const number = typeof left === 'number' && typeof right === 'number';
          const close = number && Math.abs(left - right) <= Number(limit) / 10;
          const needed = conditions.some((_, j) => j !== i && turned(i, j) !== true);
          expect(near).toBe(pivotal && matched === false && (number ? close : needed));
        });
        expect(near).toBe(conditions.some((condition) => condition.near));
        nears[`${near}`]++;
      }),
      settings,
    );
    expect(Math.min(nears.true, nears.false)).toBeGreaterThan(100);
  });

  test('no values make it throw', () => {
    const compiled = CONDITIONS.map((source) => compileExplanation(env, source));
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (given, looked) => {
        for (const explanation of compiled)
          expect([true, false, undefined]).toContain(explanation({ input: given, features: looked }).matched);
      }),
      settings,
    );
  });
});
