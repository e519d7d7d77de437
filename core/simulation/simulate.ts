import { reliabilityOf } from '../model/reliability';
import type { Artifact } from '../pipeline/artifact';
import { type Pipeline, compilePipeline } from '../pipeline/compile';
import { rightOutcomes, stakesOf } from '../policy/stakes';
import { CutPolicies } from './cut-policies';
import { type DecidedRow, type Score, decideRow } from './decide-row';
import { Differences } from './estimate';
import { GroupTallies } from './group-tallies';
import type { HistoryRow } from './history';
import type { SimulationReport, SkipCause } from './report';
import { ReviewQueue } from './review-queue';
import { StaffSearch } from './reviewers';
import { RowCosts } from './row-costs';
import { SkippedRows } from './skipped-rows';
import { Sweep } from './sweep';
import { OutcomeTally } from './tally';

export interface SimulationOptions {
  /** How probably a reviewer decides right. */
  readonly reviewerAccuracy: number;
  readonly staff: number;
  readonly minutesPerReview: number;
  /** How many requests come in an hour, where history has no times. */
  readonly requestsPerHour: number;
}

const HOUR = 3_600_000;

/** Runs labelled history through a pipeline, row by row in bounded memory. */
export class Simulation {
  private readonly pipeline: Pipeline;
  /** The index of the label whose probability the model gives. */
  private readonly positive: number;
  private readonly all: OutcomeTally;
  private readonly groups: GroupTallies;
  private readonly reasons = new Map<string, number>();
  private readonly skipped = new SkippedRows<SkipCause>();
  private readonly reliability = reliabilityOf();
  private readonly allReview = new Differences();
  private readonly cutPolicies = new CutPolicies();
  private readonly sweep: Sweep;
  private readonly queue: ReviewQueue;
  private readonly staff: StaffSearch;
  private expectedWrong = 0;
  private estimated = 0;
  private timesAssumed = false;
  private lastAt = -Infinity;

  constructor(
    artifact: Artifact,
    private readonly score: Score,
    private readonly options: SimulationOptions,
  ) {
    this.pipeline = compilePipeline(artifact);
    const { definition, slaMs } = this.pipeline;
    const { outcomes, labels } = definition.decide;
    this.positive = labels.indexOf(definition.model.probabilityOf);
    this.all = new OutcomeTally(outcomes);
    this.groups = new GroupTallies(definition.protected ?? [], outcomes);
    const plan = { staff: options.staff, minutesPerReview: options.minutesPerReview, slaMs };
    this.sweep = new Sweep(definition, plan);
    this.queue = new ReviewQueue(plan);
    this.staff = new StaffSearch(plan);
  }

  /** A row that cannot be counted, and why. */
  skip(number: number, cause: SkipCause): void {
    this.skipped.add(number, cause);
  }

  /** `number` is the row's in its file. Rows must come in order of time, where they have times; others are left out. */
  add(number: number, row: HistoryRow): void {
    const at = row.at ?? (this.all.rows * HOUR) / this.options.requestsPerHour;
    if (at < this.lastAt) return this.skip(number, 'OUT_OF_ORDER');
    const decided = decideRow(this.pipeline, row, number, this.score, this.queue.backlog(at));
    if (!decided) return this.skip(number, 'COST_UNRESOLVED');
    if (decided.features.onGap === 'reject') return this.skip(number, 'FEATURES_MISSING');
    const { outcome, route, reasons } = decided.verdict;
    // The safe null response decides nothing, so it can be neither right nor wrong, and has no cost.
    if (outcome === null && route !== 'review') return this.skip(number, 'NO_OUTCOME');
    this.lastAt = at;
    this.timesAssumed ||= row.at === undefined;

    const { outcomes } = this.pipeline.definition.decide;
    const costs = new RowCosts(outcomes, decided.costs, decided.review, this.options.reviewerAccuracy);
    const cost = costs.of(outcome);
    const wrong = costs.isWrong(outcome);
    this.all.add(outcome, cost, wrong);
    this.groups.add({ input: row.input, features: decided.features.values }, outcome, cost, wrong);
    for (const { code } of reasons) this.reasons.set(code, (this.reasons.get(code) ?? 0) + 1);
    this.addReview(at, outcome);
    this.addEstimate(decided);
    this.addBaselines(decided, row.label, costs, cost);
    this.sweep.add(at, decided.question, outcome, costs, cost);
  }

  private addReview(at: number, outcome: string | null): void {
    if (outcome !== null) return this.queue.tick(at);
    this.queue.add(at);
    this.staff.add(at);
  }

  /** How probably an automated decision is wrong, by the calibrated probability alone. */
  private addEstimate({ probability, prices, verdict: { outcome } }: DecidedRow): void {
    if (outcome === null || probability === null) return;
    const { right } = stakesOf(prices, probability, this.positive, 1);
    this.estimated++;
    this.expectedWrong += 1 - right[this.pipeline.definition.decide.outcomes.indexOf(outcome)]!;
  }

  private addBaselines({ probability, prices }: DecidedRow, label: number, costs: RowCosts, cost: number): void {
    const { outcomes } = this.pipeline.definition.decide;
    const treated = (outcome: string | null) => ({
      difference: costs.of(outcome) - cost,
      wrong: costs.isWrong(outcome),
    });
    const reviewed = treated(null);
    this.allReview.add(reviewed.difference);
    if (probability === null) return this.cutPolicies.addUnscored(reviewed.difference);
    this.reliability.add(probability, label === this.positive);
    const right = rightOutcomes(prices.costs);
    const asLabel = treated(outcomes[right[this.positive]!]!);
    const asOther = treated(outcomes[right[1 - this.positive]!]!);
    this.cutPolicies.addScored({ probability, asLabel, asOther, reviewed });
  }

  report(): SimulationReport {
    const { definition, version } = this.pipeline;
    const { rows, automated, review, outcomes, realizedCost, costPerRow, automatedError } = this.all.figures();
    const best = this.cutPolicies.bestThreshold();
    const against = (differences: Differences) => {
      const difference = differences.estimate();
      return { costPerRow: costPerRow + difference.mean, difference };
    };
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
        bestThreshold: { threshold: best.threshold, ...against(best.differences) },
        allReview: against(this.allReview),
      },
      groups: this.groups.figures(),
      reasons: Object.fromEntries([...this.reasons].sort(([, a], [, b]) => b - a)),
      skipped: this.skipped.figures(),
      reviewerAccuracy: this.options.reviewerAccuracy,
      requestsPerHour: this.timesAssumed ? this.options.requestsPerHour : null,
      reliability: this.reliability.figures(),
      riskCoverage: this.cutPolicies.confidenceCurve(costPerRow),
      thresholds: this.cutPolicies.thresholdCurve(costPerRow),
      sweep: this.sweep.entries(this.all, [
        { name: 'one threshold, nobody reviews', fitted: true, ...this.cutPolicies.fittedThreshold() },
        { name: 'one confidence, the rest reviewed', fitted: true, ...this.cutPolicies.fittedConfidence() },
        { name: 'everything reviewed', automated: 0, wrong: 0, differences: this.allReview },
      ]),
      queue: this.queue.figures(this.staff.needed(this.queue.load)),
    };
  }
}
