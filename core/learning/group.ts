import type { HistoryRow } from '../simulation/history';
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
  /** Whether they were drawn at random, or are all there are; else there is none, or somebody chose what to report. */
  readonly random: boolean;
}

export interface LabelledPopulation {
  readonly strata: readonly Stratum[];
  readonly labelled: readonly LabelledDecision[];
}

export const REVIEW = 'review';

/** Labels kept of each outcome: more would tell hardly more, and have to be held in memory. */
const MOST_KEPT = 10_000;
/** A version with fewer labels of an outcome shares a stratum with others. */
const FEWEST_APART = 30;

/** Counts of one version's decisions. */
interface Cell {
  readonly version: string;
  rows: number;
  labels: number;
  /** Of the labels, those of decisions that were drawn for a blind review. */
  drawn: number;
}

/** All decisions of one outcome (or REVIEW), and of the labelled ones a random part. */
export class Group {
  private readonly cells = new Map<string, Cell>();
  private readonly all = new Sample<KnownDecision>(MOST_KEPT);
  private readonly drawn = new Sample<KnownDecision>(MOST_KEPT);

  constructor(readonly decided: string) {}

  /** A decision of a version, with what is known of it; `sampled` says whether it was drawn for a blind review. */
  add(version: string, known: KnownDecision | undefined, sampled: boolean): void {
    const cell = this.cells.get(version) ?? { version, rows: 0, labels: 0, drawn: 0 };
    this.cells.set(version, cell);
    cell.rows++;
    if (known) {
      cell.labels++;
      if (sampled) cell.drawn++;
      if (sampled) this.drawn.add(known);
      this.all.add(known);
    }
    // Once this is so it stays so, and what was not drawn will not be asked for.
    if (this.counted() === 'drawn') this.all.clear();
  }

  get rows(): number {
    return this.total('rows');
  }

  /** Its strata and labels; the first stratum has the index `first`. */
  labelled(first: number): LabelledPopulation {
    const counted = this.counted();
    const parts = this.apart(counted);
    const strata = parts.map((part) => ({
      decided: this.decided,
      rows: sumOf(part, 'rows'),
      labels: sumOf(part, counted),
      random: this.total(counted) > 0 && (counted === 'drawn' || this.isComplete()),
    }));
    const partOf = new Map(parts.flatMap((part, i) => part.map(({ version }) => [version, i] as const)));
    const members = (counted === 'drawn' ? this.drawn : this.all).members();
    const kept = parts.map(() => 0);
    for (const { version } of members) kept[partOf.get(version)!]!++;
    const labelled = members.map((one): LabelledDecision => {
      const part = partOf.get(one.version)!;
      return { ...one, stratum: first + part, weight: strata[part]!.rows / kept[part]! };
    });
    return { strata, labelled };
  }

  /** What people were left to decide is known as far as they have; a label there was not volunteered. */
  private isComplete(): boolean {
    return this.decided === REVIEW || this.total('labels') === this.total('rows');
  }

  private counted(): 'labels' | 'drawn' {
    return this.total('drawn') > 0 && !this.isComplete() ? 'drawn' : 'labels';
  }

  /** The versions, put together until each part has labels enough. */
  private apart(counted: 'labels' | 'drawn'): Cell[][] {
    const cells = [...this.cells.values()].sort((a, b) => a[counted] - b[counted] || (a.version < b.version ? -1 : 1));
    const parts: Cell[][] = [[]];
    for (const cell of cells) {
      if (sumOf(parts.at(-1)!, counted) >= FEWEST_APART) parts.push([]);
      parts.at(-1)!.push(cell);
    }
    if (parts.length > 1 && sumOf(parts.at(-1)!, counted) < FEWEST_APART) parts.at(-2)!.push(...parts.pop()!);
    return parts;
  }

  private total(of: 'rows' | 'labels' | 'drawn'): number {
    return sumOf([...this.cells.values()], of);
  }
}

const sumOf = (cells: readonly Cell[], of: 'rows' | 'labels' | 'drawn'): number =>
  cells.reduce((sum, cell) => sum + cell[of], 0);
