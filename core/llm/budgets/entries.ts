import type { Counter, Share } from './counters';
import { AMOUNTS, type Amounts, NOTHING, minus, plus } from './limits';
import type { BudgetChange, BudgetItem, Entry } from './ports';

/** A request's deadline is 25 s at most: what is still held after a minute belongs to one that has died. */
const HELD_MS = 60_000;
/** How long after its expiry an entry remembers that it was given back, for a settlement that comes late. */
const REMEMBERED_MS = 600_000;
/** So many fit well into an expression of 4 KB and 300 operators. */
const MOST_EXPIRED = 100;

export const EMPTY: BudgetItem = { taken: NOTHING, entries: new Map() };

/** An entry's text: when it expires, then its amounts. Once it is given back the amounts are zero. */
export const entryOf = (until: number, amounts: Amounts): string =>
  [until, ...AMOUNTS.map((name) => amounts[name])].join(',');

export const heldFrom = (now: number): number => now + HELD_MS;

export function readEntry(text: string): { readonly until: number; readonly amounts: Amounts } {
  const [until, requests, tokens, money] = text.split(',').map(Number);
  return { until: until!, amounts: { requests: requests!, tokens: tokens!, money: money! } };
}

export const isGivenBack = (text: string): boolean => {
  const { amounts } = readEntry(text);
  return AMOUNTS.every((name) => amounts[name] === 0);
};

/** Entries that have something to give back, and those that need not be remembered any more. `own` is left out. */
export function expiredIn({ entries }: BudgetItem, now: number, own?: string): Entry[] {
  const found: Entry[] = [];
  for (const [id, text] of entries)
    if (id !== own && readEntry(text).until + (isGivenBack(text) ? REMEMBERED_MS : 0) <= now) found.push({ id, text });
  return found;
}

/** As many of them as one change can take. */
export const someExpired = (item: BudgetItem, now: number, own: string): Entry[] =>
  expiredIn(item, now, own).slice(0, MOST_EXPIRED);

/** What expired entries hold. */
export const amountIn = (entries: readonly Entry[]): Amounts =>
  entries.reduce((sum, { text }) => plus(sum, readEntry(text).amounts), NOTHING);

/** What becomes of expired entries: they give back what they hold, and are forgotten later. */
export const givenBack = (expired: readonly Entry[]): BudgetChange['entries'] =>
  expired.map(({ id, text }) => ({
    id,
    seen: text,
    next: isGivenBack(text) ? undefined : entryOf(readEntry(text).until, NOTHING),
  }));

/** Whether an item has room for so much more. */
export const fits = (taken: Amounts, asked: Amounts, share: Share): boolean =>
  AMOUNTS.every((name) => share[name] === undefined || taken[name] + asked[name] <= share[name]);

/** What is taken of an item without what has expired. */
export const takenOf = (item: BudgetItem, now: number): Amounts => minus(item.taken, amountIn(expiredIn(item, now)));

/** Items are for one window: a day after it they only take up space. */
export const cleanUpAt = ({ endsAt }: Pick<Counter, 'endsAt'>): number => Math.floor(endsAt / 1000) + 86_400;
