import type { PersonalKind } from '../settings';

/** A part of a text that says something about a person: from `start` up to `end`. */
export interface Span {
  readonly kind: PersonalKind;
  readonly start: number;
  readonly end: number;
}

/**
 * All that a pattern finds and a check allows. Where the pattern has a group, that alone is meant. Patterns repeat a
 * bounded number of times, so that no text makes them slow.
 */
export function spansOf(
  kind: PersonalKind,
  text: string,
  pattern: RegExp,
  allowed: (found: string, before: string) => boolean = () => true,
): Span[] {
  return [...text.matchAll(pattern)].flatMap((match): Span[] => {
    const found = match[1] ?? match[0];
    const start = match.index + match[0].lastIndexOf(found);
    return allowed(found, text.slice(Math.max(0, start - CONTEXT), start))
      ? [{ kind, start, end: start + found.length }]
      : [];
  });
}

/** Characters before a finding that may say what it is. */
const CONTEXT = 40;
