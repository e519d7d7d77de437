import { type Cut, Cuts, type Treated } from './cuts';
import { Differences } from './estimate';
import type { CurvePoint } from './report';

const MOST_POINTS = 200;

/** How the rows fared under one of the policies below, row by row against the policy simulated. */
export interface CutResult {
  readonly automated: number;
  readonly wrong: number;
  readonly differences: Differences;
}

/** What becomes of one row with a score, by how it is treated. */
export interface ScoredRow {
  /** Calibrated probability of the model's label. */
  readonly probability: number;
  /** Decided as if the model's label were the truth; as if the other were; and by a person. */
  readonly asLabel: Treated;
  readonly asOther: Treated;
  readonly reviewed: Treated;
}

type Automated = (cut: Cut, rows: number) => Pick<CutResult, 'automated' | 'wrong'>;

/** One threshold of the probability decides all; nobody reviews. */
const everything: Automated = ({ wrongAbove, wrongBelow }, rows) => ({
  automated: rows,
  wrong: wrongAbove + wrongBelow,
});
/** What is surer than a threshold is decided as its more probable label says; the rest is reviewed. */
const theSure: Automated = ({ above, wrongAbove }) => ({ automated: above, wrong: wrongAbove });

/**
 * The two policies that are a single number: a threshold of the probability, and one of the confidence. Rows without a
 * score are reviewed. Rows are split into two halves, so that what is chosen on one can be counted on the other.
 */
export class CutPolicies {
  private readonly halves = [0, 1].map(() => ({
    byProbability: new Cuts(),
    byConfidence: new Cuts(),
    unscored: new Differences(),
  }));
  private rows = 0;

  addScored({ probability, asLabel, asOther, reviewed }: ScoredRow): void {
    const { byProbability, byConfidence } = this.nextHalf();
    byProbability.add(probability, asLabel, asOther);
    byConfidence.add(Math.max(probability, 1 - probability), probability >= 0.5 ? asLabel : asOther, reviewed);
  }

  /** `difference` is how much more a review would have cost. */
  addUnscored(difference: number): void {
    this.nextHalf().unscored.add(difference);
  }

  /** The one threshold that would have cost least, chosen in hindsight. */
  bestThreshold(): { readonly threshold: number; readonly differences: Differences } {
    const cuts = this.both('byProbability');
    const best = cuts.best();
    return { threshold: best.threshold, differences: withCut(this.unscored(), cuts.total, best) };
  }

  /** By threshold; `costPerRow` is that of the policy simulated. */
  thresholdCurve(costPerRow: number): CurvePoint[] {
    return this.curve('byProbability', everything, costPerRow);
  }

  confidenceCurve(costPerRow: number): CurvePoint[] {
    return this.curve('byConfidence', theSure, costPerRow);
  }

  /** Each half by the threshold that is best on the other. */
  fittedThreshold(): CutResult {
    return this.fitted('byProbability', everything);
  }

  fittedConfidence(): CutResult {
    return this.fitted('byConfidence', theSure);
  }

  /** Rows take turns, whatever their numbers: a selection of rows is split evenly too. */
  private nextHalf() {
    return this.halves[this.rows++ % 2]!;
  }

  private both(by: 'byProbability' | 'byConfidence'): Cuts {
    return this.halves[0]![by].plus(this.halves[1]![by]);
  }

  private unscored(): Differences {
    return this.halves[0]!.unscored.plus(this.halves[1]!.unscored);
  }

  private curve(by: 'byProbability' | 'byConfidence', automatedOf: Automated, costPerRow: number): CurvePoint[] {
    const cuts = this.both(by);
    const unscored = this.unscored();
    const points = [...cuts.cuts()];
    const step = Math.ceil(points.length / MOST_POINTS);
    return points
      .filter((_, i) => i % step === 0 || i === points.length - 1)
      .map((cut): CurvePoint => {
        const { automated, wrong } = automatedOf(cut, cuts.total);
        return {
          threshold: Math.min(1, cut.threshold),
          coverage: this.rows === 0 ? 0 : automated / this.rows,
          error: automated === 0 ? null : wrong / automated,
          costPerRow: costPerRow + withCut(unscored, cuts.total, cut).estimate().mean,
        };
      });
  }

  private fitted(by: 'byProbability' | 'byConfidence', automatedOf: Automated): CutResult {
    const results = this.halves.map((half, i): CutResult => {
      const cuts = half[by];
      const cut = cuts.at(this.halves[1 - i]![by].best().threshold);
      return { ...automatedOf(cut, cuts.total), differences: withCut(half.unscored, cuts.total, cut) };
    }) as [CutResult, CutResult];
    const [a, b] = results;
    return {
      automated: a.automated + b.automated,
      wrong: a.wrong + b.wrong,
      differences: a.differences.plus(b.differences),
    };
  }
}

/** The differences of all rows, where those with a score are treated by a cut. */
function withCut(unscored: Differences, scored: number, { sum, squares }: Cut): Differences {
  return unscored.plus(new Differences(scored, sum, squares));
}
