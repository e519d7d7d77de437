import type { Artifact } from '../pipeline/artifact';
import { type Pipeline, compilePipeline } from '../pipeline/compile';
import { reliabilityOf } from '../model/reliability';
import { Cuts } from './cuts';
import { type DecidedRow, type Score, decideRow } from './decide-row';
import { Differences } from './estimate';
import type { HistoryRow } from './history';
import type { CurvePoint, SimulationReport, SweepEntry } from './report';
import { ReviewQueue, StaffSearch } from './review-queue';
import { OutcomeTally } from './tally';
import { variantsOf } from './variants';

export interface SimulationOptions {
  /** How probably a reviewer decides right. */
  readonly reviewerAccuracy: number;
  readonly staff: number;
  readonly minutesPerReview: number;
  /** How many requests come in an hour, where history has no times. */
  readonly requestsPerHour: number;
}

const HOUR = 3_600_000;
const MOST_POINTS = 200;

/** Runs labelled history through a pipeline, row by row in bounded memory. */
export class Simulation {
  private readonly pipeline: Pipeline;
  private readonly variants: readonly {
    name: string;
    choose: Pipeline['policy'];
    tally: OutcomeTally;
    differences: Differences;
  }[];
  private readonly all: OutcomeTally;
  private readonly groups = new Map<string, Map<string, OutcomeTally>>();
  private readonly reasons = new Map<string, number>();
  private readonly skipped = new Map<string, { rows: number; first: number }>();
  private readonly reliability = reliabilityOf();
  private readonly review = new Differences();
  /** By probability: above as the model's label, below as the other. Two halves, so that what is chosen on one is counted on the other. */
  private readonly byProbability = [new Cuts(), new Cuts()] as const;
  /** By confidence: above automated, below reviewed. */
  private readonly byConfidence = [new Cuts(), new Cuts()] as const;
  private readonly unscored = [new Differences(), new Differences()] as const;
  private readonly queue: ReviewQueue;
  private readonly staff: StaffSearch;
  private expectedWrong = 0;
  private estimated = 0;
  private lastAt = -Infinity;

  constructor(
    { definition, version }: Artifact,
    private readonly score: Score,
    private readonly options: SimulationOptions,
  ) {
    this.pipeline = compilePipeline({ definition, version });
    const { outcomes } = definition.decide;
    this.all = new OutcomeTally(outcomes);
    this.variants = variantsOf(definition).map(({ name, definition: other }) => ({
      name,
      choose: compilePipeline({ version: '', definition: other }).policy,
      tally: new OutcomeTally(outcomes),
      differences: new Differences(),
    }));
    const plan = { minutesPerReview: options.minutesPerReview, slaMs: this.pipeline.slaMs };
    this.queue = new ReviewQueue({ ...plan, staff: options.staff });
    this.staff = new StaffSearch(plan);
  }

  /** A row that cannot be counted, and why. */
  skip(number: number, cause: string): void {
    const { rows, first } = this.skipped.get(cause) ?? { rows: 0, first: number };
    this.skipped.set(cause, { rows: rows + 1, first });
  }

  /** `number` is the row's in its file. Rows must come in order of time, where they have times; others are left out. */
  add(number: number, row: HistoryRow): void {
    const at = row.at ?? (this.all.rows * HOUR) / this.options.requestsPerHour;
    if (at < this.lastAt) return this.skip(number, 'OUT_OF_ORDER');
    const decided = decideRow(this.pipeline, row, number, this.score, this.queue.backlog(at));
    if (!decided) return this.skip(number, 'COST_UNRESOLVED');
    this.lastAt = at;
    const half = number % 2;
    const { verdict, costs } = decided;
    const cost = this.costOf(decided, verdict.outcome);
    const wrong = verdict.outcome !== null && this.isWrong(costs, verdict.outcome);
    this.all.add(verdict.outcome, cost, wrong);
    for (const tally of this.groupsOf(row, decided)) tally.add(verdict.outcome, cost, wrong);
    for (const { code } of verdict.reasons) this.reasons.set(code, (this.reasons.get(code) ?? 0) + 1);
    if (verdict.outcome === null) {
      this.queue.add(at);
      this.staff.add(at);
    } else {
      this.queue.tick(at);
      if (verdict.confidence !== null) {
        this.estimated++;
        this.expectedWrong += 1 - verdict.confidence;
      }
    }
    const reviewed = this.costOf(decided, null);
    this.review.add(reviewed - cost);
    if (decided.probability === null) this.unscored[half]!.add(reviewed - cost);
    else this.addScored(decided, row.label, cost, reviewed, half);
    this.addVariants(decided, cost);
  }

  private addScored(decided: DecidedRow, label: number, cost: number, reviewed: number, half: number): void {
    const { probability, context } = decided;
    const { model, decide } = this.pipeline.definition;
    const positive = decide.labels.indexOf(model.probabilityOf);
    this.reliability.add(probability!, label === positive);
    const right = rightOutcomes(this.pipeline.prices(context)!.costs);
    const taken = (as: number) => {
      const outcome = decide.outcomes[right[as]!]!;
      return { difference: this.costOf(decided, outcome) - cost, wrong: this.isWrong(decided.costs, outcome) };
    };
    this.byProbability[half]!.add(probability!, taken(positive), taken(1 - positive));
    const surest = probability! >= 0.5 ? positive : 1 - positive;
    const confidence = Math.max(probability!, 1 - probability!);
    this.byConfidence[half]!.add(confidence, taken(surest), { difference: reviewed - cost, wrong: false });
  }

  private addVariants(decided: DecidedRow, cost: number): void {
    const { probability, verdict, context, features } = decided;
    // What rules or missing features decided, no policy changes.
    const byPolicy = probability !== null && verdict.confidence !== null && features.onGap === 'none';
    for (const { choose, tally, differences } of this.variants) {
      const outcome = byPolicy
        ? choose({ probability, context, cautious: false, backlog: 0 }).outcome
        : verdict.outcome;
      const other = this.costOf(decided, outcome);
      tally.add(outcome, other, outcome !== null && this.isWrong(decided.costs, outcome));
      differences.add(other - cost);
    }
  }

  /** A reviewer decides right with a given probability; a wrong outcome costs the mean of the wrong ones. */
  private costOf({ costs, review }: DecidedRow, outcome: string | null): number {
    if (outcome !== null) return costs[this.indexOf(outcome)]!;
    const least = Math.min(...costs);
    const { reviewerAccuracy } = this.options;
    const wrong = costs.filter((cost) => cost > least);
    const mistaken = wrong.length === 0 ? least : wrong.reduce((sum, cost) => sum + cost, 0) / wrong.length;
    return review + reviewerAccuracy * least + (1 - reviewerAccuracy) * mistaken;
  }

  private indexOf(outcome: string): number {
    return this.pipeline.definition.decide.outcomes.indexOf(outcome);
  }

  private isWrong(costs: readonly number[], outcome: string): boolean {
    return costs[this.indexOf(outcome)]! > Math.min(...costs);
  }

  private groupsOf(row: HistoryRow, { features }: DecidedRow): OutcomeTally[] {
    const { protected: fields = [], decide } = this.pipeline.definition;
    return fields.map((path) => {
      const [root, name] = path.split('.') as [string, string];
      const value = String((root === 'input' ? row.input : features.values)[name] ?? '(none)');
      const groups = getOr(this.groups, path, () => new Map<string, OutcomeTally>());
      return getOr(groups, value, () => new OutcomeTally(decide.outcomes));
    });
  }

  report(): SimulationReport {
    const { definition, version } = this.pipeline;
    const { rows, automated, review, outcomes, realizedCost, costPerRow, automatedError } = this.all.figures();
    const cuts = this.byProbability[0].plus(this.byProbability[1]);
    const unscored = this.unscored[0].plus(this.unscored[1]);
    const best = cuts.best();
    const bestDifference = withCut(unscored, cuts.total, best);
    return {
      pipeline: definition.name,
      version,
      rows,
      automated,
      review,
      outcomes,
      realizedCost,
      costPerRow,
      automatedError,
      estimatedError: this.estimated === 0 ? null : this.expectedWrong / this.estimated,
      baselines: {
        bestThreshold: {
          threshold: best.threshold,
          costPerRow: costPerRow + bestDifference.estimate().mean,
          difference: bestDifference.estimate(),
        },
        allReview: { costPerRow: costPerRow + this.review.estimate().mean, difference: this.review.estimate() },
      },
      groups: Object.fromEntries(
        [...this.groups].map(([field, groups]) => [
          field,
          Object.fromEntries(
            [...groups].sort(([a], [b]) => a.localeCompare(b)).map(([value, tally]) => [value, tally.figures()]),
          ),
        ]),
      ),
      reasons: Object.fromEntries([...this.reasons].sort(([, a], [, b]) => b - a)),
      skipped: Object.fromEntries(this.skipped),
      reviewerAccuracy: this.options.reviewerAccuracy,
      reliability: this.reliability.figures(),
      riskCoverage: this.curve(this.byConfidence[0].plus(this.byConfidence[1]), unscored, ({ above, wrongAbove }) => [
        above,
        wrongAbove,
      ]),
      thresholds: this.curve(cuts, unscored, ({ wrongAbove, wrongBelow }) => [cuts.total, wrongAbove + wrongBelow]),
      sweep: this.sweep(),
      queue: this.queue.figures(this.staff.needed()),
    };
  }

  private curve(
    cuts: Cuts,
    unscored: Differences,
    automatedOf: (cut: ReturnType<Cuts['best']>) => [number, number],
  ): CurvePoint[] {
    const { rows, costPerRow } = this.all.figures();
    const points = [...cuts.cuts()].map((cut): CurvePoint => {
      const [automated, wrong] = automatedOf(cut);
      return {
        threshold: Math.min(1, cut.threshold),
        coverage: rows === 0 ? 0 : automated / rows,
        error: automated === 0 ? null : wrong / automated,
        costPerRow: costPerRow + withCut(unscored, cuts.total, cut).estimate().mean,
      };
    });
    const step = Math.max(1, Math.ceil(points.length / MOST_POINTS));
    return points.filter((_, i) => i % step === 0 || i === points.length - 1);
  }

  private sweep(): SweepEntry[] {
    const { rows, costPerRow } = this.all.figures();
    const entry = (
      name: string,
      automated: number,
      wrong: number,
      differences: Differences,
      fitted: boolean,
    ): SweepEntry => {
      const difference = differences.estimate();
      return {
        name,
        automated: automated / Math.max(1, rows),
        automatedError: automated === 0 ? null : wrong / automated,
        costPerRow: costPerRow + difference.mean,
        difference,
        fitted,
      };
    };
    const variants = this.variants.map(({ name, tally, differences }) =>
      entry(name, tally.automated, tally.wrong, differences, false),
    );
    const fitted = (
      name: string,
      halves: readonly [Cuts, Cuts],
      automatedOf: (cut: ReturnType<Cuts['best']>, total: number) => [number, number],
    ) => {
      const [a, b] = [halves[0].at(halves[1].best().threshold), halves[1].at(halves[0].best().threshold)];
      const both = withCut(this.unscored[0], halves[0].total, a).plus(withCut(this.unscored[1], halves[1].total, b));
      const [[automatedA, wrongA], [automatedB, wrongB]] = [
        automatedOf(a, halves[0].total),
        automatedOf(b, halves[1].total),
      ];
      return entry(name, automatedA + automatedB, wrongA + wrongB, both, true);
    };
    return [
      entry('as defined', this.all.automated, this.all.wrong, unchanged(rows), false),
      ...variants,
      fitted('one threshold, nobody reviews', this.byProbability, ({ wrongAbove, wrongBelow }, total) => [
        total,
        wrongAbove + wrongBelow,
      ]),
      fitted('one confidence, the rest reviewed', this.byConfidence, ({ above, wrongAbove }) => [above, wrongAbove]),
      entry('everything reviewed', 0, 0, this.review, false),
    ].sort((a, b) => a.costPerRow - b.costPerRow);
  }
}

/** By label, the index of the outcome that is right: of least cost, the first of equals. */
const rightOutcomes = (costs: readonly (readonly number[])[]): number[] =>
  costs[0]!.map((_, label) => costs.reduce((best, row, i) => (row[label]! < costs[best]![label]! ? i : best), 0));

/** The differences of all rows, where those with a score are treated by a cut. */
function withCut(
  unscored: Differences,
  scored: number,
  { sum, squares }: { sum: number; squares: number },
): Differences {
  const all = new Differences();
  all.n = unscored.n + scored;
  all.sum = unscored.sum + sum;
  all.squares = unscored.squares + squares;
  return all;
}

function unchanged(rows: number): Differences {
  const none = new Differences();
  none.n = rows;
  return none;
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
