import { calibrate } from '../model/calibration';
import { type Reliability, reliabilityOf } from '../model/reliability';
import type { PipelineDefinition } from '../pipeline/definition';
import type { DecidedRow } from '../simulation/decide-row';
import type { Estimate } from '../simulation/report';
import { type LabelledDecision, REVIEW } from './group';
import { decideAll, propose } from './propose';
import { type PopulationMean, estimateOf, estimateOfShare, meanOf, minus } from './stratified';

/** What a proposal would change in normal mode, over the population that the labels stand for. */
export interface Change {
  /** Of one decision. */
  readonly cost: Estimate;
  /** Share of the decisions that would come out otherwise. */
  readonly flipped: number;
  readonly automated: { readonly from: number; readonly to: number };
  /** Share of wrong ones among the automated; null without any. */
  readonly automatedError: {
    readonly from: Estimate | null;
    readonly to: Estimate | null;
    readonly difference: Estimate | null;
  };
}

export interface Compared {
  /** Of what was automated when it was decided, the share of wrong ones; null where no label tells. */
  readonly measuredError: Estimate | null;
  /** Of the present calibration, and of the proposed one. */
  readonly reliability: { readonly current: Reliability; readonly proposed: Reliability };
  readonly change: Change;
}

/** What became of one decision, and what it would have cost otherwise. */
interface Treated extends Pick<DecidedRow, 'costs' | 'review'> {
  /** Null where a person decides. */
  readonly outcome: string | null;
}
type Rows = readonly (Treated | undefined)[];

const FOLDS = 5;

/**
 * The present definition against what is proposed instead. Each label is judged by a proposal that was made without it
 * (k-fold cross-validation): what was fitted on a label says nothing about how it will do on the next.
 */
export function compareProposal(definition: PipelineDefinition, labelled: readonly LabelledDecision[]): Compared {
  const { outcomes } = definition.decide;
  const current = decideAll(definition, labelled, treated);
  const { proposed, reliability } = crossValidate(definition, labelled);

  /** 1 for a wrong outcome, 0 for a right one; undefined for a review. */
  const wrong = (outcome: string | null, { costs }: Treated) =>
    outcome === null ? undefined : Number(costs[outcomes.indexOf(outcome)]! > Math.min(...costs));
  const errorOf = (rows: Rows) => meanOf(labelled, (i) => rows[i] && wrong(rows[i].outcome, rows[i]));
  const measured = meanOf(labelled, (i) => {
    const { decided } = labelled[i]!;
    return current[i] && wrong(decided === REVIEW ? null : decided, current[i]);
  });
  const automated = (rows: Rows) => meanOf(labelled, (i) => Number((rows[i]?.outcome ?? null) !== null))!.value;
  // What one of both cannot decide is no change.
  const changed = (by: (from: Treated, to: Treated) => number) =>
    meanOf(labelled, (i) => (current[i] && proposed[i] ? by(current[i], proposed[i]) : 0))!;
  /** A reviewer costs the review and is then right. */
  const costOf = ({ outcome, costs, review }: Treated) =>
    outcome === null ? review + Math.min(...costs) : costs[outcomes.indexOf(outcome)]!;

  const share = (mean: PopulationMean | undefined) => (mean ? estimateOfShare(labelled, mean) : null);
  const [from, to] = [errorOf(current), errorOf(proposed)];
  return {
    measuredError: share(measured),
    reliability,
    change: {
      cost: estimateOf(
        labelled,
        changed((a, b) => costOf(b) - costOf(a)),
      ),
      flipped: changed((a, b) => Number(a.outcome !== b.outcome)).value,
      automated: { from: automated(current), to: automated(proposed) },
      automatedError: {
        from: share(from),
        to: share(to),
        difference: from && to ? estimateOf(labelled, minus(to, from)) : null,
      },
    },
  };
}

/** Folds go by position: the labels of an outcome are in random order. */
function crossValidate(definition: PipelineDefinition, labelled: readonly LabelledDecision[]) {
  const positive = definition.decide.labels.indexOf(definition.model.probabilityOf);
  const proposed: (Treated | undefined)[] = [];
  const [before, after] = [reliabilityOf(), reliabilityOf()];
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = labelled.filter((_, i) => i % FOLDS === fold);
    const without = propose(
      definition,
      labelled.filter((_, i) => i % FOLDS !== fold),
    );
    for (const [at, decided] of decideAll(without, held, treated).entries()) proposed[at * FOLDS + fold] = decided;
    for (const { score, row, weight } of held) {
      before.add(calibrate(definition.model.calibration, score), row.label === positive, weight);
      after.add(calibrate(without.model.calibration, score), row.label === positive, weight);
    }
  }
  return { proposed, reliability: { current: before.figures(), proposed: after.figures() } };
}

const treated = ({ verdict: { outcome }, costs, review }: DecidedRow): Treated => ({ outcome, costs, review });
