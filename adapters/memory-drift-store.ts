import { NO_BASELINE } from '../core/drift/baseline';
import type { ClosedWindow } from '../core/drift/blocks';
import type { DriftReport, Ongoing } from '../core/drift/evaluate';
import { type ShardPartial, emptyPartial, mergePartials, observe } from '../core/drift/partial';
import type { DriftStore } from '../core/drift/ports';
import { type Counting, countingId } from '../core/drift/rolling-baseline';
import { SHARDS } from '../core/drift/settings';
import { type ComparisonTally, NO_COMPARISONS, addComparisons, isNothing } from '../core/drift/tally';

interface Counted {
  readonly windowMs: number;
  readonly partials: Map<string, ShardPartial>;
  readonly sealed: Map<number, ClosedWindow>;
  readonly rolledUp: Map<string, ClosedWindow>;
  cursor?: number;
  usedAt: number;
  kept?: { readonly window: number; readonly before: Ongoing; readonly after: Ongoing };
}

/** What a state table holds of drift. */
export interface MemoryDriftTable {
  readonly countings: Map<string, Counted>;
  readonly compared: Map<string, { readonly window: number; readonly total: ComparisonTally }>;
  busyUntil: number;
  drifted?: DriftReport;
}

export const memoryDriftTable = (): MemoryDriftTable => ({
  countings: new Map(),
  compared: new Map(),
  busyUntil: -Infinity,
});

/** The drift store in memory, for tests: it keeps the same contract as the one on DynamoDB. */
export const memoryDriftStore = (counting: Counting, table: MemoryDriftTable = memoryDriftTable()): DriftStore =>
  storeOf(table, countingId(counting), counting);

function storeOf(table: MemoryDriftTable, id: string, { baseline, windowMs }: Counting): DriftStore {
  const own: Counted = table.countings.get(id) ?? {
    windowMs,
    partials: new Map(),
    sealed: new Map(),
    rolledUp: new Map(),
    usedAt: 0,
  };
  table.countings.set(id, own);
  const { partials, sealed, rolledUp } = own;
  const move = (window: number): boolean => {
    if (own.cursor !== undefined && own.cursor >= window) return false;
    own.cursor = window;
    return true;
  };
  return {
    async add(window, shard, observations) {
      const before = partials.get(`${window}#${shard}`) ?? emptyPartial(baseline);
      if (sealed.has(window)) return { late: observations.filter((one) => !before.ids.has(one.id)).length, beyond: 0 };
      const { overflow } = before;
      const partial = observe(baseline, before, observations);
      partials.set(`${window}#${shard}`, partial);
      return { late: 0, beyond: partial.overflow - overflow };
    },
    async seal(window) {
      const shards = Array.from({ length: SHARDS }, (_, shard) => partials.get(`${window}#${shard}`) ?? []).flat();
      const closed = { window, tally: mergePartials(baseline, shards).tally };
      sealed.set(window, closed);
      return closed;
    },
    async closed(windows) {
      return windows
        .flatMap((window) => sealed.get(window) ?? [])
        .filter(({ tally }) => !isNothing(tally))
        .sort((a, b) => b.window - a.window);
    },
    async saveRolledUp(level, sum) {
      rolledUp.set(`${level}#${sum.window}`, sum);
    },
    async rolledUp(level, starts) {
      return starts.flatMap((start) => rolledUp.get(`${level}#${start}`) ?? []).sort((a, b) => b.window - a.window);
    },
    async cursor() {
      return own.cursor;
    },
    async moveCursor(window) {
      if (move(window)) own.usedAt = window;
    },
    async claim(now, until) {
      if (table.busyUntil > now) return false;
      table.busyUntil = until;
      return true;
    },
    async release() {
      table.busyUntil = -Infinity;
    },
    async others() {
      return [...table.countings]
        .filter(([other, { cursor }]) => other !== id && cursor !== undefined)
        .map(([other, { windowMs: ms, usedAt }]) => {
          const store = storeOf(table, other, { baseline: NO_BASELINE, windowMs: ms });
          const moveCursor = async (window: number) => {
            table.countings.get(other)!.cursor = Math.max(table.countings.get(other)!.cursor ?? window, window);
          };
          return { id: other, windowMs: ms, usedAt, store: { ...store, moveCursor } };
        });
    },
    async retire(other) {
      const counted = table.countings.get(other);
      delete counted?.cursor;
      delete counted?.kept;
    },
    async addComparison(version, window, comparison) {
      const before = table.compared.get(version);
      if (before && before.window >= window) return;
      table.compared.set(version, { window, total: addComparisons(before?.total ?? NO_COMPARISONS, comparison) });
    },
    async comparison(version) {
      return table.compared.get(version)?.total ?? NO_COMPARISONS;
    },
    async ongoing(window) {
      return (own.kept?.window === window ? own.kept.before : own.kept?.after) ?? {};
    },
    async saveOngoing(window, before, after) {
      own.kept = { window, before, after };
    },
    async saveDrifted(report) {
      table.drifted = report;
    },
    async drifted() {
      return table.drifted;
    },
  };
}
