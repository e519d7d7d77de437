import type { Share } from './counters';
import type { Amounts, TokenUsage } from './limits';
import type { Limited } from './refusal';

export interface Ask extends TokenUsage {
  /**
   * Names this one call of the model: the same id again is a retry and holds nothing more. Where two calls for one decision
   * can run at once, each must have an id of its own, or only one of them is paid for.
   */
  readonly id: string;
  readonly caller: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What is held for a request until it is settled, released, or 60 s old. */
export interface Reservation {
  readonly id: string;
  readonly held: readonly Held[];
}

/** A reservation's part in one item. */
export interface Held {
  readonly key: string;
  /** The entry as it was written. */
  readonly entry: string;
  /** Others' entries in the item that had expired by then; whoever closes this one gives them back with it. */
  readonly expired: readonly Entry[];
}

/**
 * Budgets of one pipeline. Everything that fails here throws: an outage, not an outcome. What was reserved before it is
 * released, or comes back when it expires. `Limits.onOutage` says what becomes of the request; that is the caller's to do.
 */
export interface Budgets {
  /** Holds what a request may use at most, in all of its budgets or in none. A refusal is a value. */
  reserve(
    ask: Ask,
    signal?: AbortSignal,
  ): Promise<{ readonly reservation: Reservation } | { readonly limited: Limited }>;
  /**
   * Gives back what was held and charges what was used, once, however often it is called. More than was held is charged
   * too. After an expiry it charges what was used, up to ten minutes later.
   */
  settle(reservation: Reservation, usage: TokenUsage, signal?: AbortSignal): Promise<void>;
  /** Gives everything back: the model was not asked, or charges nothing. */
  release(reservation: Reservation, signal?: AbortSignal): Promise<void>;
}

/** One reservation in an item. */
export interface Entry {
  readonly id: string;
  readonly text: string;
}

/** One item: what is used and held in it, and the reservations that are open or have expired, by id. */
export interface BudgetItem {
  readonly taken: Amounts;
  readonly entries: ReadonlyMap<string, string>;
}

/** A change of one item, made as a whole or not at all. */
export interface BudgetChange {
  /** Each entry must be as it was seen, and becomes `next`; undefined is an entry that is not there. */
  readonly entries: readonly {
    readonly id: string;
    readonly seen: string | undefined;
    readonly next: string | undefined;
  }[];
  /** Added to what is taken; may be negative. */
  readonly add: Amounts;
  /** What may be taken at most afterwards; without it, anything. */
  readonly within?: Share | undefined;
  /** Epoch seconds from when on the item may be cleaned up; without it, as before. */
  readonly expiresAt?: number;
}

/** Items by key, an absent one being empty. Throws when it cannot be reached. */
export interface BudgetStore {
  /** The item as it is after the change, or as it stood when the change was refused. */
  change(
    key: string,
    change: BudgetChange,
    signal?: AbortSignal,
  ): Promise<{ readonly changed: boolean; readonly item: BudgetItem }>;
  /** Items as they stand, in the order of their keys; at most 100. */
  read(keys: readonly string[], signal?: AbortSignal): Promise<BudgetItem[]>;
}
