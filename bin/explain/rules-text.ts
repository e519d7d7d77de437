import type { Explained, ExplainedCondition, ExplainedRule } from '../../core/explanation/explanation';
import type { Answer } from './answer';
import { valueText } from './figures';
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

/** The values behind a condition that do not stand in its text, and how far it is from holding. */
function comparison({ text, holds, left, right, distance, near }: ExplainedCondition): string {
  if (holds === null && left === undefined) return 'missing';
  const values = [left, right]
    .filter((value) => value !== undefined && ![valueText(value), String(value)].some((one) => text.includes(one)))
    .map(valueText);
  const away = near && distance !== undefined ? [warning(`${distance.toLocaleString('en')} away`)] : [];
  return [values.join(' against '), ...away].filter((part) => part !== '').join(', ');
}
