import { conceptsOf } from './concepts';
import type { Window } from './windows';

/** A linear model over hashed n-grams: as many weights as there are buckets, each a step of `scale`. */
export interface LinearModel {
  readonly bias: number;
  readonly scale: number;
  /** A power of two. */
  readonly weights: Int8Array;
}

const FNV = 0x811c9dc5;
const PRIME = 0x01000193;

function hashInto(hash: number, text: string): number {
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  return hash;
}

const finish = (hash: number): number => {
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
};

/** Words so near that they belong to one clause. */
const NEAR = 5;
/** Of more, a window is a list of words. */
const MOST_CONCEPTS = 9;

/**
 * The buckets of what a window says, each once: of its words one by one and in pairs, of what they are used for
 * (`concepts.ts`), in which order and how near each other, and of which three things at once it speaks. Method: FNV-1a
 * with a last mix.
 */
export function bucketsOf({ tokens, marks }: Window, size: number): number[] {
  const mask = size - 1;
  const buckets = new Set<number>();
  const add = (text: string, seed = FNV) => buckets.add(finish(hashInto(seed, text)) & mask);
  for (let i = 0; i < tokens.length; i++) {
    add(tokens[i]!);
    if (i + 1 < tokens.length) add(`${tokens[i]} ${tokens[i + 1]}`);
    if (i === 0) add(`^${tokens[0]}`);
  }
  const said = tokens.map(conceptsOf);
  const present = [...new Set<string>([...marks, ...said.flat()])].slice(0, MOST_CONCEPTS + marks.length).sort();
  for (const [a, one] of present.entries()) {
    add(`=${one}`);
    for (const [b, two] of present.entries())
      if (b > a) {
        add(`=${one}+${two}`);
        for (const three of present.slice(b + 1)) add(`=${one}+${two}+${three}`);
      }
  }
  for (let i = 0; i < said.length; i++)
    for (const one of said[i]!) {
      if (i < 2) add(`^=${one}`);
      for (let j = i + 1; j <= i + NEAR && j < said.length; j++)
        for (const two of said[j]!) {
          add(`=${one}>${two}`);
          if (i < 2) add(`^=${one}>${two}`);
        }
    }
  return [...buckets];
}

/** The model's word on a window, as log-odds. A long window has more n-grams, not more weight. */
export function logOdds({ bias, scale, weights }: LinearModel, window: Window): number {
  const buckets = bucketsOf(window, weights.length);
  let sum = 0;
  for (const bucket of buckets) sum += weights[bucket]!;
  return bias + (scale * sum) / Math.sqrt(Math.max(4, buckets.length));
}
