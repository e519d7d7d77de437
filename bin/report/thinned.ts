/** At most so many of the items, evenly spread, with the first and the last. */
export const thinned = <T>(items: readonly T[], most = 25): readonly T[] =>
  items.length <= most
    ? items
    : Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
