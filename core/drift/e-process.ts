import { logGamma } from './log-gamma';

/** How firmly the alternatives cling to the reference, in rows: from any shift at all to a small one. */
const CONCENTRATIONS = [20, 200, 2_000];

/** A reference histogram, prepared for looking at streams again and again. */
export interface Reference {
  /**
   * Rows by bin and half a row more (Jeffreys): what the reference leaves open is a Dirichlet distribution around it. Bins
   * without a row share one half: however many of them were foreseen, together they are as likely as one.
   */
  readonly open: readonly number[];
  readonly total: number;
  /** The same as shares. */
  readonly shares: readonly number[];
}

/** `counts` need not be whole numbers. */
export function referenceOf(counts: readonly number[]): Reference {
  const empty = counts.filter((count) => count === 0).length;
  const open = counts.map((count) => (count === 0 ? 0.5 / empty : count + 0.5));
  const total = open.reduce((sum, count) => sum + count, 0);
  return { open, total, shares: open.map((count) => count / total) };
}

/**
 * The reference for rows of several seasons: the mix of theirs, as many rows strong as it is certain. The rows of a mix
 * scatter less than such a reference foretells, which errs to the safe side where each season has fifty rows or more.
 */
export function mixOf(parts: readonly { readonly counts: readonly number[]; readonly rows: number }[]): Reference {
  if (parts.length === 1) return referenceOf(parts[0]!.counts);
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const shares = new Array<number>(parts[0]!.counts.length).fill(0);
  let spread = 0;
  for (const { counts, rows: n } of parts) {
    const m = counts.reduce((sum, count) => sum + count, 0);
    counts.forEach((count, bin) => (shares[bin]! += (n / rows) * (count / m)));
    spread += (n / rows) ** 2 / m;
  }
  return referenceOf(shares.map((share) => share / spread));
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
 */
export function logEvidence({ open, total, shares }: Reference, observed: readonly number[]): number {
  const rows = observed.reduce((sum, count) => sum + count, 0);
  const below = logPredictive(open, total, observed, rows);
  const above = CONCENTRATIONS.map((rowsWorth) =>
    logPredictive(
      shares.map((share) => share * rowsWorth),
      rowsWorth,
      observed,
      rows,
    ),
  );
  const most = Math.max(...above);
  return most + Math.log(above.reduce((sum, x) => sum + Math.exp(x - most), 0) / above.length) - below;
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
