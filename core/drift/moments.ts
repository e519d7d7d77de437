/** Count, mean and sum of squared deviations of some numbers. */
export interface Moments {
  n: number;
  mean: number;
  m2: number;
}

/** The moments of both sets of numbers. Method: Chan, Golub and LeVeque, Stanford STAN-CS-79-773, 1979. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.n === 0) return { ...b };
  if (b.n === 0) return { ...a };
  const n = a.n + b.n;
  const delta = b.mean - a.mean;
  return { n, mean: a.mean + (delta * b.n) / n, m2: a.m2 + b.m2 + (delta * delta * a.n * b.n) / n };
}

/** Sample variance (n − 1); undefined for fewer than two numbers. */
export const variance = ({ n, m2 }: Moments): number | undefined => (n > 1 ? m2 / (n - 1) : undefined);
