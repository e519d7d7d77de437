import type { Reason } from '../decision/decision';
import type { Forced } from '../pipeline/definition';
import type { CelContext } from './expressions';

/** What one rule or one row of a table adds. */
export interface Match {
  readonly forced: Forced;
  readonly reason: Reason;
}

/** A rule or a decision table, ready to be asked. */
export interface CompiledRule {
  readonly id: string;
  readonly priority: number;
  /** What matches; undefined where that cannot be told, since a value is missing. */
  match(context: CelContext): readonly Match[] | undefined;
}

/** What the rules make of a request. */
export type RulesVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'forced'; readonly forced: Forced; readonly reasons: readonly Reason[] }
  /** A rule that could have decided names a value that is missing. */
  | { readonly kind: 'unresolved'; readonly reasons: readonly Reason[] }
  /** Rules of equal priority force different things. */
  | { readonly kind: 'conflict'; readonly reasons: readonly Reason[] };

const NONE: RulesVerdict = { kind: 'none' };

/** Higher priorities first; equal ones keep their order. */
export const byPriority = (rules: readonly CompiledRule[]): CompiledRule[] =>
  rules.toSorted((a, b) => b.priority - a.priority);

/** Asks the rules in order; the first that matches decides. */
export function firstMatch(rules: readonly CompiledRule[], context: CelContext): RulesVerdict {
  for (const rule of rules) {
    const matches = rule.match(context);
    if (matches === undefined) return { kind: 'unresolved', reasons: [unresolved(rule)] };
    if (matches.length > 0) return agreed(matches);
  }
  return NONE;
}

/** Asks all rules; those of the highest priority that match decide, the others give their reasons. */
export function allMatches(rules: readonly CompiledRule[], context: CelContext): RulesVerdict {
  const asked = rules.map((rule) => ({ rule, matches: rule.match(context) }));
  const top = asked.find(({ matches }) => matches === undefined || matches.length > 0)?.rule.priority;
  if (top === undefined) return NONE;
  const reasons = asked.flatMap(({ matches = [] }) => matches.map(({ reason }) => reason));
  const deciding = asked.filter(({ rule }) => rule.priority === top);
  const open = deciding.filter(({ matches }) => matches === undefined);
  if (open.length > 0)
    return { kind: 'unresolved', reasons: [...open.map(({ rule }) => unresolved(rule)), ...reasons] };
  return { ...agreed(deciding.flatMap(({ matches = [] }) => matches)), reasons };
}

/** The matches as one, if they force the same. */
function agreed(matches: readonly Match[]): Exclude<RulesVerdict, { kind: 'none' }> {
  const reasons = matches.map(({ reason }) => reason);
  const [{ forced }] = matches as [Match];
  const same = matches.every((match) => nameOf(match.forced) === nameOf(forced));
  return same ? { kind: 'forced', forced, reasons } : { kind: 'conflict', reasons };
}

/** No outcome is named `null`: outcomes are texts. */
const nameOf = (forced: Forced): string | null => ('outcome' in forced ? forced.outcome : null);

const unresolved = ({ id }: CompiledRule): Reason => ({
  code: 'RULE_UNRESOLVED',
  detail: `rule "${id}" names a value that is missing`,
});
