/** Rows of about one probability, and how often the truth was positive among them. */
export interface ReliabilityBin {
  /** Probabilities from `from` up to but not including `to`; the last bin has 1 too. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly meanProbability: number;
  /** Observed share of positives, with its 95 % interval (Wilson, 1927). */
  readonly observed: number;
  readonly low: number;
  readonly high: number;
}

/** How good probabilities are. A row counts by its weight. Without rows all figures are 0 and mean nothing. */
export interface Reliability {
  readonly rows: number;
  /** Mean squared error (Brier, 1950): 0 is perfect, 0.25 what ½ for every row gets. */
  readonly brier: number;
  /** Mean −ln of the probability given to the truth, which counts as at least 1e-15. */
  readonly logLoss: number;
  /** Expected calibration error over ten bins of equal width (Naeini, Cooper and Hauskrecht, AAAI 2015). */
  readonly ece: number;
  /** The same over ten bins of about equally many rows, which sees more where rows lie close together. */
  readonly eceEqualMass: number;
  /** Chance that a positive row has a higher probability than a negative one, ties half; null without both. */
  readonly auc: number | null;
  /** Ten bins of equal width, less the empty ones. */
  readonly bins: readonly ReliabilityBin[];
}

/** Judges probabilities row by row, in constant memory. */
export interface ReliabilityMeter {
  /** A probability from 0 to 1 and whether the truth was positive; `weight`: how many rows it stands for. @default 1 */
  add(probability: number, positive: boolean, weight?: number): void;
  figures(): Reliability;
}

const BINS = 10;
/**
 * Rows of one cell count as tied, for the area and for bins of equal mass. Cells are equally wide in the log-odds, 0.002
 * each, so that rare events, whose probabilities are all near 0, are told apart too.
 */
const CELLS = 16_000;
const CELLS_PER_LOGIT = 500;
const SMALLEST = 1e-15;
const Z95 = 1.959963984540054;

/** What falls into one bin or cell. */
interface Sums {
  rows: number;
  weight: number;
  squaredWeight: number;
  positives: number;
  probability: number;
}

export function reliabilityOf(): ReliabilityMeter {
  const all = noSums();
  const bins = Array.from({ length: BINS }, noSums);
  const cells: (Sums | undefined)[] = Array.from({ length: CELLS });
  let squaredError = 0;
  let surprise = 0;
  return {
    add(probability, positive, weight = 1) {
      if (weight <= 0) return;
      const positives = positive ? weight : 0;
      const one = { rows: 1, weight, squaredWeight: weight * weight, positives, probability: weight * probability };
      addSums(all, one);
      addSums(bins[Math.min(BINS - 1, Math.floor(probability * BINS))]!, one);
      addSums((cells[cellOf(probability)] ??= noSums()), one);
      const ofTruth = positive ? probability : 1 - probability;
      squaredError += weight * (1 - ofTruth) ** 2;
      surprise -= weight * Math.log(Math.max(ofTruth, SMALLEST));
    },
    figures() {
      const mean = (sum: number) => (all.rows === 0 ? 0 : sum / all.weight);
      const error = (list: readonly Sums[]) =>
        mean(list.reduce((sum, { probability, positives }) => sum + Math.abs(probability - positives), 0));
      const ranked = cells.filter((cell) => cell !== undefined);
      return {
        rows: all.rows,
        brier: mean(squaredError),
        logLoss: mean(surprise),
        ece: error(bins),
        eceEqualMass: error(equalMass(ranked, all.weight)),
        auc: area(ranked, all),
        bins: bins.flatMap((sums, i) => (sums.rows === 0 ? [] : [describe(sums, i / BINS, (i + 1) / BINS)])),
      };
    },
  };
}

function cellOf(probability: number): number {
  const logit = Math.log(probability / (1 - probability));
  return Math.min(CELLS - 1, Math.max(0, Math.floor(CELLS / 2 + CELLS_PER_LOGIT * logit)));
}

/** A cell joins the bin that its first row falls into. */
function equalMass(cells: readonly Sums[], weight: number): Sums[] {
  const bins = Array.from({ length: BINS }, noSums);
  let below = 0;
  for (const cell of cells) {
    addSums(bins[Math.min(BINS - 1, Math.floor((below * BINS) / weight))]!, cell);
    below += cell.weight;
  }
  return bins;
}

/** The interval is for as many rows as the weights are worth (Kish, Survey Sampling, 1965). */
function describe(sums: Sums, from: number, to: number): ReliabilityBin {
  const { rows, weight, squaredWeight, positives, probability } = sums;
  const observed = positives / weight;
  const [low, high] = wilson(observed, (weight * weight) / squaredWeight);
  return { from, to, rows, meanProbability: probability / weight, observed, low, high };
}

/** E. B. Wilson, Journal of the American Statistical Association 22, 1927. */
function wilson(share: number, n: number): [number, number] {
  const shrink = 1 + (Z95 * Z95) / n;
  const middle = (share + (Z95 * Z95) / (2 * n)) / shrink;
  const half = (Z95 * Math.sqrt((share * (1 - share)) / n + (Z95 * Z95) / (4 * n * n))) / shrink;
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** Mann and Whitney's U over its greatest value. */
function area(cells: readonly Sums[], all: Sums): number | null {
  const pairs = all.positives * (all.weight - all.positives);
  if (pairs === 0) return null;
  let negativesBelow = 0;
  let won = 0;
  for (const { weight, positives } of cells) {
    won += positives * (negativesBelow + (weight - positives) / 2);
    negativesBelow += weight - positives;
  }
  return won / pairs;
}

const noSums = (): Sums => ({ rows: 0, weight: 0, squaredWeight: 0, positives: 0, probability: 0 });

function addSums(into: Sums, other: Sums): void {
  into.rows += other.rows;
  into.weight += other.weight;
  into.squaredWeight += other.squaredWeight;
  into.positives += other.positives;
  into.probability += other.probability;
}
