import type { Span } from './span';

const MOST_NAMES = 50;
const SHORTEST_PART = 3;

/** What finds names that are known: as they were given, and each of their parts that is long enough to be one. */
export function knownNames(given: readonly string[]): (text: string) => Span[] {
  const names = [...new Set(given.flatMap(formsOf))].sort((a, b) => b.length - a.length).slice(0, MOST_NAMES);
  if (names.length === 0) return () => [];
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}])(?:${names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')})(?![\\p{L}\\p{N}])`,
    'gu',
  );
  return (text) =>
    [...text.matchAll(pattern)].map(({ 0: found, index }) => ({
      kind: 'name',
      start: index,
      end: index + found.length,
    }));
}

/** Of `"Keller, Anna" <a.keller@example.com>`: Keller, Anna; Anna Keller; Keller; Anna; and each in capitals. */
function formsOf(given: string): string[] {
  const name = given
    .slice(0, 200)
    .replace(/<[^<>]*>|\([^()]*\)|["]/g, ' ')
    .replace(/\S*@\S*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const turned = name.split(', ').reverse().join(' ');
  const parts = turned.split(' ').filter((part) => part.length >= SHORTEST_PART && /^\p{Lu}[\p{L}'’-]*$/u.test(part));
  const forms = [name, turned, ...parts].filter((form) => form.length >= SHORTEST_PART);
  return forms.flatMap((form) => [form, form.toUpperCase()]);
}
