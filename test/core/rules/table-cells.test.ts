import fc from 'fast-check';
import type { Scalar } from '../../../core/pipeline/definition';
import { type Cell, type InputType, parseCell } from '../../../core/rules/table-cells';
import { SMALL, TYPES, takes } from './small-tables';

const taken = (type: InputType, cell: Cell, values: readonly Scalar[]) => {
  const parsed = parseCell(type, cell);
  return 'cell' in parsed ? values.filter(parsed.cell.has) : parsed.problems;
};
const problem = (type: InputType, cell: unknown) => {
  const parsed = parseCell(type, cell);
  return 'problems' in parsed ? parsed.problems.join(' | ') : parsed.cell.tests;
};

describe('a cell takes', () => {
  test.each<[Cell, number[]]>([
    [3, [3]],
    ['< 3', [1, 2]],
    ['<=3', [1, 2, 3]],
    ['> 3', [4, 5]],
    [' >=  3 ', [3, 4, 5]],
    ['[2..4]', [2, 3, 4]],
    ['(2..4]', [3, 4]],
    ['[2..4)', [2, 3]],
    ['( 2 .. 4 )', [3]],
    ['[-1.5..2e0]', [1, 2]],
    [
      [1, '> 4'],
      [1, 5],
    ],
    [{ not: 3 }, [1, 2, 4, 5]],
    [{ not: [1, '> 4'] }, [2, 3, 4]],
  ])('of numbers, %j: %j', (cell, numbers) => {
    expect(taken('int', cell, [1, 2, 3, 4, 5])).toEqual(numbers);
    expect(taken('double', cell, [1, 2, 3, 4, 5])).toEqual(numbers);
  });

  test('of numbers in between, all up to the bound', () => {
    const near = [0.1 + 0.2, 0.3, 0.29999999999999993];
    expect(taken('double', '> 0.3', near)).toEqual([0.1 + 0.2]);
    expect(taken('double', '>= 0.3', near)).toEqual([0.1 + 0.2, 0.3]);
    expect(taken('double', '< 0.3', near)).toEqual([0.29999999999999993]);
  });

  test('of texts, the very text, also one that looks like a test of numbers', () => {
    expect(taken('string', '< 5', ['< 5', '4', ' < 5'])).toEqual(['< 5']);
    expect(taken('string', ['a', 'b'], ['a', 'b', 'c'])).toEqual(['a', 'b']);
    expect(taken('string', { not: ['a', 'b'] }, ['a', 'b', 'c'])).toEqual(['c']);
  });

  test('of truth values, the one', () => {
    expect(taken('bool', true, [true, false])).toEqual([true]);
    expect(taken('bool', { not: true }, [true, false])).toEqual([false]);
  });

  test('what its form says, for every form', () => {
    for (const [name, { test: form, points }] of Object.entries(SMALL))
      fc.assert(
        fc.property(fc.array(form, { minLength: 1, maxLength: 3 }), fc.boolean(), (tests, negated) => {
          const cell: Cell = negated ? { not: tests } : tests;
          const parsed = parseCell(TYPES[name]!, cell);
          fc.pre('cell' in parsed);
          expect(taken(TYPES[name]!, cell, points)).toEqual(points.filter((value) => takes(cell, value)));
        }),
        { seed: 1, numRuns: 300 },
      );
  });
});

describe('a cell is refused', () => {
  test.each<[InputType, unknown, RegExp]>([
    ['int', '> ten', /^"> ten" is not a test of a whole number\. Write a number, a comparison such as "< 5"/],
    ['double', true, /^true is not a test of a number\. Write a number/],
    ['double', null, /^null is not a test of a number/],
    ['double', NaN, /^null is not a test of a number/],
    ['double', '> 1e999', /^"> 1e999" is not a test/],
    ['double', '[1..5', /^"\[1\.\.5" is not a test/],
    ['double', '1..5', /^"1\.\.5" is not a test/],
    ['double', '> 5, < 9', /^"> 5, < 9" is not a test/],
    ['int', '5', /^"5" is a text\. Write 5, without quotes\.$/],
    ['int', '== -5.5', /^"== -5\.5" is a text\. Write -5\.5, without quotes\.$/],
    ['int', '[5..1]', /^"\[5\.\.1\]" is met by no whole number\.$/],
    ['int', '(4..5)', /^"\(4\.\.5\)" is met by no whole number\.$/],
    ['int', 4.5, /^4\.5 is met by no whole number\.$/],
    ['double', '(5..5]', /^"\(5\.\.5\]" is met by no number\.$/],
    ['string', 5, /^5 is not a text\. Write a text, a list of texts, or \{ not: … \}\.$/],
    ['string', { nott: 'a' }, /^\{"nott":"a"\} is not a text/],
    ['string', { not: 'a', or: 'b' }, /is not a text/],
    ['string', { not: { not: 'a' } }, /^\{"not":"a"\} is not a text/],
    ['string', [['a']], /^\["a"\] is not a text/],
    ['string', undefined, /^undefined is not a text/],
    ['bool', 'yes', /^"yes" is not true or false\. Write true or false, without quotes\.$/],
    ['int', [], /^is an empty list\. To take any value, leave the input out\.$/],
    ['int', { not: [] }, /^is an empty list/],
  ])('of type %s: %j', (type, cell, says) => expect(problem(type, cell)).toMatch(says));

  test('with every one of its faults', () => {
    expect(problem('int', ['5', 3, '[5..1]'])).toMatch(/^"5" is a text.* \| "\[5\.\.1\]" is met by no whole number\.$/);
  });

  test('or read, whatever JSON value it is', () => {
    fc.assert(
      fc.property(fc.constantFrom<InputType>('int', 'double', 'string', 'bool'), fc.jsonValue(), (type, value) => {
        const parsed = parseCell(type, value);
        if ('problems' in parsed) expect(parsed.problems.length).toBeGreaterThan(0);
        else for (const { given } of parsed.cell.tests) expect(['number', 'string', 'boolean']).toContain(typeof given);
      }),
      { seed: 2, numRuns: 1_000 },
    );
  });
});
