import type { Sentence } from './sentences';

/**
 * A network that looks at a sentence's embedding beside the mean of those of its whole text: what was planted has little to
 * do with what it stands in. One hidden layer, rectified; each matrix has a row a hidden unit.
 */
export interface InjectionNetwork {
  readonly dimensions: number;
  readonly hidden: number;
  /** Of the sentence, `hidden` times `dimensions`. */
  readonly sentence: Float32Array;
  /** Of the mean. */
  readonly mean: Float32Array;
  /** Of the facts about a sentence, `hidden` times `FACTS`. */
  readonly facts: Float32Array;
  readonly bias: Float32Array;
  readonly out: Float32Array;
  /** Past the hidden layer. */
  readonly direct: Float32Array;
  readonly outBias: number;
}

/** What is known of a sentence beside its embedding; see `factsOf`. */
export const FACTS = 4;

/** The worst sentence of a text. */
export interface Worst {
  /** From 0 to 1; from a half on the text tells a model what to do. */
  readonly score: number;
  /** Which of the sentences. */
  readonly worst: number;
}

export type Vector = ArrayLike<number>;

export function meanOf(vectors: readonly Vector[], dimensions: number): Float32Array {
  const mean = new Float32Array(dimensions);
  for (const vector of vectors) for (let i = 0; i < dimensions; i++) mean[i]! += vector[i]! / vectors.length;
  return mean;
}

/**
 * The first tier's word on the sentence and on the worst of the text, how much text there is, and how near the sentence is
 * to it: each about as large as one.
 */
export function factsOf(odds: number, most: number, sentences: number, vector: Vector, mean: Vector): number[] {
  let dot = 0;
  let square = 0;
  for (let i = 0; i < mean.length; i++) {
    dot += vector[i]! * mean[i]!;
    square += mean[i]! * mean[i]!;
  }
  return [bounded(odds), bounded(most), Math.log(sentences) / 3, dot / Math.sqrt(Math.max(1e-9, square))];
}

const bounded = (odds: number): number => Math.max(-2, Math.min(2, odds / 4));

/** Sums of the hidden units that the mean of a text gives, alike for each of its sentences. */
export function fromMean({ dimensions, hidden, mean, bias }: InjectionNetwork, of: Vector): Float32Array {
  return Float32Array.from({ length: hidden }, (_, unit) => bias[unit]! + rowTimes(mean, unit * dimensions, of));
}

/** Log-odds that a sentence tells a model what to do. `units` is given what the hidden units make of it. */
export function sentenceOdds(
  { dimensions, hidden, sentence, facts, out, direct, outBias }: InjectionNetwork,
  vector: Vector,
  base: Float32Array,
  known: readonly number[],
  units = new Float32Array(hidden),
): number {
  let odds = outBias;
  for (let i = 0; i < FACTS; i++) odds += direct[i]! * known[i]!;
  for (let unit = 0; unit < hidden; unit++) {
    let sum = base[unit]! + rowTimes(sentence, unit * dimensions, vector);
    for (let i = 0; i < FACTS; i++) sum += facts[unit * FACTS + i]! * known[i]!;
    units[unit] = sum > 0 ? sum : 0;
    odds += out[unit]! * units[unit]!;
  }
  return odds;
}

function rowTimes(matrix: Float32Array, from: number, vector: Vector): number {
  let a = 0;
  let b = 0;
  // Dimensions are even; two sums run side by side.
  for (let i = 0; i < vector.length; i += 2) {
    a += matrix[from + i]! * vector[i]!;
    b += matrix[from + i + 1]! * vector[i + 1]!;
  }
  return a + b;
}

/** What a text comes to, of its sentences and their embeddings, of which there is one each. */
export function worstOf(
  network: InjectionNetwork,
  sentences: readonly Pick<Sentence, 'odds'>[],
  vectors: readonly Vector[],
): Worst {
  const mean = meanOf(vectors, network.dimensions);
  const base = fromMean(network, mean);
  const most = sentences.reduce((max, { odds }) => Math.max(max, odds), -Infinity);
  let worst = -1;
  let highest = -Infinity;
  for (const [i, { odds }] of sentences.entries()) {
    const vector = vectors[i]!;
    const found = sentenceOdds(network, vector, base, factsOf(odds, most, sentences.length, vector, mean));
    if (found > highest) [worst, highest] = [i, found];
  }
  return { score: 1 / (1 + Math.exp(-highest)), worst };
}
