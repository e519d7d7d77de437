import { logGamma } from './log-gamma';

/** How firmly the alternatives cling to the reference, in rows: from any shift at all to a small one. */
const CONCENTRATIONS = [20, 200, 2_000];

/** A reference histogram, prepared for looking at streams again and again. */
export interface Reference {
  /** Rows by bin and half a row more: what the reference leaves open is a Dirichlet distribution around it (Jeffreys). */
  readonly open: readonly number[];
  readonly total: number;
  /** The same as shares. */
  readonly shares: readonly number[];
}

export function referenceOf(counts: readonly number[]): Reference {
  const open = counts.map((count) => count + 0.5);
  const total = open.reduce((sum, count) => sum + count, 0);
  return { open, total, shares: open.map((count) => count / total) };
}

/** Rows that followed each other, all to be held against one reference. */
export interface Stretch {
  readonly reference: Reference;
  readonly observed: readonly number[];
  readonly rows: number;
}

/**
 * The log of an e-process: evidence, in nats, that rows of a stream do not come from where the reference rows came from.
 * Without drift its exponential exceeds 1/α at any time, however often one looks, with a probability of at most α
 * (Ville; Ramdas, Grünwald, Vovk and Shafer, Statistical Science 38(4), 2023).
 *
 * Below the line stands how likely the rows are without drift: foretold by the reference and by the rows so far, the
 * size of the reference included, so that neither a small one nor a long stream makes an alarm. Above it, how likely they
 * are where the stream has a distribution of its own somewhere around the reference: a mixture of Dirichlet-multinomials.
 * It is a Bayes factor of two predictions; as such it is an e-process for the null that is foretold, which is to say on
 * average over the distributions that the reference leaves open, and not for the worst of them (Grünwald, de Heide and
 * Koolen, J. Royal Statistical Society B 86(5), 2024). `bench/drift.ts` counts what that leaves.
 *
 * Stretches with references of their own (hours of the day) multiply: how one of them was tilted foretells the next.
 */
export function logEvidence(stretches: readonly Stretch[]): number {
  let below = 0;
  for (const [{ open, total }, { observed, rows }] of byReference(stretches))
    below += logPredictive(open, total, observed, rows);
  const above = CONCENTRATIONS.map((concentration) => logTilted(stretches, concentration));
  const most = Math.max(...above);
  return most + Math.log(above.reduce((sum, x) => sum + Math.exp(x - most), 0) / above.length) - below;
}

function byReference(stretches: readonly Stretch[]): Map<Reference, { readonly observed: number[]; rows: number }> {
  const sums = new Map<Reference, { readonly observed: number[]; rows: number }>();
  for (const { reference, observed, rows } of stretches) {
    const sum = sums.get(reference);
    if (!sum) sums.set(reference, { observed: [...observed], rows });
    else {
      sum.rows += rows;
      for (let bin = 0; bin < observed.length; bin++) sum.observed[bin]! += observed[bin]!;
    }
  }
  return sums;
}

/** ln P of rows one after the other, each foretold by a Dirichlet distribution and those before it. */
function logPredictive(open: readonly number[], total: number, observed: readonly number[], rows: number): number {
  let sum = logGamma(total) - logGamma(total + rows);
  for (let bin = 0; bin < observed.length; bin++) {
    const count = observed[bin]!;
    if (count > 0) sum += logGamma(open[bin]! + count) - logGamma(open[bin]!);
  }
  return sum;
}

/** ln P of the stretches where the stream has its own distribution: around each reference, tilted by the rows so far. */
function logTilted(stretches: readonly Stretch[], concentration: number): number {
  const bins = stretches[0]!.observed.length;
  const seen = new Array<number>(bins).fill(0);
  const expected = new Array<number>(bins).fill(0);
  let before = 0;
  let sum = 0;
  for (const { reference, observed, rows } of stretches) {
    const { shares } = reference;
    const tilted = shares.map(
      (share, bin) => (share * (concentration * share + seen[bin]!)) / (concentration * share + expected[bin]!),
    );
    const total = concentration + before;
    const scale = total / tilted.reduce((all, weight) => all + weight, 0);
    sum += logPredictive(
      tilted.map((weight) => weight * scale),
      total,
      observed,
      rows,
    );
    for (let bin = 0; bin < bins; bin++) {
      seen[bin]! += observed[bin]!;
      expected[bin]! += rows * shares[bin]!;
    }
    before += rows;
  }
  return sum;
}
