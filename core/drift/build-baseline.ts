import {
  type Baseline,
  type Counted,
  type FeatureBaseline,
  type FeatureKind,
  SEASONS,
  type Season,
  categoryOf,
  numberOf,
  partsOf,
  seasonOf,
} from './baseline';
import { type Bins, type FeatureTally, counterOf } from './counter';
import { randomOf } from '../random';
import { variance } from './moments';

type Row = Readonly<Record<string, unknown>>;

/** A row of reference data. */
export interface ReferenceRow {
  readonly values: Row;
  readonly segments?: readonly string[];
  /** Epoch ms; needed where there are seasons. */
  readonly at?: number;
}

/** How a variable's values are told apart; a category's where they are known beforehand. */
export type Variable = FeatureKind | { readonly categories: readonly string[] };

const BINS = 10;
/** Of numbers: a bin of one or two rows says nothing of how many there will be. */
const FEWEST_IN_BIN = 5;
/** So many categories are kept by name, */
export const MAX_CATEGORIES = 20;
/** each of which that many rows must have: what few have may name a person. */
const FEWEST_TO_LIST = 5;
/** Of the values that rows have: those kept by name hold nearly all. */
const NEARLY_ALL = 0.9;
/** Longer texts are no names of categories; where one is to be told, nobody could read it. */
export const LONGEST_CATEGORY = 100;
/** The most rows that bins are chosen by. */
const MOST_CHOOSING = 50_000;
/** Of fewer rows none is kept from being counted. */
const FEWEST_TO_PART = 20;

/** `ranked`: by how frequent they are, which the rows that they were ranked by must not tell. */
export type ChosenBins = Bins & { readonly ranked?: true };

/** Some rows of a stream, those among them that categories are ranked by, and which these were, by number from 0. */
interface Chosen {
  readonly rows: readonly ReferenceRow[];
  readonly ranking: readonly ReferenceRow[];
  readonly numbers: ReadonlySet<number>;
}

/**
 * Draws the rows that bins are chosen by, of a stream of any length, in bounded memory (Vitter's algorithm R, ACM Trans.
 * Mathematical Software 11(1), 1985). A quarter of the stream at most is to rank categories by; these are counted over
 * the others, for in the rows that made them the first they are more frequent than they are. `random` gives numbers from
 * 0 to 1.
 */
export function binChooser(random: () => number): { add(row: ReferenceRow): void; finish(): Chosen } {
  const kept: { readonly row: ReferenceRow; readonly number: number }[] = [];
  let seen = 0;
  return {
    add(row) {
      const number = seen++;
      const place = number < MOST_CHOOSING ? number : Math.floor(random() * seen);
      if (place < MOST_CHOOSING) kept[place] = { row, number };
    },
    finish() {
      const rows = kept.map(({ row }) => row);
      if (seen < FEWEST_TO_PART) return { rows, ranking: rows, numbers: new Set() };
      const wanted = Math.min(kept.length, seen >> 2);
      for (let i = 0; i < wanted; i++) {
        const other = i + Math.floor(random() * (kept.length - i));
        [kept[i], kept[other]] = [kept[other]!, kept[i]!];
      }
      const chosen = kept.slice(0, wanted);
      return {
        rows,
        ranking: chosen.map(({ row }) => row),
        numbers: new Set(chosen.map(({ number }) => number)),
      };
    },
  };
}

/**
 * Chooses the bins of variables by some rows, the same for the same rows in any order: see `binEdges` for numbers; of
 * categories that are not known beforehand, the twenty most frequent in `ranking` are kept by name. In a segment bins are
 * those of its own rows.
 */
export function chooseBins(
  rows: readonly ReferenceRow[],
  variables: Readonly<Record<string, Variable>>,
  ranking = rows,
): Record<string, ChosenBins> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, variable]): [string, ChosenBins] => {
      if (typeof variable === 'object') return [name, { kind: 'categorical', categories: variable.categories }];
      const { feature, segment } = partsOf(name);
      const valuesIn = (some: readonly ReferenceRow[]) =>
        some.flatMap(({ values, segments }) =>
          segment === undefined || segments?.includes(segment) ? [values[feature]] : [],
        );
      const categoriesIn = (some: readonly ReferenceRow[]) =>
        valuesIn(some)
          .map(categoryOf)
          .filter((x) => x !== undefined);
      return [
        name,
        variable === 'numeric'
          ? {
              kind: variable,
              edges: binEdges(
                valuesIn(rows)
                  .map(numberOf)
                  .filter((x) => x !== undefined),
              ),
            }
          : { kind: variable, ...chooseCategories(categoriesIn(rows), categoriesIn(ranking)) },
      ];
    }),
  );
}

/** Counts reference rows into chosen bins, in bounded memory. `ranking` is a row that categories were ranked by. */
export function baselineCounter(
  bins: Readonly<Record<string, ChosenBins>>,
  season?: Season,
): { add(row: ReferenceRow, ranking?: boolean): void; finish(): Baseline } {
  const whole = splitCounter(bins);
  const seasons = Array.from({ length: season ? SEASONS[season] : 0 }, () => splitCounter(bins));
  const fourth = fourthMoments(bins);
  let rows = 0;
  return {
    add({ values, segments, at }, ranking = false) {
      rows++;
      whole.add(values, segments, ranking);
      fourth.add(values);
      seasons[seasonOf(season, at ?? 0)]?.add(values, segments, ranking);
    },
    finish() {
      const tallies = whole.tallies();
      const bySeason = seasons.map((counter) => counter.tallies());
      const features = Object.entries(bins).map(([name, { ranked: _, ...chosen }]): [string, FeatureBaseline] => {
        const counted = countedOf(chosen, tallies[name]!);
        const rest = season ? { seasons: bySeason.map((one) => countedOf(chosen, one[name]!)) } : {};
        if (chosen.kind === 'categorical') return [name, { ...chosen, ...counted, other: counted.other!, ...rest }];
        const kurtosis = fourth.kurtosis(name, tallies[name]!);
        return [
          name,
          {
            kind: 'numeric',
            mean: 0,
            variance: 0,
            ...counted,
            edges: chosen.edges,
            ...(kurtosis === undefined ? {} : { kurtosis }),
            ...rest,
          },
        ];
      });
      return { rows, features: Object.fromEntries(features), ...(season ? { season } : {}) };
    },
  };
}

/** Counts all rows, but ranked categories only in those that they were not ranked by. */
function splitCounter(bins: Readonly<Record<string, ChosenBins>>) {
  const of = (ranked: boolean) =>
    counterOf(Object.fromEntries(Object.entries(bins).filter(([, one]) => (one.ranked ?? false) === ranked)));
  const [always, others] = [of(false), of(true)];
  return {
    add(values: Row, segments: readonly string[] | undefined, ranking: boolean): void {
      always.add(values, segments);
      if (!ranking) others.add(values, segments);
    },
    tallies: () => ({ ...always.tallies(), ...others.tallies() }),
  };
}

/** Measures a baseline over rows that fit into the memory; the same rows in the same order always give the same one. */
export function measureRows(
  rows: readonly ReferenceRow[],
  variables: Readonly<Record<string, Variable>>,
  season?: Season,
): Baseline {
  const chooser = binChooser(randomOf(SEED));
  for (const row of rows) chooser.add(row);
  const chosen = chooser.finish();
  const counter = baselineCounter(chooseBins(chosen.rows, variables, chosen.ranking), season);
  rows.forEach((row, number) => counter.add(row, chosen.numbers.has(number)));
  return counter.finish();
}

/** The same, of plain rows without a season. */
export const buildBaseline = (rows: Iterable<Row>, variables: Readonly<Record<string, Variable>>): Baseline =>
  measureRows(
    [...rows].map((values) => ({ values })),
    variables,
  );

/** Of the draw of rows that bins are chosen by. */
export const SEED = 20_261_128;

/** What was counted of a variable, as a baseline has it. */
export function countedOf({ kind }: Pick<Bins, 'kind'>, { counts, missing, moments }: FeatureTally): Counted {
  if (kind === 'categorical') return { missing, counts: counts.slice(0, -1), other: counts.at(-1)! };
  return { missing, counts, mean: moments.mean, variance: variance(moments) ?? 0 };
}

/** Sums of powers about the middle of the bins, for kurtosis: it only says how far a variance can be trusted. */
function fourthMoments(bins: Readonly<Record<string, Bins>>) {
  const columns = Object.entries(bins).flatMap(([name, chosen]) => {
    if (chosen.kind !== 'numeric' || name.includes('/')) return [];
    const { edges } = chosen;
    return [{ name, centre: edges[edges.length >> 1] ?? 0, n: 0, sums: [0, 0, 0, 0] }];
  });
  return {
    add(values: Row): void {
      for (const column of columns) {
        const x = numberOf(values[column.name]);
        if (x === undefined) continue;
        const d = x - column.centre;
        column.n++;
        for (let power = 0, term = d; power < 4; power++, term *= d) column.sums[power]! += term;
      }
    },
    kurtosis(name: string, { moments }: FeatureTally): number | undefined {
      const column = columns.find((one) => one.name === name);
      if (!column || column.n < 4 || moments.m2 === 0) return undefined;
      const [a, b, c, d] = column.sums.map((sum) => sum / column.n) as [number, number, number, number];
      const second = b - a * a;
      const kurtosis = (d - 4 * a * c + 6 * a * a * b - 3 * a ** 4) / second ** 2;
      return Number.isFinite(kurtosis) && kurtosis >= 1 ? kurtosis : undefined;
    },
  };
}

/**
 * Edges between bins of nearly equal mass. The outermost hold the few smallest and largest numbers and all beyond them; a
 * frequent value is never among them, but ends where it ends. Between two numbers of a sample lies as much of where it
 * came from as a Dirichlet distribution says, just what counts are taken to say: no row need be kept from being counted.
 */
export function binEdges(numbers: readonly number[]): number[] {
  if (numbers.length === 0) return [];
  const sorted = Float64Array.from(numbers).sort();
  const values = [...countEach(sorted)];
  let seen = 0;
  const upTo = values.map(([, count]) => (seen += count));
  const before = (i: number) => (i === 0 ? 0 : upTo[i - 1]!);
  const first = upTo.findIndex((rows) => rows >= FEWEST_IN_BIN);
  const last = values.findLastIndex((_, i) => sorted.length - before(i) >= FEWEST_IN_BIN);
  if (first < 0 || last < 0) return [];
  const isFrequent = (i: number) => values[i]![1] >= FEWEST_IN_BIN;
  const from = isFrequent(first) ? first : first + 1;
  const until = isFrequent(last) ? last + 1 : last;
  const end = isFrequent(last) ? justAbove(values[last]![0], sorted) : values[last]![0];
  if (from >= until) return from < values.length ? [values[from]![0]] : [];
  const edges = [values[from]![0]];
  let left = before(until) - before(from);
  let inBin = 0;
  for (const [value, count] of values.slice(from, until)) {
    const target = left / (BINS + 1 - edges.length);
    if (inBin + count / 2 >= target && Math.min(inBin, left - inBin) >= FEWEST_IN_BIN && edges.length < BINS) {
      edges.push(value);
      left -= inBin;
      inBin = 0;
    }
    inBin += count;
  }
  return end > edges.at(-1)! ? [...edges, end] : edges;
}

/** Just above a value: for whole numbers the next one. */
function justAbove(value: number, sorted: Float64Array): number {
  const size = Math.max(Math.abs(sorted[0]!), Math.abs(sorted.at(-1)!));
  return value + (sorted.every(Number.isInteger) ? Math.max(1, size * 1e-9) : size * 1e-9);
}

/**
 * The categories that are kept by name. Those that five rows have, if these are few and hold nearly all: nothing is then
 * chosen by rank. Otherwise the most frequent of the rows that are there to rank them.
 */
function chooseCategories(
  all: readonly string[],
  ranking: readonly string[],
): Pick<ChosenBins, 'ranked'> & { readonly categories: readonly string[] } {
  const frequent = frequentOf(all);
  const rows = frequent.reduce((sum, [, count]) => sum + count, 0);
  if (frequent.length <= MAX_CATEGORIES && rows >= NEARLY_ALL * all.length)
    return { categories: frequent.map(([category]) => category) };
  return {
    ranked: true,
    categories: frequentOf(ranking)
      .slice(0, MAX_CATEGORIES)
      .map(([category]) => category),
  };
}

/** The most frequent first. */
const frequentOf = (present: readonly string[]): [string, number][] =>
  [...countEach(present)]
    .filter(([category, count]) => count >= FEWEST_TO_LIST && category.length <= LONGEST_CATEGORY)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));

/** How often each value occurs, in the order of first occurrence. */
function countEach<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
