import { orElse } from '../../resilience/deadline';
import { type Lsh, cosine, quantise, sketchDistance } from './lsh';
import { type MeaningGuard, sameMeaning } from './meaning-guards';
import {
  type Partition,
  type PartitionParts,
  callerKey,
  entryKey,
  keyedHash,
  partitionOf,
  promptKey,
} from './partition';
import type { CacheEntry, CacheStore, Embedder, EvidenceStore, IndexEntry, Meaning, SemanticIndex } from './ports';
import { type Evidence, binOf, isProven } from './threshold';

export interface CachePorts {
  readonly store: CacheStore;
  /** Keys all hashes: whoever has it and an input can find its answer. */
  readonly secret: string;
  readonly exactTtlMs: number;
  /** @default - no semantic tier */
  readonly semantic?: SemanticPorts;
}

export interface SemanticPorts {
  readonly embedder: Embedder;
  readonly index: SemanticIndex;
  readonly evidence: EvidenceStore;
  readonly lsh: Lsh;
  readonly ttlMs: number;
  readonly wrongHits: number;
  readonly verify: number;
}

export interface Question {
  readonly parts: PartitionParts;
  /** The input as it came in. It is hashed and not kept. */
  readonly input: unknown;
  /** The question as one text, masked; without it only the exact tier is asked. */
  readonly text?: string;
  /** The values that masking took out of the text, in its order. They are hashed and not kept. */
  readonly hidden?: readonly string[];
}

export type Found =
  | { readonly hit: 'exact'; readonly answer: string; readonly decision: string }
  | { readonly hit: 'semantic'; readonly answer: string; readonly decision: string; readonly similarity: number }
  | Miss;

export interface Miss {
  readonly hit: null;
  readonly reason: 'none' | 'late' | 'failed' | 'embedding' | 'guard' | 'unproven' | 'verify';
  /** Which guard refused the nearest. */
  readonly guard?: MeaningGuard | 'hidden';
  /** An answer that would have been served: compare it with the model's and say so by `checked`. */
  readonly check?: Check;
  /** For `keep`, so that the text is not embedded twice. */
  readonly vector?: Int8Array;
}

export interface Check {
  readonly scope: string;
  readonly bin: number;
  readonly answer: string;
}

export interface Kept {
  readonly decision: string;
  /** The model's answer as JSON. */
  readonly answer: string;
  /** Whether the answer passed every output guard; one that did not is not kept. */
  readonly guardsPassed: boolean;
  /** When the question was asked, epoch milliseconds. */
  readonly askedAt: number;
  readonly vector?: Int8Array | undefined;
}

export type PurgeOf =
  | { readonly question: Pick<Question, 'parts' | 'input'> }
  | { readonly decision: string }
  | { readonly prompt: string }
  | { readonly caller: string };

export interface LlmCache {
  /** Never throws and never outlasts its signal: what fails is a miss. `draw`, from 0 to below 1, says what is verified. */
  lookUp(
    question: Question,
    at: { readonly now: number; readonly draw: number; readonly signal: AbortSignal },
  ): Promise<Found>;
  /** Keeps an answer; false where it was not. Never throws. */
  keep(question: Question, kept: Kept, signal: AbortSignal): Promise<boolean>;
  /** Counts whether the model's answer was the one that would have been served. Never throws. */
  checked(check: Check, right: boolean, now: number, signal: AbortSignal): Promise<void>;
  /** Forgets what was asked until `now`; how many entries. Throws when the store fails: who erases must know. */
  purge(of: PurgeOf, now: number): Promise<number>;
}

/** So many of the nearest are read in full. */
const MOST_READ = 8;
/** Evidence changes slowly, and every lookup needs it. */
const EVIDENCE_KEPT_MS = 10_000;

export function llmCache({ store, secret, exactTtlMs, semantic }: CachePorts): LlmCache {
  const proofs = new Map<string, { readonly at: number; readonly evidence: Evidence }>();

  async function evidenceOf({ evidence }: SemanticPorts, scope: string, now: number, signal: AbortSignal) {
    const kept = proofs.get(scope);
    if (kept && now - kept.at < EVIDENCE_KEPT_MS && now >= kept.at) return kept.evidence;
    const read = await evidence.read(scope, now, signal);
    proofs.clear();
    proofs.set(scope, { at: now, evidence: read });
    return read;
  }

  const hiddenKey = (partition: Partition, hidden: readonly string[] = []) =>
    keyedHash(secret, 'hidden', partition.id, hidden);

  async function vectorOf({ embedder }: SemanticPorts, text: string, signal: AbortSignal) {
    const embedded = await embedder.embed([text], signal);
    return 'failed' in embedded ? undefined : quantise(embedded.vectors[0]!);
  }

  async function findNear(
    tier: SemanticPorts,
    question: Question,
    partition: Partition,
    now: number,
    draw: number,
    signal: AbortSignal,
  ): Promise<Found> {
    const text = question.text!;
    const vector = await vectorOf(tier, text, signal);
    if (!vector) return { hit: null, reason: 'embedding' };
    const candidates = await tier.index.candidates(partition.id, tier.lsh.probes(vector), signal);
    const nearest = closest(candidates, tier.lsh.sketch(vector));
    const entries = nearest.length > 0 ? await store.get(partition, nearest, now, signal) : [];
    const near = entries
      .flatMap((entry) =>
        entry.meaning ? [{ entry, meaning: entry.meaning, similarity: cosine(vector, entry.meaning.vector) }] : [],
      )
      .filter(({ entry, similarity }) => binOf(similarity) !== undefined && now < entry.askedAt + tier.ttlMs)
      .sort((a, b) => b.similarity - a.similarity);
    if (near.length === 0) return { hit: null, reason: 'none', vector };
    const hidden = hiddenKey(partition, question.hidden);
    let refused: MeaningGuard | 'hidden' | undefined;
    for (const { entry, meaning, similarity } of near) {
      const guard = refusal(meaning, text, hidden);
      refused ??= guard;
      if (guard !== undefined) continue;
      const bin = binOf(similarity)!;
      const check = { scope: partition.scope, bin, answer: entry.answer };
      const evidence = await evidenceOf(tier, partition.scope, now, signal);
      if (!isProven(evidence, bin, tier.wrongHits)) return { hit: null, reason: 'unproven', check, vector };
      if (draw < tier.verify) return { hit: null, reason: 'verify', check, vector };
      return { hit: 'semantic', answer: entry.answer, decision: entry.decision, similarity };
    }
    return { hit: null, reason: 'guard', ...(refused ? { guard: refused } : {}), vector };
  }

  async function look(question: Question, now: number, draw: number, signal: AbortSignal): Promise<Found> {
    const partition = partitionOf(secret, question.parts);
    const [same] = await store.get(partition, [entryKey(secret, partition, question.input)], now, signal);
    if (same && now < same.askedAt + exactTtlMs) return { hit: 'exact', answer: same.answer, decision: same.decision };
    if (!semantic || question.text === undefined) return { hit: null, reason: 'none' };
    return findNear(semantic, question, partition, now, draw, signal);
  }

  async function put(question: Question, { decision, answer, askedAt, vector: given }: Kept, signal: AbortSignal) {
    const partition = partitionOf(secret, question.parts);
    const key = entryKey(secret, partition, question.input);
    const text = semantic ? question.text : undefined;
    const vector = semantic && text !== undefined ? (given ?? (await vectorOf(semantic, text, signal))) : undefined;
    const meaning: Meaning | undefined =
      text !== undefined && vector ? { text, hidden: hiddenKey(partition, question.hidden), vector } : undefined;
    const until = askedAt + (meaning && semantic ? Math.max(exactTtlMs, semantic.ttlMs) : exactTtlMs);
    const entry: CacheEntry = { key, partition: partition.id, caller: partition.caller, prompt: partition.prompt, decision, answer, askedAt, until, ...(meaning ? { meaning } : {}) }; // prettier-ignore
    await store.put(entry, signal);
    const indexed = semantic && indexEntry(semantic.lsh, entry);
    if (indexed) await semantic.index.add(indexed, signal);
    return true;
  }

  const purgeOf = (of: PurgeOf) => {
    if ('decision' in of) return of;
    if ('caller' in of) return { caller: callerKey(secret, of.caller) };
    if ('prompt' in of) return { prompt: promptKey(secret, of.prompt) };
    return { key: entryKey(secret, partitionOf(secret, of.question.parts), of.question.input) };
  };

  return {
    lookUp: (question, { now, draw, signal }) =>
      orElse<Found>(orFailed(look(question, now, draw, signal), { hit: null, reason: 'failed' }), signal, {
        hit: null,
        reason: 'late',
      }),
    keep: (question, kept, signal) =>
      kept.guardsPassed ? orElse(orFailed(put(question, kept, signal), false), signal, false) : Promise.resolve(false),
    checked: (check, right, now, signal) =>
      orElse(
        orFailed(semantic?.evidence.add(check.scope, check.bin, right, now, signal) ?? Promise.resolve(), undefined),
        signal,
        undefined,
      ),
    async purge(of, now) {
      const removed = await store.purge(purgeOf(of), now);
      for (const entry of semantic ? removed : []) {
        const indexed = indexEntry(semantic!.lsh, entry);
        if (indexed) await semantic!.index.remove(indexed);
      }
      return removed.length;
    },
  };
}

/** A cache that fails is no cache. */
const orFailed = <T>(work: Promise<T>, failed: T): Promise<T> => work.catch(() => failed);

const refusal = (meaning: Meaning, text: string, hidden: string): MeaningGuard | 'hidden' | undefined => {
  if (meaning.hidden !== hidden) return 'hidden';
  const same = sameMeaning(meaning.text, text);
  return same.ok ? undefined : same.guard;
};

function closest(
  candidates: readonly { readonly key: string; readonly sketch: Uint8Array }[],
  sketch: Uint8Array,
): string[] {
  const far = new Map(candidates.map((candidate) => [candidate.key, sketchDistance(candidate.sketch, sketch)]));
  return [...far]
    .sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
    .slice(0, MOST_READ)
    .map(([key]) => key);
}

const indexEntry = (lsh: Lsh, { key, partition, meaning, until }: CacheEntry): IndexEntry | undefined =>
  meaning && { key, partition, until, buckets: lsh.buckets(meaning.vector), sketch: lsh.sketch(meaning.vector) };
