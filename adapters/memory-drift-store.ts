import type { Baseline } from '../core/drift/baseline';
import type { WindowFindings } from '../core/drift/evaluate';
import { type Partial, emptyPartial, mergePartials, observe } from '../core/drift/partial';
import type { DriftStore } from '../core/drift/ports';
import { SHARDS } from '../core/drift/settings';

/** The drift store in memory, for tests: it keeps the same contract as the one on DynamoDB. */
export function memoryDriftStore(baseline: Baseline): DriftStore {
  const partials = new Map<string, Partial>();
  const sealed = new Set<number>();
  let last: WindowFindings | undefined;
  let drifted: WindowFindings | undefined;
  return {
    async add(window, shard, observations) {
      if (sealed.has(window)) return { late: observations.length, overflow: 0 };
      const key = `${window}#${shard}`;
      const partial = structuredClone(partials.get(key) ?? emptyPartial());
      const { overflow } = observe(baseline, partial, observations);
      partials.set(key, partial);
      return { late: 0, overflow };
    },
    async seal(window) {
      sealed.add(window);
      return mergePartials(Array.from({ length: SHARDS }, (_, shard) => partials.get(`${window}#${shard}`) ?? emptyPartial()));
    },
    async cursor() {
      return last?.window;
    },
    async save(findings) {
      last = findings;
      if (findings.drift > 0) drifted = findings;
    },
    async latest() {
      return { ...(last ? { last } : {}), ...(drifted ? { drifted } : {}) };
    },
  };
}
