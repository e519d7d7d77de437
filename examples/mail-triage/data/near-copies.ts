/** So many words in a row are a passage. */
const PASSAGE = 4;

function passagesOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const last = Math.max(0, words.length - PASSAGE);
  return new Set(Array.from({ length: last + 1 }, (_, at) => words.slice(at, at + PASSAGE).join(' ')));
}

/**
 * Those of `list` that are no near copy of an original: that have less than half of all passages of the two in common
 * (Jaccard). Mass mail goes out in versions; a model that was trained on one of them would know the others by heart.
 */
export function withoutCopies<T extends { readonly body: string }>(list: readonly T[], originals: readonly T[]): T[] {
  const passages = originals.map(({ body }) => passagesOf(body));
  const owners = new Map<string, number[]>();
  for (const [owner, found] of passages.entries())
    for (const passage of found) owners.set(passage, [...(owners.get(passage) ?? []), owner]);

  return list.filter(({ body }) => {
    const own = passagesOf(body);
    const shared = new Map<number, number>();
    for (const passage of own)
      for (const owner of owners.get(passage) ?? []) shared.set(owner, (shared.get(owner) ?? 0) + 1);
    return [...shared].every(([owner, count]) => count / (own.size + passages[owner]!.size - count) < 0.5);
  });
}
