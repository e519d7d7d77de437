import type { DecisionRecord } from '../decision/decision';
import { drawOf } from '../decision/id';
import type { Pipeline } from '../pipeline/compile';
import { lookedUpFields } from '../pipeline/fields';
import {
  Group,
  type KnownDecision,
  type LabelledDecision,
  type LabelledPopulation,
  REVIEW,
  type Stratum,
} from './group';
import { labelOf } from '../decision/label';

/** A decision that a policy made. */
type PolicyRecord = DecisionRecord & { readonly modelScore: number; readonly confidence: number };

/**
 * Recorded decisions that a policy made, and those of them whose truth is known, weighted so that they stand for all.
 * What is automated is looked at only where somebody chose to; so of each automated outcome only the labels of the
 * sample that was drawn at random count, where there is one and not every label is known anyway. Of what the policy left
 * to people, whatever they have decided counts. Within a stratum each label stands for equally many decisions
 * (post-stratification; Holt and Smith, JRSS A 142(1), 1979); versions are strata of their own where they have labels
 * enough, since they may sample differently.
 */
export class Population {
  private readonly groups = new Map<string, Group>();
  private readonly lookedUp: readonly string[];
  private automated = 0;
  private expectedWrong = 0;

  constructor(private readonly pipeline: Pipeline) {
    this.lookedUp = Object.keys(lookedUpFields(pipeline.definition));
  }

  /** `decided` is what `decidedBy` says of the record. */
  add(record: PolicyRecord, decided: string): void {
    if (decided !== REVIEW) {
      this.automated++;
      this.expectedWrong += 1 - record.confidence;
    }
    const group = this.groups.get(decided) ?? new Group(decided);
    this.groups.set(decided, group);
    group.add(record.version, this.known(record, decided), record.sampled !== undefined);
  }

  /**
   * The share of wrong ones among the automated that their own probabilities foretell, without a label: right as long
   * as these are calibrated (confidence-based performance estimation; NannyML, 2022). Null without any.
   */
  get estimatedError(): number | null {
    return this.automated === 0 ? null : this.expectedWrong / this.automated;
  }

  /** The strata, the largest outcome first, and the labels that count, in random order within each outcome. */
  labelled(): LabelledPopulation {
    const strata: Stratum[] = [];
    const labelled: LabelledDecision[] = [];
    const groups = [...this.groups.values()].sort((a, b) => b.rows - a.rows || (a.decided < b.decided ? -1 : 1));
    for (const group of groups) {
      const own = group.labelled(strata.length);
      strata.push(...own.strata);
      for (const one of own.labelled) labelled.push(one);
    }
    return { strata, labelled };
  }

  private known(record: PolicyRecord, decided: string): KnownDecision | undefined {
    const label = labelOf(this.pipeline, record);
    if (label === undefined) return undefined;
    const { id, version, input, features, modelScore, backlog = 0 } = record;
    const lookedUp = Object.fromEntries(
      this.lookedUp.flatMap((name) => (Object.hasOwn(features, name) ? [[name, features[name]]] : [])),
    );
    const row = { input, lookedUp, label, at: undefined };
    return { id, version, draw: drawOf(id, 'learn'), decided, row, score: modelScore, backlog };
  }
}

/** What the policy made of a request before anybody looked: an outcome or REVIEW; undefined where another part decided. */
export function decidedBy({ sampled, status, route, outcome, confidence }: DecisionRecord): string | undefined {
  if (confidence === null) return undefined;
  if (sampled !== undefined) return sampled;
  if (status !== 'decided') return REVIEW;
  return route === 'automated' && outcome !== null ? outcome : undefined;
}
