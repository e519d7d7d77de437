import type { DecisionRecord } from '../decision/decision';
import { SAME_SCORE } from '../model/attributions';
import { encodeRow } from '../model/encoding';
import type { Reliability } from '../model/reliability';
import { loadXgboost } from '../model/xgboost';
import { compilePipeline } from '../pipeline/compile';
import type { PipelineDefinition } from '../pipeline/definition';
import type { Estimate } from '../simulation/report';
import { type Change, compareProposal } from './change';
import { REVIEW, type Stratum } from './group';
import { Population, decidedBy } from './population';
import { propose } from './propose';
import { treesOf } from '../pipeline/fields';

/** Why a record is not counted: no policy made it (a rule, a missing feature or a fallback did), or what it says differs. */
export type LeftOut = 'FORGOTTEN' | 'OTHER_PIPELINE' | 'NO_POLICY' | 'OTHER_OUTCOME' | 'OTHER_MODEL';

/** What the labels of recorded decisions say, and what would be better. Costs are of one decision. */
export interface Refit {
  /** Decisions that a policy made. */
  readonly decisions: number;
  readonly leftOut: Readonly<Partial<Record<LeftOut, number>>>;
  /** When the first and the last of them came in (ISO 8601). */
  readonly period: { readonly from: string; readonly to: string };
  /** Decisions by version of the definition, most first. */
  readonly versions: Readonly<Record<string, number>>;
  readonly strata: readonly Stratum[];
  /** Labels that count. */
  readonly labels: number;
  /**
   * Of what was automated, the share of wrong ones: measured on labels, and foretold by the probabilities alone (CBPE).
   * `unlabelled` are automated decisions of whose kind no label is known, so that nothing was measured of them.
   */
  readonly automatedError: {
    readonly measured: Estimate | null;
    readonly estimated: number | null;
    readonly unlabelled: number;
  };
  readonly reliability: { readonly current: Reliability; readonly proposed: Reliability };
  readonly change: Change;
  /**
   * Whether the interval of the change in cost is below 0, above it, or holds it; `unproven` where too many decisions
   * are of a kind of which nothing is known, or only what somebody chose to report.
   */
  readonly verdict: 'cheaper' | 'dearer' | 'within noise' | 'unproven';
  /** The definition with the proposed calibration, bands and evidence. */
  readonly proposal: PipelineDefinition;
}

/** Fewer labels of either kind support no proposal. */
const FEWEST = 20;
/** The largest share of decisions of which no random label is known, for anything to be proven. */
const MOST_UNKNOWN = 0.05;

/** Learns from recorded decisions; keeps no more of them than a sample of the labelled ones. */
export class Refitting {
  private readonly population: Population;
  private readonly isOfModel: (record: DecisionRecord, score: number) => boolean;
  private readonly leftOut: Partial<Record<LeftOut, number>> = {};
  private readonly versions = new Map<string, number>();
  private from = '';
  private to = '';

  /** Where the definition holds the model's trees, what another model scored is left out; else it cannot be told. */
  constructor(private readonly definition: PipelineDefinition) {
    const pipeline = compilePipeline({ version: '', definition });
    this.population = new Population(pipeline);
    const trees = treesOf(definition.model);
    const model = trees && loadXgboost(trees);
    this.isOfModel = (record, score) =>
      !model || Math.abs(model.predict(encodeRow(pipeline.columns, record)) - score) <= SAME_SCORE;
  }

  add(record: DecisionRecord): void {
    const cause = this.tally(record);
    if (cause !== undefined) this.leftOut[cause] = (this.leftOut[cause] ?? 0) + 1;
  }

  private tally(record: DecisionRecord): LeftOut | undefined {
    const { name, decide } = this.definition;
    const { at, version, modelScore, confidence } = record;
    if (record.forgotten) return 'FORGOTTEN';
    if (record.pipeline !== name) return 'OTHER_PIPELINE';
    const decided = decidedBy(record);
    if (decided === undefined || modelScore === null || confidence === null) return 'NO_POLICY';
    if (decided !== REVIEW && !decide.outcomes.includes(decided)) return 'OTHER_OUTCOME';
    if (!this.isOfModel(record, modelScore)) return 'OTHER_MODEL';
    if (this.from === '' || at < this.from) this.from = at;
    if (at > this.to) this.to = at;
    this.versions.set(version, (this.versions.get(version) ?? 0) + 1);
    this.population.add({ ...record, modelScore, confidence }, decided);
    return undefined;
  }

  /** What was learned; or why there are too few labels for it. */
  result(): Refit | { readonly refused: string } {
    const { definition, population } = this;
    const { labels } = definition.decide;
    const { probabilityOf } = definition.model;
    const { strata, labelled } = population.labelled();
    const rowsOf = (of: (stratum: Stratum) => boolean) => strata.filter(of).reduce((sum, { rows }) => sum + rows, 0);
    const decisions = rowsOf(() => true);
    const positives = labelled.filter(({ row }) => labels[row.label] === probabilityOf).length;
    if (Math.min(positives, labelled.length - positives) < FEWEST)
      return {
        refused: `${labelled.length} of ${decisions} decisions have a label that counts, ${positives} of these are "${probabilityOf}"; at least ${FEWEST} of each label (${labels.join(', ')}) are needed`,
      };
    const { measuredError, reliability, change } = compareProposal(definition, labelled);
    const unproven = rowsOf(({ random }) => !random) > MOST_UNKNOWN * decisions;
    return {
      decisions,
      leftOut: this.leftOut,
      period: { from: this.from, to: this.to },
      versions: Object.fromEntries([...this.versions].sort(([, a], [, b]) => b - a)),
      strata,
      labels: labelled.length,
      automatedError: {
        measured: measuredError,
        estimated: population.estimatedError,
        unlabelled: rowsOf((stratum) => stratum.decided !== REVIEW && stratum.labels === 0),
      },
      reliability,
      change,
      verdict: unproven ? 'unproven' : verdictOn(change),
      proposal: unproven ? withoutEvidence(propose(definition, labelled)) : propose(definition, labelled),
    };
  }
}

/** A promise cannot rest on labels that do not stand for what it is about. */
function withoutEvidence(proposal: PipelineDefinition): PipelineDefinition {
  const { evidence: _, ...decide } = proposal.decide;
  return { ...proposal, decide };
}

const verdictOn = ({ cost }: Change): Refit['verdict'] =>
  cost.high < 0 ? 'cheaper' : cost.low > 0 ? 'dearer' : 'within noise';
