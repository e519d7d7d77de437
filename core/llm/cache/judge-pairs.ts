import { binomialTail } from '../../policy/tails';
import { type MeaningGuard, sameMeaning } from './meaning-guards';
import { CONFIDENCE, FLOOR } from './threshold';

/** Two questions, whether they deserve one answer, and how near their embeddings are. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  readonly similarity: number;
}

export interface JudgedPair {
  readonly hit: boolean;
  readonly wrong: boolean;
  readonly similarity: number;
  /** What refused it, whatever its similarity. */
  readonly guard?: MeaningGuard;
}

export interface Judgement {
  readonly pairs: readonly JudgedPair[];
  /** The threshold that pairs of even and of odd number were judged by. */
  readonly thresholds: readonly [number, number];
}

/**
 * Which pairs would be hits. Without a threshold each half of the pairs is judged by one that is fitted on the other half,
 * so that no pair has a say in its own judgement.
 */
export function judgePairs(pairs: readonly Pair[], wrongHits: number, threshold?: number): Judgement {
  const guards = pairs.map(({ a, b }) => sameMeaning(a, b));
  const half = (odd: number) => pairs.filter((_, i) => i % 2 === odd && guards[i]!.ok);
  const thresholds: [number, number] =
    threshold === undefined ? [fit(half(1), wrongHits), fit(half(0), wrongHits)] : [threshold, threshold];
  return {
    thresholds,
    pairs: pairs.map(({ same, similarity }, i) => {
      const guard = guards[i]!;
      const hit = guard.ok && similarity >= thresholds[i % 2 === 0 ? 0 : 1];
      return { hit, wrong: hit && !same, similarity, ...(guard.ok ? {} : { guard: guard.guard }) };
    }),
  };
}

/** The least similarity at or beyond which no more than this share of the pairs that pass the guards is wrong. */
function fit(pairs: readonly Pair[], wrongHits: number): number {
  const near = pairs.filter(({ similarity }) => similarity >= FLOOR).sort((a, b) => b.similarity - a.similarity);
  let [threshold, wrong] = [near.length === 0 ? FLOOR : Infinity, 0];
  for (const [i, { same, similarity }] of near.entries()) {
    wrong += Number(!same);
    const isLastOfItsKind = near[i + 1]?.similarity !== similarity;
    if (isLastOfItsKind && wrong <= wrongHits * (i + 1)) threshold = i === near.length - 1 ? FLOOR : similarity;
  }
  return threshold;
}

/** Whether so many hits with so many wrong ones prove the bound (Clopper and Pearson, Biometrika 26, 1934). */
export const provesBound = (hits: number, wrong: number, wrongHits: number): boolean =>
  binomialTail(wrong, hits, wrongHits) <= 1 - CONFIDENCE;
