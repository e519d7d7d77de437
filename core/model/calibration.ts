/** From a model's score to a probability, fitted offline on scores of rows that the model was not trained on. */
export type Calibration =
  /** Platt (1999): 1 / (1 + exp(a·logit(score) + b)). */
  | { readonly method: 'platt'; readonly a: number; readonly b: number }
  /** Isotonic regression: piecewise linear through (x[i], y[i]), both ascending, flat outside. */
  | { readonly method: 'isotonic'; readonly x: readonly number[]; readonly y: readonly number[] };

/** The probability behind a score in [0, 1]; the score itself without a calibration. */
export function calibrate(calibration: Calibration | undefined, score: number): number {
  if (calibration === undefined) return score;
  if (calibration.method === 'isotonic') return interpolate(calibration.x, calibration.y, score);
  // At 0 and 1 the logit is infinite, and the formula still has the right limit.
  return 1 / (1 + Math.exp(calibration.a * Math.log(score / (1 - score)) + calibration.b));
}

function interpolate(x: readonly number[], y: readonly number[], at: number): number {
  const next = x.findIndex((knot) => knot > at);
  if (next === 0) return y[0]!;
  if (next < 0) return y.at(-1)!;
  const [x0, x1, y0, y1] = [x[next - 1]!, x[next]!, y[next - 1]!, y[next]!];
  return y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
}

/** Twelve digits are more than any sample supports, and read the same on every machine. */
export function shortened(calibration: Calibration): Calibration {
  const short = (x: number) => Number(x.toPrecision(12));
  return calibration.method === 'isotonic'
    ? { method: 'isotonic', x: calibration.x.map(short), y: calibration.y.map(short) }
    : { method: 'platt', a: short(calibration.a), b: short(calibration.b) };
}
