import type { Evidence } from './threshold';

/** An answer that is kept. Neither the caller's name nor any unmasked text is in it. */
export interface CacheEntry {
  readonly key: string;
  /** Keyed hashes: of the partition, its caller and its prompt. */
  readonly partition: string;
  readonly caller: string;
  readonly prompt: string;
  /** The decision that the answer was given for. */
  readonly decision: string;
  /** The model's answer as JSON. */
  readonly answer: string;
  /** What the semantic tier compares; without it the entry is found by its key alone. */
  readonly meaning?: Meaning;
  /** When the question was asked, epoch milliseconds: a purge reaches what was asked before it. */
  readonly askedAt: number;
  /** Epoch milliseconds. */
  readonly until: number;
}

export interface Meaning {
  /** The question, masked. */
  readonly text: string;
  /** Keyed hash of the values that were masked: two questions about different people are different. */
  readonly hidden: string;
  /** The embedding, scaled to whole numbers from -127 to 127. */
  readonly vector: Int8Array;
}

/** What to forget: an entry, what a decision left, all of a prompt, all of a caller (the last two by keyed hash). */
export type Purge =
  { readonly key: string } | { readonly decision: string } | { readonly prompt: string } | { readonly caller: string };

/** Answers by key. Each call may throw: the cache turns that into a miss. */
export interface CacheStore {
  /** What is kept under these keys, less what was purged or has ended by `now`. At most 16 keys. */
  get(partition: PartitionKeys, keys: readonly string[], now: number, signal: AbortSignal): Promise<CacheEntry[]>;
  put(entry: CacheEntry, signal: AbortSignal): Promise<void>;
  /** Forgets what was asked until `now`; gives what it removed, for the index. */
  purge(purge: Purge, now: number): Promise<CacheEntry[]>;
}

export interface PartitionKeys {
  readonly id: string;
  readonly caller: string;
  readonly prompt: string;
}

/** Entries by the buckets that their embeddings fall into. A bucket holds a bounded number. */
export interface SemanticIndex {
  add(entry: IndexEntry, signal: AbortSignal): Promise<void>;
  /** What lies in any of the buckets. */
  candidates(partition: string, buckets: readonly string[], signal: AbortSignal): Promise<readonly Candidate[]>;
  remove(entry: Pick<IndexEntry, 'key' | 'partition' | 'buckets'>): Promise<void>;
}

export interface Candidate {
  readonly key: string;
  /** Signs of the embedding against some planes, a bit each: how many differ says how far two are apart. */
  readonly sketch: Uint8Array;
}

export interface IndexEntry extends Candidate {
  readonly partition: string;
  readonly buckets: readonly string[];
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Counts of hits that were checked, by a scope that no caller is part of. */
export interface EvidenceStore {
  read(scope: string, now: number, signal: AbortSignal): Promise<Evidence>;
  add(scope: string, bin: number, right: boolean, now: number, signal: AbortSignal): Promise<void>;
}

export type Embedded = { readonly vectors: readonly (readonly number[])[] } | { readonly failed: string };

export interface Embedder {
  /** A vector a text. Never throws: a failure is a value. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Embedded>;
}
