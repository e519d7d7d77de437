import type { OpenDecision } from '../ports';

/** The work that waits, oldest first. Neither inputs nor leases are in it. */
export interface Backlog {
  readonly backlog: number;
  /** Whether there are more than the items listed. */
  readonly more: boolean;
  readonly oldestAgeSeconds: number;
  readonly items: readonly {
    readonly id: string;
    readonly at: string;
    readonly ageSeconds: number;
    readonly reviewBy: string | null;
    /** Until the safe default takes its place; negative when overdue. */
    readonly slaSeconds: number | null;
  }[];
}

/** More than this are not counted: the backlog is then "at least". */
export const MOST_COUNTED = 10_000;
const MOST_ITEMS = 100;

export function backlogOf(pending: readonly OpenDecision[], now: number): Backlog {
  const seconds = (ms: number) => Math.round(ms / 1000);
  const items = pending.slice(0, MOST_ITEMS).map(({ id, at, reviewBy }) => ({
    id,
    at,
    ageSeconds: seconds(now - Date.parse(at)),
    reviewBy: reviewBy ?? null,
    slaSeconds: reviewBy ? seconds(Date.parse(reviewBy) - now) : null,
  }));
  return {
    backlog: pending.length,
    more: pending.length > items.length,
    oldestAgeSeconds: items[0]?.ageSeconds ?? 0,
    items,
  };
}
