import type { DecisionRecord } from '../decision/decision';
import { drawOf } from '../decision/id';
import type { Pipeline } from '../pipeline/compile';
import { lookedUpFields } from '../pipeline/fields';
import type { HistoryRow } from '../simulation/history';
import { labelOf } from './label';
import { Sample } from './sample';

/** A recorded decision of which the truth is known: what is needed to decide it again. */
export interface KnownDecision {
  readonly id: string;
  readonly version: string;
  /** From 0 to below 1, by its id. */
  readonly draw: number;
  /** What became of it before anybody looked: an outcome, or REVIEW. */
  readonly decided: string;
  readonly row: HistoryRow;
  /** The model's own, before calibration. */
  readonly score: number;
  /** Reviews that were waiting. */
  readonly backlog: number;
}

export interface LabelledDecision extends KnownDecision {
  /** The index of its stratum. */
  readonly stratum: number;
  /** How many decisions of the population it stands for. */
  readonly weight: number;
}

/** Decisions that became the same before anybody looked, and of which the labels are one random sample. */
export interface Stratum {
  readonly decided: string;
  /** Decisions of the population. */
  readonly rows: number;
  /** Labels that count. */
  readonly labels: number;
  /** Whether they were drawn at random, or are all there are; else somebody chose what to report. */
  readonly random: boolean;
}

export interface LabelledPopulation {
  readonly strata: readonly Stratum[];
  readonly labelled: readonly LabelledDecision[];
}

export const REVIEW = 'review';

/** Labels kept of each outcome: more would tell hardly more, and have to be held in memory. */
const MOST_KEPT = 20_000;
/** A version with fewer labels of an outcome shares a stratum with others. */
const FEWEST_APART = 30;

interface Cell {
  readonly version: string;
  rows: number;
  labels: number;
  /** Of these, the ones drawn for a blind review. */
  drawn: number;
}

/** All decisions of one outcome (or REVIEW), by version. */
interface Group {
  readonly cells: Map<string, Cell>;
  readonly all: Sample<KnownDecision>;
  readonly drawn: Sample<KnownDecision>;
}

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

  /** A decision that the policy made, with the model's score; `decided` is what `decidedBy` says of it. */
  add(record: DecisionRecord & { readonly modelScore: number; readonly confidence: number }, decided: string): void {
    const { id, version, confidence } = record;
    if (decided !== REVIEW) {
      this.automated++;
      this.expectedWrong += 1 - confidence;
    }
    const group = orMake(this.groups, decided, () => ({
      cells: new Map<string, Cell>(),
      all: new Sample<KnownDecision>(MOST_KEPT),
      drawn: new Sample<KnownDecision>(MOST_KEPT),
    }));
    const cell = orMake(group.cells, version, () => ({ version, rows: 0, labels: 0, drawn: 0 }));
    cell.rows++;
    const label = labelOf(this.pipeline, record);
    if (label === undefined) return;
    cell.labels++;
    const known: KnownDecision = {
      id,
      version,
      draw: drawOf(id, 'learn'),
      decided,
      row: { input: record.input, lookedUp: pick(record.features, this.lookedUp), label, at: undefined },
      score: record.modelScore,
      backlog: record.backlog ?? 0,
    };
    group.all.add(known);
    if (record.sampled === undefined) return;
    cell.drawn++;
    group.drawn.add(known);
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
    const groups = [...this.groups].sort(([a, one], [b, other]) => rowsOf(other) - rowsOf(one) || (a < b ? -1 : 1));
    for (const [decided, { cells, all, drawn }] of groups) {
      const sum = (of: 'rows' | 'labels' | 'drawn') => total([...cells.values()], of);
      const complete = decided === REVIEW || sum('labels') === sum('rows');
      const counted = !complete && sum('drawn') > 0 ? ('drawn' as const) : ('labels' as const);
      const members = (counted === 'drawn' ? drawn : all).members();
      const random = complete || counted === 'drawn';
      const stratumOf = new Map<string, number>();
      for (const part of apart([...cells.values()], counted)) {
        for (const { version } of part) stratumOf.set(version, strata.length);
        strata.push({ decided, rows: total(part, 'rows'), labels: total(part, counted), random });
      }
      const kept = new Map<number, number>();
      for (const { version } of members) add(kept, stratumOf.get(version)!);
      for (const one of members) {
        const stratum = stratumOf.get(one.version)!;
        labelled.push({ ...one, stratum, weight: strata[stratum]!.rows / kept.get(stratum)! });
      }
    }
    return { strata, labelled };
  }
}

/** What the policy made of a request before anybody looked; undefined where another part decided. */
export function decidedBy({ sampled, status, route, outcome, confidence }: DecisionRecord): string | undefined {
  if (confidence === null) return undefined;
  if (sampled !== undefined) return sampled;
  if (status !== 'decided') return REVIEW;
  return route === 'automated' && outcome !== null ? outcome : undefined;
}

/** The versions, put together until each part has labels enough. */
function apart(cells: readonly Cell[], counted: 'labels' | 'drawn'): Cell[][] {
  const parts: Cell[][] = [[]];
  for (const cell of cells.toSorted((a, b) => a[counted] - b[counted] || (a.version < b.version ? -1 : 1))) {
    if (total(parts.at(-1)!, counted) >= FEWEST_APART) parts.push([]);
    parts.at(-1)!.push(cell);
  }
  const last = parts.at(-1)!;
  if (parts.length > 1 && total(last, counted) < FEWEST_APART) parts.at(-2)!.push(...parts.pop()!);
  return parts;
}

const total = (cells: readonly Cell[], of: 'rows' | 'labels' | 'drawn'): number =>
  cells.reduce((sum, cell) => sum + cell[of], 0);

const rowsOf = ({ cells }: Group): number => total([...cells.values()], 'rows');

const add = (counts: Map<number, number>, key: number): unknown => counts.set(key, (counts.get(key) ?? 0) + 1);

function orMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  let found = map.get(key);
  if (found === undefined) map.set(key, (found = make()));
  return found;
}

const pick = (values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.flatMap((name) => (Object.hasOwn(values, name) ? [[name, values[name]]] : [])));
