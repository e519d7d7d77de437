import type { Explained, ExplainedRule } from '../../core/explanation/explanation';
import type { Answer } from './answer';
import { costTexts } from './figures';

/** What was decided and by whom, in a few words. */
export function headline({ status, outcome, route, history }: Answer): string {
  const named = outcome ?? 'no outcome';
  if (status === 'pending_review') return 'Waiting for a person';
  if (route === 'automated') return `Decided automatically: ${named}`;
  if (route === 'heuristic') return `Decided by the fallback chain: ${named}`;
  if (route === 'safe_default')
    return status === 'resolved'
      ? `Nobody reviewed it in time: ${named}, the safe default`
      : `Decided by the safe default: ${named}`;
  const { reason } = history.findLast((entry) => entry.reason !== undefined) ?? {};
  return `Decided by a person: ${named}${reason === undefined ? '' : ` (${reason})`}`;
}

/** Why the pipeline decided so, or why it asked a person: a sentence, or none where there is nothing to say. */
export function because({ explanation, reasons, status }: Answer): string {
  if ('unavailable' in explanation) return explanation.detail;
  const { sampled } = explanation;
  if (sampled !== undefined) return `Drawn for a blind review; by itself the pipeline would have decided ${sampled}.`;
  const cause = causeOf(reasons, explanation);
  if (cause === '') return '';
  return status === 'resolved' ? `A person was asked: ${cause}.` : `${cause.charAt(0).toUpperCase()}${cause.slice(1)}.`;
}

function causeOf(reasons: Answer['reasons'], explanation: Explained): string {
  const [first] = reasons;
  if (!first) return '';
  const { code, detail } = first;
  const rules = decisive(explanation.rules, reasons);
  if (code === 'RULE_CONFLICT') return `${list(rules.map(nameOf))} disagree`;
  if (rules.length > 0) {
    const s = rules.length === 1 ? 's' : '';
    const does = 'route' in rules[0]!.forces ? `send${s} it to a person` : `decide${s}`;
    return `${list(rules.map(nameOf))} ${does}, whatever the model says`;
  }
  if (reasons.some((reason) => reason.code === 'RULE_UNRESOLVED'))
    return explanation.rules
      .filter(({ matched }) => matched === null)
      .map((rule) => `${nameOf(rule)} cannot be told without ${list(rule.missing)}`)
      .join('; ');
  if (code.startsWith('MODEL_')) return `${detail} (${code})`;
  if (explanation.options && COSTS.includes(code)) return costsOf(explanation.options);
  return detail;
}

/** Reasons that compare nothing but costs. */
const COSTS: readonly string[] = ['EXPECTED_COST', 'REVIEW_CHEAPER'];

function costsOf(options: NonNullable<Explained['options']>): string {
  const costs = costTexts(options.map(({ expectedCost }) => expectedCost));
  const [first, ...rest] = options.map(({ option }, i) => ({
    name: option === 'review' ? 'a review' : option,
    cost: costs[i]!,
  }));
  return `in expectation ${first!.name} costs ${first!.cost}, ${list(rest.map(({ name, cost }) => `${name} ${cost}`))}`;
}

/** The rules that the reasons of the decision name. */
export const decisive = (rules: readonly ExplainedRule[], reasons: Answer['reasons']): readonly ExplainedRule[] =>
  rules.filter(
    (rule) =>
      rule.matched === true &&
      reasons.some(({ code, detail }) => code === rule.reason && detail.startsWith(`${nameOf(rule)}:`)),
  );

/** As reasons name it. */
export const nameOf = ({ id, row }: ExplainedRule): string =>
  row === undefined ? `rule "${id}"` : `table "${id}", row ${row}`;

const list = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)!}`;
