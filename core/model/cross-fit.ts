import { type Calibration, calibrate } from './calibration';
import type { ScoredSample } from './fit-calibration';
import { type Reliability, reliabilityOf } from './reliability';

/** How reliable the scores are as they stand. */
export function scoreReliability(samples: readonly ScoredSample[]): Reliability {
  const figures = reliabilityOf();
  for (const { score, positive, weight } of samples) figures.add(score, positive, weight);
  return figures.figures();
}

/**
 * How reliable calibrated probabilities are, each by a calibration that was fitted without it (k-fold
 * cross-validation): what was fitted on a row says nothing about how it will do on the next. Folds go by position.
 */
export function crossFitted(
  samples: readonly ScoredSample[],
  fit: (samples: readonly ScoredSample[]) => Calibration,
  folds = 10,
): Reliability {
  const figures = reliabilityOf();
  for (let fold = 0; fold < folds; fold++) {
    const calibration = fit(samples.filter((_, i) => i % folds !== fold));
    for (const [i, { score, positive, weight }] of samples.entries())
      if (i % folds === fold) figures.add(calibrate(calibration, score), positive, weight);
  }
  return figures.figures();
}
