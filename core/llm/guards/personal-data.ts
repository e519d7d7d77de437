import { accountNumbers } from './personal/account-numbers';
import { addressesOfHosts, emails, phones } from './personal/contacts';
import { knownNames } from './personal/known-names';
import { nationalIds } from './personal/national-ids';
import { birthDates, names, postalAddresses } from './personal/people';
import type { Span } from './personal/span';
import type { PersonalKind } from './settings';

/** What stands for personal data, in our texts and in those that others wrote to look like them. */
export const PLACEHOLDERS = /\[(?:EMAIL|PHONE|IBAN|CARD|ID|IP|BIRTH_DATE|ADDRESS|NAME)_[1-9]\d{0,5}\]/g;

const DETECTORS: readonly ((text: string) => Span[])[] = [
  emails,
  accountNumbers,
  nationalIds,
  addressesOfHosts,
  birthDates,
  phones,
  postalAddresses,
  names,
];
/** Those whose digits can be checked before those that merely look so. */
const SUREST: readonly PersonalKind[] = ['email', 'iban', 'card', 'id', 'ip', 'birth-date', 'phone', 'address', 'name'];
/** A masked text is looked at again, since what is left of it may read otherwise; it settles in two or three rounds. */
const MOST_ROUNDS = 8;

/** Which placeholder stands for what: those that were given out for one request, and no others. */
export type Given = ReadonlyMap<string, string>;

export interface Masked<T> {
  readonly value: T;
  readonly given: Given;
}

/** What to mask, and the names that are known from elsewhere, such as that of the sender. */
export interface Masking {
  readonly mask: readonly PersonalKind[];
  readonly names?: readonly string[];
}

/**
 * Puts a placeholder such as `[EMAIL_1]` for personal data in all texts of a value, however deep; the same text gets the
 * same one. A placeholder that stood in the value before is never given out.
 */
export function maskIn<T>(value: T, { mask, names: known = [] }: Masking): Masked<T> {
  const kinds = new Set(mask);
  const taken = new Set<string>();
  mapTexts(value, (text) => {
    for (const [placeholder] of text.matchAll(PLACEHOLDERS)) taken.add(placeholder);
    return text;
  });
  const byText = new Map<string, string>();
  const given = new Map<string, string>();
  const counts = new Map<PersonalKind, number>();
  const placeholderOf = (kind: PersonalKind, text: string): string => {
    const key = `${kind} ${text}`;
    const earlier = byText.get(key);
    if (earlier !== undefined) return earlier;
    let placeholder: string;
    do {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      placeholder = `[${kind.toUpperCase().replace('-', '_')}_${counts.get(kind)}]`;
    } while (taken.has(placeholder));
    byText.set(key, placeholder);
    given.set(placeholder, text);
    return placeholder;
  };
  const named = kinds.has('name') ? knownNames(known) : () => [];
  const find = (text: string) =>
    merged([...named(text), ...DETECTORS.flatMap((detect) => detect(text))].filter(({ kind }) => kinds.has(kind)));
  return { value: mapTexts(value, (text) => maskText(text, find, placeholderOf)), given };
}

function maskText(
  text: string,
  find: (text: string) => readonly Span[],
  placeholderOf: (kind: PersonalKind, text: string) => string,
): string {
  let masked = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    // Between two placeholders stands a text of its own.
    const next = betweenPlaceholders(masked, (part) => {
      let at = 0;
      const pieces = find(part).map(({ kind, start, end }) => {
        const piece = part.slice(at, start) + placeholderOf(kind, part.slice(start, end));
        at = end;
        return piece;
      });
      return pieces.join('') + part.slice(at);
    });
    if (next === masked) return masked;
    masked = next;
  }
  return masked;
}

function betweenPlaceholders(text: string, change: (part: string) => string): string {
  let at = 0;
  let changed = '';
  for (const { 0: placeholder, index } of text.matchAll(PLACEHOLDERS)) {
    changed += change(text.slice(at, index)) + placeholder;
    at = index + placeholder.length;
  }
  return changed + change(text.slice(at));
}

/** What overlaps is one, of the kind that is surer. */
function merged(spans: readonly Span[]): Span[] {
  const sure = (a: Span, b: Span) => (SUREST.indexOf(a.kind) <= SUREST.indexOf(b.kind) ? a : b);
  const all: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = all.at(-1);
    if (last && span.start < last.end)
      all[all.length - 1] = {
        kind: sure(last, span).kind,
        start: last.start,
        end: Math.max(last.end, span.end),
      };
    else all.push(span);
  }
  return all;
}

/** Puts back what placeholders stand for, in all texts of a value; those that were not given out stay. */
export const restoreIn = <T>(value: T, given: Given): T =>
  mapTexts(value, (text) => text.replace(PLACEHOLDERS, (placeholder) => given.get(placeholder) ?? placeholder));

/** All texts of a value, but for the names of members. */
export function textsIn(value: unknown): string[] {
  const texts: string[] = [];
  mapTexts(value, (text) => {
    texts.push(text);
    return text;
  });
  return texts;
}

function mapTexts<T>(value: T, change: (text: string) => string): T {
  const map = (one: unknown): unknown => {
    if (typeof one === 'string') return change(one);
    if (Array.isArray(one)) return one.map(map);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, member]) => [name, map(member)]));
  };
  return map(value) as T;
}
