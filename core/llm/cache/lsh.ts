import { randomOf } from '../../random';

/** How the index is cut: measured by bench/cache/recall.ts. */
export interface LshShape {
  readonly dimensions: number;
  readonly tables: number;
  /** Hyperplanes a table. */
  readonly bits: number;
  /** Further buckets a table that are looked into. */
  readonly probes: number;
}

export const SHAPE: Omit<LshShape, 'dimensions'> = { tables: 8, bits: 10, probes: 3 };
const SKETCH_BITS = 256;

export interface Lsh {
  /** The bucket of each table. */
  buckets(vector: ArrayLike<number>): string[];
  /** The same and their nearest neighbours: those across the planes that the vector lies nearest to. */
  probes(vector: ArrayLike<number>): string[];
  sketch(vector: ArrayLike<number>): Uint8Array;
}

/**
 * Random hyperplanes (Charikar, STOC 2002): two vectors fall on the same side of one with a probability of 1 less their
 * angle over pi. Several buckets of a table are looked into (Lv et al., VLDB 2007). The planes follow from a seed, so that all
 * processes have the same.
 */
export function lshOf({ dimensions, tables, bits, probes }: LshShape, seed = 1): Lsh {
  const random = randomOf(seed);
  const plane = () => Float32Array.from({ length: dimensions }, () => gaussian(random));
  const cuts = Array.from({ length: tables }, () => Array.from({ length: bits }, plane));
  const sketching = Array.from({ length: SKETCH_BITS }, plane);
  const name = (table: number, signs: number) => `${table}-${signs.toString(36)}`;
  const margins = (vector: ArrayLike<number>, planes: readonly Float32Array[]) => planes.map((of) => dot(of, vector));
  const signsOf = (at: readonly number[]) => at.reduce((signs, margin, bit) => signs | (Number(margin > 0) << bit), 0);
  return {
    buckets: (vector) => cuts.map((planes, table) => name(table, signsOf(margins(vector, planes)))),
    probes: (vector) =>
      cuts.flatMap((planes, table) => {
        const at = margins(vector, planes);
        const signs = signsOf(at);
        return [signs, ...flips(at, probes).map((flip) => signs ^ flip)].map((bucket) => name(table, bucket));
      }),
    sketch(vector) {
      const bytes = new Uint8Array(SKETCH_BITS / 8);
      for (const [bit, margin] of margins(vector, sketching).entries())
        if (margin > 0) bytes[bit >> 3]! |= 1 << (bit & 7);
      return bytes;
    },
  };
}

/** One or two planes to cross, the least margins first. */
function flips(margins: readonly number[], count: number): number[] {
  const sides = margins.map((margin, bit) => ({ flip: 1 << bit, far: margin * margin }));
  const twos = sides.flatMap((a, i) => sides.slice(i + 1).map((b) => ({ flip: a.flip | b.flip, far: a.far + b.far })));
  return [...sides, ...twos]
    .sort((a, b) => a.far - b.far)
    .slice(0, count)
    .map(({ flip }) => flip);
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const size = Math.sqrt(dot(a, a) * dot(b, b));
  return size > 0 ? dot(a, b) / size : 0;
}

/** Bits in which two sketches differ. */
export function sketchDistance(a: Uint8Array, b: Uint8Array): number {
  let bits = 0;
  for (let i = 0; i < a.length; i++) for (let left = a[i]! ^ (b[i] ?? 0); left > 0; left &= left - 1) bits++;
  return bits;
}

/** A byte a dimension; cosines stay within 0.01. */
export function quantise(vector: readonly number[]): Int8Array {
  const most = vector.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  return Int8Array.from(vector, (x) => (most > 0 ? Math.round((127 * x) / most) : 0));
}

/** Box and Muller, 1958. */
const gaussian = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
