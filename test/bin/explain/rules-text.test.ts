import { stripVTControlCharacters } from 'node:util';
import { formatRules } from '../../../bin/explain/rules-text';
import type { Explained, ExplainedCondition } from '../../../core/explanation/explanation';
import { answerOf, credit } from './answers';

const answer = answerOf(credit, credit.decided());

/** What stands behind a condition. */
function shown(condition: Omit<ExplainedCondition, 'holds' | 'near'>): string {
  const rule = { id: 'r', priority: 0, reason: 'R', forces: { outcome: 'decline' }, matched: true, near: false };
  const conditions = [{ ...condition, holds: true, near: false }];
  const explained = { rules: [{ ...rule, missing: [], conditions }], otherRules: 0 } as unknown as Explained;
  const line = stripVTControlCharacters(formatRules(answer, explained)[2]!);
  return line.slice(line.indexOf(condition.text) + condition.text.length).trim();
}

test.each<[string, unknown, unknown, string]>([
  ['input.age < 18', 17, 18, '17'],
  ['18 > input.age', 18, 17, '17'],
  ['features.instalment > 600.0', 612.3456789, 600, '612.346'],
  ['input.rate > -0.5', 0.25, -0.5, '0.25'],
  ['input.age > input.age2', 30, 2, '30 against 2'],
  ["input.name == 'o'", 'o', 'o', '"o"'],
  ['input.name == "o"', 'o', 'o', '"o"'],
  ['input.name.startsWith("ab")', 'abc', 'ab', '"abc"'],
  ["input.employment in ['<1', '>=7']", '<1', ['<1', '>=7'], '"<1"'],
  ['has(input.name)', undefined, undefined, ''],
])('%s shows what is not written in it', (text, left, right, expected) => {
  expect(shown({ text, left, right })).toBe(expected);
});
