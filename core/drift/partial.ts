import type { Baseline } from './baseline';
import { tallyOf } from './accumulate';
import { addTallies, decodeTally, encodeTally, type Observation, type Tally } from './tally';

/**
 * How many decisions one shard of a window counts. Their ids take 28 bytes each at most, 336 kB of the 400 KiB that a DynamoDB
 * item holds; the tally of a hundred features fits in the rest.
 */
export const SHARD_CAPACITY = 12_000;

/** What one shard of a window has counted so far, and whom. */
export interface ShardPartial {
  /** The decisions in the tally: what is delivered again is recognized by them. They grow in place. */
  readonly ids: Set<string>;
  /** Deliveries beyond the capacity, which the tally is without; one delivered twice counts twice here. */
  readonly overflow: number;
  readonly tally: Tally;
}

/** The start of the window of event time that holds a moment. All in epoch milliseconds. */
export const windowOf = (at: number, windowMs: number): number => Math.floor(at / windowMs) * windowMs;

/** The shard, 0 to `shards` − 1, that counts a decision: always the same one. Method: FNV-1a, with murmur3's last mix. */
export function shardOf(id: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % shards;
}

export const emptyPartial = (baseline: Baseline): ShardPartial => ({
  ids: new Set(),
  overflow: 0,
  tally: tallyOf(baseline, []),
});

/**
 * The partial with some deliveries more. However they are split, ordered, overlapped or repeated, each decision is
 * counted once; when all were counted before, the very same partial comes back. An overfull shard leaves out what comes
 * last, and says how much.
 */
export function observe(baseline: Baseline, partial: ShardPartial, deliveries: readonly Observation[]): ShardPartial {
  const { ids } = partial;
  const fresh: Observation[] = [];
  let overflow = partial.overflow;
  for (const one of deliveries) {
    if (ids.has(one.id)) continue;
    if (ids.size < SHARD_CAPACITY) {
      ids.add(one.id);
      fresh.push(one);
    } else overflow++;
  }
  if (fresh.length === 0 && overflow === partial.overflow) return partial;
  return { ids, overflow, tally: addTallies(partial.tally, tallyOf(baseline, fresh)) };
}

/** The observations of a batch by window and shard. */
export interface ShardDeliveries {
  readonly window: number;
  readonly shard: number;
  readonly observations: Observation[];
}

export function byShard(observations: readonly Observation[], windowMs: number, shards: number): ShardDeliveries[] {
  const groups = new Map<number, ShardDeliveries[]>();
  for (const one of observations) {
    const window = windowOf(one.at, windowMs);
    const shard = shardOf(one.id, shards);
    let ofWindow = groups.get(window);
    if (!ofWindow) groups.set(window, (ofWindow = []));
    (ofWindow[shard] ??= { window, shard, observations: [] }).observations.push(one);
  }
  return [...groups.values()].flatMap((ofWindow) => Object.values(ofWindow));
}

/** A window: the sum of its shards. */
export interface WindowTotal {
  readonly tally: Tally;
  readonly overflow: number;
}

export function mergePartials(baseline: Baseline, shards: readonly ShardPartial[]): WindowTotal {
  if (shards.length === 0) return { tally: tallyOf(baseline, []), overflow: 0 };
  return {
    tally: shards.map(({ tally }) => tally).reduce(addTallies),
    overflow: shards.reduce((sum, { overflow }) => sum + overflow, 0),
  };
}

/** A partial as text of at most 400,000 bytes. Ids must not hold a comma. */
export const encodePartial = ({ ids, overflow, tally }: ShardPartial): string =>
  `${[...ids].join()}\n${overflow}\n${encodeTally(tally)}`;

export function decodePartial(text: string): ShardPartial {
  const [ids = '', overflow, tally = ''] = text.split('\n');
  return { ids: new Set(ids === '' ? [] : ids.split(',')), overflow: Number(overflow), tally: decodeTally(tally) };
}
