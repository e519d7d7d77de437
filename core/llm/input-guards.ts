import { type LinearModel, logOdds } from './linear';
import { type Readable, readable } from './readable';
import { type View, viewsOf } from './views';
import { type Window, windowsOf } from './windows';

/**
 * What looks at a text before a language model does. `injection`: it tells a model what to do, openly or, as `encoded`, in
 * a form that hides it. `hidden`: a part of it no reader sees. `lookalike`: letters that pass for others. `repetition`: it is
 * the same over and over, which costs and says nothing. `size`: it is longer than was allowed.
 */
export const INPUT_GUARDS = ['size', 'hidden', 'lookalike', 'repetition', 'injection', 'encoded'] as const;
export type InputGuard = (typeof INPUT_GUARDS)[number];

export interface GuardFinding {
  readonly guard: InputGuard;
  /** From 0 to 1; a half and more is a finding. */
  readonly score: number;
  /** What was found, without the text itself. */
  readonly detail: string;
}

/** What the guards make of a text: the one that is surest, and whether it is sure enough. */
export interface GuardVerdict extends GuardFinding {
  readonly flagged: boolean;
}

/** From where on a guard flags. */
export const FLAGGED = 0.5;
/** Characters that a text may have, where nothing else is said. */
const LONGEST_TEXT = 100_000;

/** Makes what looks at texts. `longest` is in characters. */
export function compileInputGuards(
  model: LinearModel,
  { longest = LONGEST_TEXT }: { readonly longest?: number } = {},
): (text: string) => GuardVerdict {
  return (text) => {
    if (text.length > longest) return verdictOf([tooLong(text, longest)]);
    const read = readable(text);
    return verdictOf([...formOf(text, read), ...viewsOf(text, read).map((view) => injection(model, view))]);
  };
}

/** What the form of a text tells, whatever it says. */
export function formVerdict(text: string, read: Readable, longest = LONGEST_TEXT): GuardVerdict {
  return verdictOf(text.length > longest ? [tooLong(text, longest)] : formOf(text, read));
}

const tooLong = (text: string, longest: number): GuardFinding => ({
  guard: 'size',
  score: 1,
  detail: `${text.length} characters, at most ${longest}`,
});

const formOf = (text: string, { hidden, invisible, lookAlikes }: Readable): GuardFinding[] => [
  ...unseen(hidden, invisible, text.length),
  { guard: 'lookalike', score: 1 - 0.7 ** lookAlikes, detail: `${lookAlikes} words of mixed scripts` },
  repetition(text),
];

function verdictOf(findings: readonly GuardFinding[]): GuardVerdict {
  const worst = findings.reduce((a, b) => (b.score > a.score ? b : a));
  return { ...worst, flagged: worst.score >= FLAGGED };
}

/** A sentence in characters that are not shown is meant for a machine; a few that a program left behind are not. */
function unseen(hidden: string, invisible: number, length: number): GuardFinding[] {
  if (hidden.trim().length > 3) return [{ guard: 'hidden', score: 1, detail: 'text in characters that are not shown' }];
  const share = invisible / Math.max(1, length);
  const score = invisible < 4 ? 0 : Math.min(1, 0.3 + 4 * share);
  return [{ guard: 'hidden', score, detail: `${invisible} characters that are not shown` }];
}

/** Where it begins to matter, in words. */
const REPEATED_FROM = 200;

/** The share of its runs of five words that a text has had before. */
function repetition(text: string): GuardFinding {
  const words = text.split(/\s+/);
  const long = words.length < REPEATED_FROM ? letterRuns(text) : words;
  if (long.length < REPEATED_FROM) return { guard: 'repetition', score: 0, detail: 'short' };
  const seen = new Set<string>();
  for (let i = 0; i + 5 <= long.length; i++) seen.add(long.slice(i, i + 5).join(' '));
  const repeated = 1 - seen.size / (long.length - 4);
  return { guard: 'repetition', score: repeated ** 4, detail: `${Math.round(100 * repeated)} % said before` };
}

/** Of a text without spaces, its runs of eight characters stand for words. */
const letterRuns = (text: string): string[] =>
  text.length < 8 * REPEATED_FROM
    ? []
    : Array.from({ length: Math.floor(text.length / 8) }, (_, i) => text.slice(8 * i, 8 * i + 8));

function injection(model: LinearModel, view: View): GuardFinding {
  const worst = windowsOf(view.text).reduce(
    (most, window: Window) => Math.max(most, logOdds(model, window)),
    -Infinity,
  );
  const score = 1 / (1 + Math.exp(-worst));
  return view.as === 'text'
    ? { guard: 'injection', score, detail: 'a sentence that tells a model what to do' }
    : { guard: 'encoded', score, detail: `the same, written as ${view.as}` };
}
