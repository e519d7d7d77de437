/** Numbers from 0 to below 1 that look random, and are the same for a seed (Lehmer, 1951, with Park and Miller's multiplier of 1993). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
