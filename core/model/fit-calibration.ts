import type { Calibration } from './calibration';

/** A labelled row's score, from 0 to 1, by a model that was not trained on the row. */
export interface ScoredSample {
  readonly score: number;
  /** Whether the truth is the label whose probability the score is about. */
  readonly positive: boolean;
  /** How many rows it stands for. @default 1 */
  readonly weight?: number;
}

type Platt = Calibration & { method: 'platt' };
type Isotonic = Calibration & { method: 'isotonic' };

/** About the nearest to 0 and 1 that a score in single precision comes. */
const EDGE = 1e-7;
/** The slope given to scores that do not rise with the label; a calibration's must be below 0. */
const FLAT = -1e-9;
const MAX_STEPS = 100;

/**
 * Fits a sigmoid in the logit of the score by maximum likelihood, with Platt's targets (N₊ + 1) / (N₊ + 2) and
 * 1 / (N₋ + 2) in place of 1 and 0, which keep it finite where a threshold separates the labels (Platt, 1999). Newton's
 * method with backtracking (Lin, Lin and Weng, Machine Learning 68, 2007); the likelihood is concave, so it gets there.
 * Scores of 0 and 1 count as 1e-7 and 1 − 1e-7. Scores that are all the same are only shifted; scores that do not rise
 * with the label say nothing, and all get the mean. Throws a RangeError without samples.
 */
export function fitPlatt(samples: readonly ScoredSample[]): Platt {
  const weights = samples.map(({ weight = 1 }) => weight);
  const z = samples.map(({ score }) => logit(Math.min(Math.max(score, EDGE), 1 - EDGE)));
  const sums = [0, 0];
  samples.forEach(({ positive }, i) => (sums[Number(positive)]! += weights[i]!));
  const [negatives, positives] = sums as [number, number];
  if (!(negatives + positives > 0)) throw new RangeError('A calibration needs at least one sample.');
  const targets = samples.map(({ positive }) => (positive ? (positives + 1) / (positives + 2) : 1 / (negatives + 2)));

  const mean = (list: readonly number[]) =>
    list.reduce((sum, x, i) => sum + weights[i]! * x, 0) / (negatives + positives);
  const shifted = (a: number): Platt => ({ method: 'platt', a, b: -logit(mean(targets)) - a * mean(z) });
  if (z.every((value) => value === z[0])) return shifted(-1);
  const [a, b] = newton(z, targets, weights);
  return a < FLAT ? { method: 'platt', a, b } : shifted(FLAT);
}

/** Minimizes the cross-entropy of targets t and 1 / (1 + exp(az + b)), from the score itself. */
function newton(z: readonly number[], targets: readonly number[], weights: readonly number[]): [number, number] {
  const loss = (a: number, b: number) =>
    z.reduce((sum, x, i) => {
      const f = a * x + b;
      // ln(1 + eᶠ) without overflow, less the part of f that the target takes.
      return sum + weights[i]! * (Math.max(f, 0) + Math.log1p(Math.exp(-Math.abs(f))) - (1 - targets[i]!) * f);
    }, 0);
  let [a, b] = [-1, 0];
  let current = loss(a, b);
  for (let step = 0; step < MAX_STEPS; step++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0];
    z.forEach((x, i) => {
      const p = 1 / (1 + Math.exp(a * x + b));
      const residual = weights[i]! * (targets[i]! - p);
      const curvature = weights[i]! * p * (1 - p);
      ga += residual * x;
      gb += residual;
      haa += curvature * x * x;
      hab += curvature * x;
      hbb += curvature;
    });
    // Where all probabilities are near 0 or 1 there is hardly any curvature; a little more keeps the step finite.
    const ridge = 1e-12 * (haa + hbb) + Number.MIN_VALUE;
    const determinant = (haa + ridge) * (hbb + ridge) - hab * hab;
    const da = -((hbb + ridge) * ga - hab * gb) / determinant;
    const db = -((haa + ridge) * gb - hab * ga) / determinant;
    // No worse but for rounding, which near the optimum is all that is left.
    const good = (size: number) => loss(a + size * da, b + size * db) <= current + 1e-12 * Math.abs(current);
    let size = 1;
    while (!good(size) && size > 1e-10) size /= 2;
    if (!good(size)) break;
    [a, b] = [a + size * da, b + size * db];
    current = loss(a, b);
    if (Math.max(Math.abs(da), Math.abs(db)) * size < 1e-12) break;
  }
  return [a, b];
}

/** Rows with scores in [from, to], which get one probability. */
interface Block {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  readonly positives: number;
}

/** Each block takes two knots. */
const MAX_BLOCKS = 50;

/**
 * The nondecreasing function of the score that fits best (least squares and likelihood alike), by pooling adjacent
 * violators (Ayer, Brunk, Ewing, Reid and Silverman, Annals of Mathematical Statistics 26(4), 1955). It is constant
 * from the lowest to the highest score of a block, linear between blocks. Beyond 50 blocks, those neighbours are joined
 * whose joining costs least (Ward, 1963). Throws a RangeError without samples.
 */
export function fitIsotonic(samples: readonly ScoredSample[]): Isotonic {
  const blocks = poolViolators(samples);
  if (blocks.length === 0) throw new RangeError('A calibration needs at least one sample.');
  joinNearest(blocks, MAX_BLOCKS);
  const knots = blocks.flatMap((block) =>
    [...new Set([block.from, block.to])].map((x) => ({ x, y: Math.min(1, share(block)) })),
  );
  return { method: 'isotonic', x: knots.map(({ x }) => x), y: knots.map(({ y }) => y) };
}

/** Blocks of ascending scores and strictly ascending shares. */
function poolViolators(samples: readonly ScoredSample[]): Block[] {
  const blocks: Block[] = [];
  // Of equal scores the positive ones first: then none is above those before it, and they end up in one block.
  const ascending = samples
    .filter(({ weight = 1 }) => weight > 0)
    .sort((a, b) => a.score - b.score || Number(b.positive) - Number(a.positive));
  for (const { score, positive, weight = 1 } of ascending) {
    let block: Block = { from: score, to: score, weight, positives: positive ? weight : 0 };
    for (let last = blocks.at(-1); last; last = blocks.at(-1)) {
      if (share(last) < share(block)) break;
      block = join(last, block);
      blocks.pop();
    }
    blocks.push(block);
  }
  return blocks;
}

function joinNearest(blocks: Block[], most: number): void {
  const price = (a: Block, b: Block) => ((a.weight * b.weight) / (a.weight + b.weight)) * (share(a) - share(b)) ** 2;
  while (blocks.length > most) {
    let cheapest = 0;
    for (let i = 1; i + 1 < blocks.length; i++)
      if (price(blocks[i]!, blocks[i + 1]!) < price(blocks[cheapest]!, blocks[cheapest + 1]!)) cheapest = i;
    blocks.splice(cheapest, 2, join(blocks[cheapest]!, blocks[cheapest + 1]!));
  }
}

const join = (a: Block, b: Block): Block => ({
  from: a.from,
  to: b.to,
  weight: a.weight + b.weight,
  positives: a.positives + b.positives,
});

const share = ({ weight, positives }: Block): number => positives / weight;

const logit = (p: number): number => Math.log(p / (1 - p));
