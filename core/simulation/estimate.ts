import type { Estimate } from './report';

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959964;

/** Mean and variance from a sum and a sum of squares; of none, zero and nothing around it. */
export function estimate(n: number, sum: number, squares: number): Estimate {
  if (n === 0) return { mean: 0, low: 0, high: 0 };
  const mean = sum / n;
  const variance = n > 1 ? Math.max(0, (squares - n * mean * mean) / (n - 1)) : 0;
  const half = Z * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half };
}

/** Differences of one policy from another, row by row. */
export class Differences {
  n = 0;
  sum = 0;
  squares = 0;

  add(difference: number): void {
    this.n++;
    this.sum += difference;
    this.squares += difference * difference;
  }

  plus(other: Differences): Differences {
    const both = new Differences();
    both.n = this.n + other.n;
    both.sum = this.sum + other.sum;
    both.squares = this.squares + other.squares;
    return both;
  }

  estimate(): Estimate {
    return estimate(this.n, this.sum, this.squares);
  }
}
