import type { DecisionRecord } from '../decision/decision';
import type { Pipeline } from '../pipeline/compile';
import { rightOutcomes } from '../policy/stakes';

/** A recorded decision of which the truth is known. */
export interface LabelledDecision {
  readonly record: DecisionRecord;
  /** The index of the truth in `decide.labels`. */
  readonly label: number;
  readonly stratum: string;
  /** How many decisions of the population it stands for. */
  readonly weight: number;
}

/** What became of a decision before anybody looked: one of the outcomes, or `review`. */
export interface Stratum {
  readonly name: string;
  /** Decisions of the population. */
  readonly rows: number;
  /** Labels that count. */
  readonly labelled: number;
  /** Whether those that are labelled were drawn at random (or are all of it, as reviews are). */
  readonly random: boolean;
}

/**
 * All recorded decisions, and those whose truth is known, weighted so that they stand for all. What is automated is
 * looked at only where somebody chose to, so of each automated outcome only the sample that was drawn at random counts,
 * if there is one; of what the policy left to people, whatever they have decided. Within a stratum each label stands
 * for equally many decisions (post-stratification; Holt and Smith, JRSS A 142(1), 1979).
 */
export class Population {
  private readonly rows = new Map<string, number>();
  private readonly drawn: Omit<LabelledDecision, 'weight'>[] = [];
  private readonly volunteered: Omit<LabelledDecision, 'weight'>[] = [];
  private automated = 0;
  private expectedWrong = 0;
  /** Decisions without a score: rules, missing features and fallbacks made them, and no policy changes them. */
  unscored = 0;

  constructor(private readonly pipeline: Pipeline) {}

  add(record: DecisionRecord): void {
    const stratum = stratumOf(record);
    if (record.modelScore === null || record.confidence === null || stratum === undefined) {
      this.unscored++;
      return;
    }
    this.rows.set(stratum, (this.rows.get(stratum) ?? 0) + 1);
    if (stratum !== REVIEW) {
      this.automated++;
      this.expectedWrong += 1 - record.confidence;
    }
    const label = labelOf(this.pipeline, record);
    if (label === undefined) return;
    const random = stratum === REVIEW || record.sampled !== undefined;
    (random ? this.drawn : this.volunteered).push({ record, label, stratum });
  }

  /**
   * The share of wrong ones among the automated that their own probabilities foretell, without a label: right as long
   * as these are calibrated (confidence-based performance estimation; NannyML, 2022). Null without any.
   */
  get estimatedError(): number | null {
    return this.automated === 0 ? null : this.expectedWrong / this.automated;
  }

  /** The strata, largest first. */
  strata(): readonly Stratum[] {
    return [...this.rows]
      .map(([name, rows]) => {
        const drawn = this.drawn.filter(({ stratum }) => stratum === name).length;
        const volunteered = this.volunteered.filter(({ stratum }) => stratum === name).length;
        return { name, rows, labelled: drawn > 0 ? drawn : volunteered, random: drawn > 0 || volunteered === 0 };
      })
      .sort((a, b) => b.rows - a.rows);
  }

  /** The labels that count, each with its weight. */
  labelled(): readonly LabelledDecision[] {
    return this.strata().flatMap(({ name, rows, labelled, random }) =>
      (random ? this.drawn : this.volunteered)
        .filter(({ stratum }) => stratum === name)
        .map((one) => ({ ...one, weight: rows / labelled })),
    );
  }
}

export const REVIEW = 'review';

/** Undefined for what the fallback chain decided. */
function stratumOf({ sampled, status, route, outcome }: DecisionRecord): string | undefined {
  if (sampled !== undefined) return sampled;
  if (status !== 'decided') return REVIEW;
  return route === 'automated' && outcome !== null ? outcome : undefined;
}

/**
 * The truth as it was reported; else what a reviewer's outcome says it is: the one label under which that outcome is
 * right. Undefined where neither says.
 */
function labelOf(pipeline: Pipeline, record: DecisionRecord): number | undefined {
  const { labels, outcomes } = pipeline.definition.decide;
  if (record.truth) {
    const reported = labels.indexOf(record.truth.label);
    return reported < 0 ? undefined : reported;
  }
  if (record.status !== 'resolved' || record.route !== 'review' || record.outcome === null) return undefined;
  const context = { input: pipeline.toCelInput(record.input), features: pipeline.toCelFeatures(record.features) };
  const prices = pipeline.prices(context);
  if (!prices) return undefined;
  const outcome = outcomes.indexOf(record.outcome);
  const meant = rightOutcomes(prices.costs).flatMap((right, label) => (right === outcome ? [label] : []));
  return meant.length === 1 ? meant[0] : undefined;
}
