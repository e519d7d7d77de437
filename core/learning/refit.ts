import { calibrate } from '../model/calibration';
import { type Reliability, reliabilityOf } from '../model/reliability';
import { compilePipeline } from '../pipeline/compile';
import type { PipelineDefinition } from '../pipeline/definition';
import type { DecisionRecord } from '../decision/decision';
import type { DecidedRow } from '../simulation/decide-row';
import type { Estimate } from '../simulation/report';
import { type LabelledDecision, Population, type Stratum } from './population';
import { decideAll, propose } from './propose';
import { stratifiedMean } from './stratified';

/** What the labels of recorded decisions say, and what would be better. Costs are of one decision. */
export interface Refit {
  readonly decisions: number;
  /** Decisions that no policy made. */
  readonly unscored: number;
  readonly strata: readonly Stratum[];
  readonly labels: number;
  /** Of the automated, the share of wrong ones: measured on labels, and foretold by the probabilities alone (CBPE). */
  readonly automatedError: { readonly measured: Estimate | undefined; readonly estimated: number | null };
  readonly reliability: { readonly current: Reliability; readonly proposed: Reliability };
  /** Of the proposal: each decision by one that was made without it (five-fold cross-validation). */
  readonly change: {
    readonly cost: Estimate | undefined;
    readonly automated: { readonly from: number; readonly to: number };
    readonly automatedError: { readonly from: Estimate | undefined; readonly to: Estimate | undefined };
  };
  /** The definition with the proposed calibration, bands and evidence. */
  readonly proposal: PipelineDefinition;
}

const FOLDS = 5;
/** Fewer labels of either kind support no proposal. */
const FEWEST = 20;

/** Learns from recorded decisions; undefined, with the reason, where there are too few labels. */
export function refit(
  definition: PipelineDefinition,
  records: Iterable<DecisionRecord>,
): Refit | { readonly refused: string } {
  const population = new Population(compilePipeline({ version: '', definition }));
  let decisions = 0;
  for (const record of records) {
    decisions++;
    population.add(record);
  }
  const strata = population.strata();
  const labelled = population.labelled();
  const positive = definition.decide.labels.indexOf(definition.model.probabilityOf);
  const positives = labelled.filter(({ label }) => label === positive).length;
  if (Math.min(positives, labelled.length - positives) < FEWEST)
    return {
      refused: `there are ${labelled.length} labels, ${positives} of them "${definition.model.probabilityOf}"; at least ${FEWEST} of each are needed`,
    };

  const current = decideAll(definition, labelled);
  const proposed: (DecidedRow | undefined)[] = [];
  const before = reliabilityOf();
  const after = reliabilityOf();
  for (let fold = 0; fold < FOLDS; fold++) {
    const without = propose(
      definition,
      labelled.filter((_, i) => i % FOLDS !== fold),
    );
    const held = [...labelled.entries()].filter(([i]) => i % FOLDS === fold);
    const decided = decideAll(
      without,
      held.map(([, one]) => one),
    );
    held.forEach(([i, { record, label, weight }], at) => {
      proposed[i] = decided[at];
      const score = record.modelScore!;
      before.add(calibrate(definition.model.calibration, score), label === positive, weight);
      after.add(calibrate(without.model.calibration, score), label === positive, weight);
    });
  }
  const index = new Map(labelled.map((one, i) => [one, i]));
  const mean = (of: (i: number) => number | undefined) =>
    stratifiedMean(strata, labelled, (one) => of(index.get(one)!));
  const error = (rows: readonly (DecidedRow | undefined)[]) => mean((i) => wrong(definition, rows[i]));
  return {
    decisions,
    unscored: population.unscored,
    strata,
    labels: labelled.length,
    automatedError: { measured: error(current), estimated: population.estimatedError },
    reliability: { current: before.figures(), proposed: after.figures() },
    change: {
      cost: mean((i) => difference(definition, current[i], proposed[i])),
      automated: { from: automatedShare(labelled, current), to: automatedShare(labelled, proposed) },
      automatedError: { from: error(current), to: error(proposed) },
    },
    proposal: propose(definition, labelled),
  };
}

/** 1 for a wrong automated decision, 0 for a right one; undefined for a review. */
function wrong({ decide: { outcomes } }: PipelineDefinition, row: DecidedRow | undefined): number | undefined {
  if (!row || row.verdict.outcome === null) return undefined;
  return Number(row.costs[outcomes.indexOf(row.verdict.outcome)]! > Math.min(...row.costs));
}

function difference(
  definition: PipelineDefinition,
  from: DecidedRow | undefined,
  to: DecidedRow | undefined,
): number | undefined {
  return from && to ? costOf(definition, to) - costOf(definition, from) : undefined;
}

/** A reviewer costs the review and is then right. */
const costOf = ({ decide: { outcomes } }: PipelineDefinition, { verdict, costs, review }: DecidedRow): number =>
  verdict.outcome === null ? review + Math.min(...costs) : costs[outcomes.indexOf(verdict.outcome)]!;

function automatedShare(labelled: readonly LabelledDecision[], rows: readonly (DecidedRow | undefined)[]): number {
  const sum = (of: readonly LabelledDecision[]) => of.reduce((total, { weight }) => total + weight, 0);
  return sum(labelled.filter((_, i) => (rows[i]?.verdict.outcome ?? null) !== null)) / sum(labelled);
}
