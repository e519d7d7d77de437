/** From a model's score to a probability, fitted offline on data that the model was not trained on. */
export type Calibration =
  /** Platt (1999): 1 / (1 + exp(a·logit(score) + b)). */
  | { readonly method: 'platt'; readonly a: number; readonly b: number }
  /** Isotonic regression: piecewise linear through (x[i], y[i]), both ascending, flat outside. */
  | { readonly method: 'isotonic'; readonly x: readonly number[]; readonly y: readonly number[] };
