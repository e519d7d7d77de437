const HALF_LOG_TAU = Math.log(2 * Math.PI) / 2;

/** ln Γ(x) for x > 0, to 1e-12 relative: Stirling's series (Abramowitz and Stegun 6.1.41), from 10 on; below by 6.1.15. */
export function logGamma(x: number): number {
  let product = 1;
  while (x < 10) product *= x++;
  const r = 1 / x;
  const r2 = r * r;
  const series = r * (1 / 12 - r2 * (1 / 360 - r2 * (1 / 1260 - r2 * (1 / 1680 - r2 / 1188))));
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TAU + series - Math.log(product);
}
