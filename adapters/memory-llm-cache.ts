import type { CacheEntry, CacheStore, Candidate, EvidenceStore, Purge, SemanticIndex } from '../core/llm/cache/ports';
import { type Evidence, NO_EVIDENCE, mergeEvidence, periodOf, withChecked } from '../core/llm/cache/threshold';

export interface LlmCacheStores {
  readonly store: CacheStore;
  readonly index: SemanticIndex;
  readonly evidence: EvidenceStore;
}

/** Caches of language models in memory, for tests and commands: they keep the same contract as those on DynamoDB. */
export function memoryLlmCache(): LlmCacheStores {
  const entries = new Map<string, CacheEntry>();
  const purgedAt = new Map<string, number>();
  const buckets = new Map<string, Map<string, Uint8Array>>();
  const counts = new Map<string, Evidence>();
  const bucketKey = (partition: string, bucket: string) => `${partition}#${bucket}`;
  const isPurged = ({ caller, prompt, askedAt }: CacheEntry) =>
    [`caller#${caller}`, `prompt#${prompt}`].some((of) => askedAt <= (purgedAt.get(of) ?? -Infinity));

  return {
    store: {
      async get({ id }, keys, now) {
        return keys.flatMap((key) => {
          const entry = entries.get(key);
          return entry && entry.partition === id && entry.until > now && !isPurged(entry) ? [entry] : [];
        });
      },
      async put(entry) {
        entries.set(entry.key, entry);
      },
      async purge(purge, now) {
        if ('caller' in purge) purgedAt.set(`caller#${purge.caller}`, now);
        if ('prompt' in purge) purgedAt.set(`prompt#${purge.prompt}`, now);
        const gone = [...entries.values()].filter((entry) => isOf(purge, entry) && entry.askedAt <= now);
        for (const { key } of gone) entries.delete(key);
        return gone;
      },
    },
    index: {
      async add({ key, partition, sketch, buckets: of }) {
        for (const name of of) {
          const bucket = buckets.get(bucketKey(partition, name)) ?? new Map<string, Uint8Array>();
          buckets.set(bucketKey(partition, name), bucket.set(key, sketch));
        }
      },
      async candidates(partition, of) {
        const found = new Map<string, Candidate>();
        for (const name of of)
          for (const [key, sketch] of buckets.get(bucketKey(partition, name)) ?? []) found.set(key, { key, sketch });
        return [...found.values()];
      },
      async remove({ key, partition, buckets: of }) {
        for (const name of of) buckets.get(bucketKey(partition, name))?.delete(key);
      },
    },
    evidence: {
      async read(scope, now) {
        const of = (period: number) => counts.get(`${scope}#${period}`) ?? NO_EVIDENCE;
        return mergeEvidence(of(periodOf(now)), of(periodOf(now) - 1));
      },
      async add(scope, bin, right, now) {
        const key = `${scope}#${periodOf(now)}`;
        counts.set(key, withChecked(counts.get(key) ?? NO_EVIDENCE, bin, right));
      },
    },
  };
}

const isOf = (purge: Purge, { key, decision, prompt, caller }: CacheEntry): boolean => {
  if ('key' in purge) return key === purge.key;
  if ('decision' in purge) return decision === purge.decision;
  return 'prompt' in purge ? prompt === purge.prompt : caller === purge.caller;
};
