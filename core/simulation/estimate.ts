import type { Estimate } from './report';

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959964;

/** Differences of one policy from another, row by row. */
export class Differences {
  constructor(
    private n = 0,
    private sum = 0,
    private squares = 0,
  ) {}

  add(difference: number): void {
    this.n++;
    this.sum += difference;
    this.squares += difference * difference;
  }

  plus(other: Differences): Differences {
    return new Differences(this.n + other.n, this.sum + other.sum, this.squares + other.squares);
  }

  /** Their mean; of none, zero and nothing around it. */
  estimate(): Estimate {
    const { n, sum, squares } = this;
    if (n === 0) return { mean: 0, low: 0, high: 0 };
    const mean = sum / n;
    const variance = n > 1 ? Math.max(0, (squares - n * mean * mean) / (n - 1)) : 0;
    const half = Z * Math.sqrt(variance / n);
    return { mean, low: mean - half, high: mean + half };
  }
}

/** A share of rows with its 95 % interval (Wilson 1927, "Probable inference, the law of succession, and statistical inference"). */
export function shareOf(part: number, rows: number): Estimate {
  if (rows === 0) return { mean: 0, low: 0, high: 1 };
  const mean = part / rows;
  const z2 = (Z * Z) / rows;
  const centre = (mean + z2 / 2) / (1 + z2);
  const half = Math.sqrt(mean * (1 - mean) * z2 + (z2 * z2) / 4) / (1 + z2);
  return { mean, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
