import type { Reliability } from '../simulation/report';
import { type Calibration, calibrate } from './calibration';
import { reliabilityOf } from './reliability';

/** A score whose truth is known; `weight` is how many rows it stands for. */
export interface LabelledScore {
  readonly score: number;
  /** Whether the truth was the label whose probability is asked for. */
  readonly positive: boolean;
  /** @default 1 */
  readonly weight?: number;
}

/** How reliable the scores are as they stand. */
export function scoreReliability(samples: readonly LabelledScore[]): Reliability {
  const figures = reliabilityOf();
  for (const { score, positive } of samples) figures.add(score, positive);
  return figures.figures();
}

/**
 * How reliable calibrated probabilities are, each by a calibration that was fitted without it (k-fold
 * cross-validation): what was fitted on a row says nothing about how it will do on the next. Folds go by position.
 */
export function crossFitted(
  samples: readonly LabelledScore[],
  fit: (samples: readonly LabelledScore[]) => Calibration,
  folds = 10,
): Reliability {
  const figures = reliabilityOf();
  for (let fold = 0; fold < folds; fold++) {
    const calibration = fit(samples.filter((_, i) => i % folds !== fold));
    for (const [i, { score, positive }] of samples.entries())
      if (i % folds === fold) figures.add(calibrate(calibration, score), positive);
  }
  return figures.figures();
}
