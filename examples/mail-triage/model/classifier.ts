/** A linear model over hashed words and pairs of words. */
export interface Classifier {
  readonly bias: number;
  /** What one step of a weight is worth. */
  readonly scale: number;
  /** A power of two of them. */
  readonly weights: Int8Array;
}

const TOKENS = /[\p{L}\p{M}'’]+|\p{N}+|[!?$%@*>|]/gu;
/** Of a longer text the beginning is read. */
const LONGEST = 16_000;

/** Words in lower case, some signs, `0` for every number, and a mark for each word that shouts. */
function tokensOf(text: string): string[] {
  return (text.slice(0, LONGEST).match(TOKENS) ?? []).flatMap((token) => {
    if (/^\p{N}/u.test(token)) return ['0'];
    const word = token.toLowerCase();
    return token.length > 3 && token === token.toUpperCase() && token !== word ? [word, '^'] : [word];
  });
}

/** FNV-1a (Fowler, Noll and Vo) with a last mix. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}

/** The buckets, out of `size`, of a text's words and of its pairs of words, each once. */
export function bucketsOf(text: string, size: number): number[] {
  const tokens = tokensOf(text);
  const buckets = new Set<number>();
  for (const [i, token] of tokens.entries()) {
    buckets.add(hash(token) & (size - 1));
    if (i > 0) buckets.add(hash(`${tokens[i - 1]} ${token}`) & (size - 1));
  }
  return [...buckets];
}

/** A long text has more words, not more weight. */
export const normOf = (buckets: readonly number[]): number => 1 / Math.sqrt(Math.max(16, buckets.length));

/** How likely a text is spam. */
export function probabilityOfSpam({ bias, scale, weights }: Classifier, text: string): number {
  const buckets = bucketsOf(text, weights.length);
  const sum = buckets.reduce((total, bucket) => total + weights[bucket]!, 0);
  return 1 / (1 + Math.exp(-(bias + scale * sum * normOf(buckets))));
}

/** As weights.json has it: the weights in base64. */
export type Packed = Omit<Classifier, 'weights'> & { readonly weights: string };

export const unpack = (packed: Packed): Classifier => ({
  ...packed,
  weights: new Int8Array(Buffer.from(packed.weights, 'base64')),
});
