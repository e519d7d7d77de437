import { closest, distance } from 'fastest-levenshtein';

/** ` Did you mean "amount"?`, or nothing when no candidate is near; the start of a sentence of its own. */
export function suggest(given: string, candidates: readonly string[]): string {
  if (candidates.length === 0) return '';
  const best = closest(given, candidates);
  return distance(given, best) <= Math.max(1, Math.floor(given.length / 3)) ? ` Did you mean "${best}"?` : '';
}
