import type { Baseline } from '../core/drift/baseline';
import type { ClosedWindow } from '../core/drift/blocks';
import type { Ongoing, WindowFindings } from '../core/drift/evaluate';
import { type ShardPartial, emptyPartial, mergePartials, observe } from '../core/drift/partial';
import type { DriftStore } from '../core/drift/ports';
import { SHARDS } from '../core/drift/settings';
import { type ComparisonTally, NO_COMPARISONS, addComparisons } from '../core/drift/tally';

/** The drift store in memory, for tests: it keeps the same contract as the one on DynamoDB. */
export function memoryDriftStore(baseline: Baseline): DriftStore {
  const partials = new Map<string, ShardPartial>();
  const sealed = new Map<number, ClosedWindow>();
  const rolledUp = new Map<string, ClosedWindow>();
  const compared = new Map<string, { window: number; total: ComparisonTally }>();
  let cursor: number | undefined;
  let drifted: WindowFindings | undefined;
  let kept: { window: number; before: Ongoing; after: Ongoing } | undefined;
  const partial = (window: number, shard: number) => partials.get(`${window}#${shard}`) ?? emptyPartial(baseline);
  return {
    async add(window, shard, observations) {
      if (sealed.has(window)) return { late: observations.length };
      partials.set(`${window}#${shard}`, observe(baseline, partial(window, shard), observations));
      return { late: 0 };
    },
    async seal(window) {
      const { tally } = mergePartials(
        baseline,
        Array.from({ length: SHARDS }, (_, shard) => partial(window, shard)),
      );
      const closed = { window, tally };
      sealed.set(window, closed);
      return closed;
    },
    async closed(windows) {
      return windows
        .flatMap((window) => sealed.get(window) ?? [])
        .filter(({ tally }) => tally.rows > 0)
        .sort((a, b) => b.window - a.window);
    },
    async saveRolledUp(level, sum) {
      rolledUp.set(`${level}#${sum.window}`, sum);
    },
    async rolledUp(level, starts) {
      return starts.flatMap((start) => rolledUp.get(`${level}#${start}`) ?? []).sort((a, b) => b.window - a.window);
    },
    async cursor() {
      return cursor;
    },
    async moveCursor(window) {
      cursor = window;
    },
    async addComparison(version, window, comparison) {
      const before = compared.get(version);
      if (before && before.window >= window) return;
      compared.set(version, { window, total: addComparisons(before?.total ?? NO_COMPARISONS, comparison) });
    },
    async comparison(version) {
      return compared.get(version)?.total ?? NO_COMPARISONS;
    },
    async ongoing(window) {
      return (kept?.window === window ? kept.before : kept?.after) ?? {};
    },
    async saveOngoing(window, before, after) {
      kept = { window, before, after };
    },
    async saveDrifted(findings) {
      drifted = findings;
    },
    async drifted() {
      return drifted;
    },
  };
}
