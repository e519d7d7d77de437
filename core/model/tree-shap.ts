import { checkCells, type Tree, type XgboostModel } from './xgboost';

/** A row's log-odds of the positive class as a sum: `bias` plus one contribution a cell, exact up to rounding. */
export interface Contributions {
  /** The log-odds of a row of which nothing is known: base score plus each tree's mean by cover. */
  readonly bias: number;
  readonly cells: Float64Array;
}

/** What all splits on one cell, on the way to a leaf, ask of it together. */
interface Split {
  readonly cell: number;
  /** The cell must lie in [from, to); a missing one passes where `missing` is true. */
  readonly from: number;
  readonly to: number;
  readonly missing: boolean;
  /** Share of the training rows that go the leaf's way at these splits. */
  readonly share: number;
}

interface Leaf {
  readonly weight: number;
  readonly splits: readonly Split[];
}

/**
 * Shapley values of a row's cells, path-dependent: a cell that is not known sends the row both ways, in proportion to
 * the training rows that went there. They are those of TreeSHAP (Lundberg, Erion, Lee 2018, "Consistent individualized
 * feature attribution for tree ensembles"; Lundberg et al. 2020, "From local explanations to global understanding with
 * explainable AI for trees") and of XGBoost's `pred_contribs`.
 *
 * They are worked out leaf by leaf. When each cell is known with chance t, the row reaches a leaf with chance
 * Π (share·(1−t) + passes·t), over the cells that the leaf's splits ask for. A Shapley value is the integral over
 * t = 0…1 of that chance's derivative by one cell (Owen 1972, "Multilinear extensions of games"). The derivative is a
 * polynomial in t, so a Gauss–Legendre rule gives its integral exactly (as in Wettenstein, Mitchell, Yu 2026,
 * "Quadrature-TreeSHAP").
 *
 * Throws an Error for a model whose file lacks the cover of its nodes; the function that it returns throws a
 * RangeError for a row of another length.
 */
export function compileTreeShap(model: XgboostModel): (row: ArrayLike<number>) => Contributions {
  const leaves = model.trees.flatMap((tree) => leavesOf(tree));
  const bias = leaves.reduce(
    (sum, { weight, splits }) => sum + splits.reduce((product, { share }) => product * share, weight),
    model.base,
  );
  const widest = leaves.reduce((most, { splits }) => Math.max(most, splits.length), 0);
  // With n points a Gauss rule is exact up to degree 2n − 1; the derivative's is one less than the number of splits.
  const rule = gaussLegendre(Math.ceil(widest / 2));
  const passes = new Float64Array(widest);
  const factors = new Float64Array(widest);
  return (row) => {
    checkCells(model.features, row);
    const cells = new Float64Array(model.features);
    for (const { weight, splits } of leaves) {
      for (let i = 0; i < splits.length; i++) passes[i] = pass(splits[i]!, row);
      for (const point of rule) {
        let chance = weight * point.weight;
        for (let i = 0; i < splits.length; i++) {
          factors[i] = splits[i]!.share * (1 - point.at) + passes[i]! * point.at;
          chance *= factors[i]!;
        }
        for (let i = 0; i < splits.length; i++) {
          const { cell, share } = splits[i]!;
          cells[cell]! += ((passes[i]! - share) * chance) / factors[i]!;
        }
      }
    }
    return { bias, cells };
  };
}

function pass({ cell, from, to, missing }: Split, row: ArrayLike<number>): number {
  // XGBoost holds cells and conditions in single precision; what overflows it must still lie below an infinite `to`.
  const value = Math.min(Math.fround(row[cell]!), Number.MAX_VALUE);
  return Number(Number.isNaN(value) ? missing : value >= from && value < to);
}

function leavesOf(tree: Tree, node = 0, splits: readonly Split[] = []): Leaf[] {
  const { left, right, feature, value, defaultLeft, cover } = tree;
  if (left[node] === -1) return [{ weight: value[node]!, splits }];
  return [left[node]!, right[node]!].flatMap((child) => {
    const share = cover[child]! / cover[node]!;
    if (!(share > 0))
      throw new Error("Cannot explain this XGBoost model: its nodes have no cover (the file's sum_hessian).");
    const goesLeft = child === left[node];
    const cell = feature[node]!;
    const earlier = splits.find((split) => split.cell === cell) ?? ANY;
    const split = {
      cell,
      from: goesLeft ? earlier.from : Math.max(earlier.from, value[node]!),
      to: goesLeft ? Math.min(earlier.to, value[node]!) : earlier.to,
      missing: earlier.missing && goesLeft === (defaultLeft[node] === 1),
      share: earlier.share * share,
    };
    return leavesOf(tree, child, [...splits.filter((other) => other.cell !== cell), split]);
  });
}

const ANY = { from: -Infinity, to: Infinity, missing: true, share: 1 };

/** Points and weights on [0, 1]; the points are the roots of the Legendre polynomial, by Newton's method. */
function gaussLegendre(points: number): { readonly at: number; readonly weight: number }[] {
  return Array.from({ length: points }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (points + 0.5));
    let slope = 0;
    for (let step = Infinity; Math.abs(step) > 1e-14; x -= step) {
      let [before, polynomial] = [0, 1];
      for (let k = 1; k <= points; k++)
        [before, polynomial] = [polynomial, ((2 * k - 1) * x * polynomial - (k - 1) * before) / k];
      slope = (points * (x * polynomial - before)) / (x * x - 1);
      step = polynomial / slope;
    }
    return { at: (1 + x) / 2, weight: 1 / ((1 - x * x) * slope * slope) };
  });
}
