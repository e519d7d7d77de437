import type { Explained, ExplainedCondition, ExplainedRule } from '../../core/explanation/explanation';
import type { Answer } from './answer';
import { numberText, valueText } from './figures';
import { decisive, nameOf } from './headline';
import { NEAR, bold, dim, mark, warning, widest } from './text-style';

/** The rules that matched, nearly did, or cannot be told, with the values that they compared. */
export function formatRules({ reasons }: Answer, { rules, otherRules }: Explained): string[] {
  if (rules.length + otherRules === 0) return [];
  const deciding = decisive(rules, reasons);
  const rest = `${otherRules} ${rules.length > 0 ? 'more ' : ''}${otherRules === 1 ? 'rule' : 'rules'} did not match`;
  return [
    bold('Rules'),
    ...rules.flatMap((rule) => [title(rule, deciding.includes(rule)), ...conditions(rule)]),
    ...(otherRules > 0 ? [`  ${dim(rest)}`] : []),
  ];
}

function title(rule: ExplainedRule, decided: boolean): string {
  const { matched, near, missing, reason, forces } = rule;
  const forced = 'outcome' in forces ? forces.outcome : 'a person';
  const note = near
    ? warning('nearly matched')
    : matched === null
      ? warning(`cannot be told without ${missing.join(', ')}`)
      : decided
        ? ''
        : dim('matched, and did not decide');
  return `  ${near ? NEAR : mark(matched)} ${nameOf(rule)} → ${forced}  ${dim(reason)}  ${note}`;
}

function conditions({ conditions: all }: ExplainedRule): string[] {
  const width = widest(all.map(({ text }) => text));
  return all.map(
    (condition) => `      ${mark(condition.holds)} ${condition.text.padEnd(width)}   ${comparison(condition)}`,
  );
}

/** The values behind a condition that are not written in it, and what kept the rule from matching. */
function comparison({ text, holds, left, right, distance, near }: ExplainedCondition): string {
  if (holds === null && left === undefined) return 'missing';
  const values = [
    ...(left === undefined || literals(left).some((one) => text.startsWith(one)) ? [] : [left]),
    ...(right === undefined || Array.isArray(right) || endsWith(text, right) ? [] : [right]),
  ];
  const kept = distance === undefined ? 'kept it from matching' : `${numberText(distance)} away`;
  return [values.map(valueText).join(' against '), ...(near ? [warning(kept)] : [])]
    .filter((part) => part !== '')
    .join(', ');
}

/** Whether a value is written at the end of a condition; a name may end like one, such as `input.rate2`. */
function endsWith(text: string, value: unknown): boolean {
  const open = text.replace(/\)$/, '');
  return literals(value).some((one) => open.endsWith(one) && !/[\w.]/.test(open.at(-one.length - 1) ?? ''));
}

/** The ways to write a value in CEL. */
const literals = (value: unknown): readonly string[] => [
  JSON.stringify(value),
  `'${String(value)}'`,
  `${String(value)}.0`,
];
