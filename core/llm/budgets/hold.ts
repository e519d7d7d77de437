import type { Counter } from './counters';
import {
  EMPTY,
  amountIn,
  cleanUpAt,
  entryOf,
  expiredIn,
  fits,
  givenBack,
  heldFrom,
  isGivenBack,
  readEntry,
  someExpired,
  takenOf,
} from './entries';
import { type Amounts, NOTHING, minus } from './limits';
import type { BudgetItem, BudgetStore, Held } from './ports';

/** Shards with room that are tried after the first: where all of these fill up meanwhile, others take the rest. */
const MOST_OTHERS = 4;
/** Each change that is refused says that another one was made. So many in a row are no traffic, but a fault. */
const MOST_CHANGES = 16;

/** Of what a request asks: how much, under which id, and when. */
export interface Wish {
  readonly id: string;
  readonly amounts: Amounts;
  readonly now: number;
}

/** Holds what is asked in one shard of a counter; otherwise gives all of its items, in which there was no room. */
export async function hold(
  store: BudgetStore,
  counter: Counter,
  wish: Wish,
  signal?: AbortSignal,
): Promise<{ readonly held: Held } | { readonly full: readonly BudgetItem[] }> {
  const [first, ...others] = counter.shards;
  const read = (shards: Counter['shards']) =>
    shards.length === 0
      ? []
      : store.read(
          shards.map(({ key }) => key),
          signal,
        );
  const inFirst = fits(EMPTY.taken, wish.amounts, first!.share)
    ? await holdIn(store, counter, first!, EMPTY, wish, signal)
    : { full: (await read([first!]))[0]! };
  if ('held' in inFirst) return inFirst;
  // One read is cheaper than as many attempts, and says what is left.
  const items = await read(others);
  const roomy = others.flatMap((shard, i) => {
    const fit = fits(takenOf(items[i]!, wish.now), wish.amounts, shard.share) || items[i]!.entries.has(wish.id);
    return fit ? [{ shard, i }] : [];
  });
  for (const { shard, i } of roomy.slice(0, MOST_OTHERS)) {
    const tried = await holdIn(store, counter, shard, items[i]!, wish, signal);
    if ('held' in tried) return tried;
    items[i] = tried.full;
  }
  return { full: [inFirst.full, ...items] };
}

/** Holds what is asked in one item, which is believed to be as `known` says. */
async function holdIn(
  store: BudgetStore,
  counter: Counter,
  { key, share }: Counter['shards'][number],
  known: BudgetItem,
  { id, amounts, now }: Wish,
  signal?: AbortSignal,
): Promise<{ readonly held: Held } | { readonly full: BudgetItem }> {
  const until = heldFrom(now);
  let item = known;
  for (let changes = 0; changes < MOST_CHANGES; changes++) {
    const seen = item.entries.get(id);
    const again = seen !== undefined && !isGivenBack(seen);
    const entry = entryOf(until, again ? readEntry(seen).amounts : amounts);
    // This change was made before, and its answer was lost; or a later try has it, and lets this one take part.
    if (again && readEntry(seen).until >= until) return { held: { key, entry, expired: [] } };
    const expired = again ? [] : someExpired(item, now, id);
    const add = again ? NOTHING : minus(amounts, amountIn(expired));
    const fit = again || fits(item.taken, add, share);
    // There may be more that has expired than one change can give back.
    if (!fit && expired.length === expiredIn(item, now, id).length) return { full: item };
    const { changed, item: after } = await store.change(
      key,
      {
        entries: [...(fit ? [{ id, seen, next: entry }] : []), ...givenBack(expired)],
        add: fit ? add : minus(NOTHING, amountIn(expired)),
        ...(fit && !again ? { within: share } : {}),
        expiresAt: cleanUpAt(counter),
      },
      signal,
    );
    if (changed && fit) return { held: { key, entry, expired: someExpired(after, now, id) } };
    item = after;
  }
  throw new Error(`${key} changes faster than anything can be reserved in it.`);
}

/**
 * Ends a reservation's part in one item: charges what was used in the place of what was held, once; a release, without
 * `used`, gives it back. What is no longer there has been ended before.
 */
export async function close(
  store: BudgetStore,
  id: string,
  held: Held,
  used: Amounts | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const { until } = readEntry(held.entry);
  let seen = held.entry;
  let expired = held.expired;
  for (let changes = 0; changes < MOST_CHANGES; changes++) {
    const add = minus(minus(used ?? NOTHING, readEntry(seen).amounts), amountIn(expired));
    const entries = [{ id, seen, next: undefined }, ...givenBack(expired)];
    const { changed, item } = await store.change(held.key, { entries, add }, signal);
    if (changed) return;
    // It has expired and was given back, or a retry holds it for longer, or others gave back what had expired.
    expired = [];
    const now = item.entries.get(id);
    if (now === undefined) return;
    // One that expires earlier is of a try that had died, and arrived late. One that a retry holds is the retry's to release.
    const ends = readEntry(now).until;
    if (used ? ends < until : ends !== until) return;
    seen = now;
  }
  throw new Error(`${held.key} changes faster than anything can be settled in it.`);
}
