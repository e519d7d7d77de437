import type { FeatureKind } from '../../core/drift/baseline';

/** Draws the value of a row; `hour` is its time. */
export type Draw = (random: () => number, hour: number) => number | string | undefined;

export interface Stream {
  readonly kind: FeatureKind;
  readonly draw: Draw;
}

export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Zipf's law over so many categories. */
function zipf(categories: number): Draw {
  const weights = Array.from({ length: categories }, (_, i) => 1 / (i + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const upTo = weights.map((_, i) => weights.slice(0, i + 1).reduce((sum, weight) => sum + weight, 0) / total);
  return (random) => {
    const u = random();
    const found = upTo.findIndex((limit) => u < limit);
    return `c${found < 0 ? categories - 1 : found}`;
  };
}

/** What streams hold that never change, but for the time of day. */
export const STATIONARY: Readonly<Record<string, Stream>> = {
  numeric: { kind: 'numeric', draw: normal },
  categorical: { kind: 'categorical', draw: zipf(12) },
  // Of a Pareto distribution with α = 1.5, which has no variance.
  'heavy-tailed': { kind: 'numeric', draw: (random) => (1 - random()) ** (-1 / 1.5) },
  // By day it lies two thirds of a standard deviation higher than by night.
  seasonal: { kind: 'numeric', draw: (random, hour) => normal(random) + 0.67 * Math.sin((2 * Math.PI * hour) / 24) },
};

const changed =
  (share: number, other: Draw): ((stream: Stream) => Draw) =>
  ({ draw }) =>
  (random, hour) =>
    random() < share ? other(random, hour) : draw(random, hour);

/** The top tenth of a normal distribution. */
const high: Draw = (random) => {
  for (;;) {
    const x = normal(random);
    if (x > 1.2816) return x;
  }
};

/** Shifts of one feature; `hour` counts from the shift on. */
export const SHIFTS: readonly {
  readonly name: string;
  readonly of: string;
  readonly draw: (stream: Stream) => Draw;
}[] = [
  ...[0.02, 0.05, 0.1, 0.2].map((share) => ({
    name: `${100 * share} % of the mass to the top tenth`,
    of: 'numeric',
    draw: changed(share, high),
  })),
  ...[0.02, 0.05, 0.1, 0.2].map((share) => ({
    name: `${100 * share} % of the mass to a rare category`,
    of: 'categorical',
    draw: changed(share, () => 'c11'),
  })),
  ...[0.1, 0.25, 0.5].map((by) => ({
    name: `mean by ${by} sd`,
    of: 'numeric',
    draw:
      ({ draw }: Stream): Draw =>
      (random, hour) =>
        (draw(random, hour) as number) + by,
  })),
  ...[1.2, 1.5].map((by) => ({
    name: `sd by ${by}`,
    of: 'numeric',
    draw:
      ({ draw }: Stream): Draw =>
      (random, hour) =>
        (draw(random, hour) as number) * by,
  })),
  ...[0.01, 0.05].map((share) => ({
    name: `${100 * share} % in a new category`,
    of: 'categorical',
    draw: changed(share, () => 'new'),
  })),
  ...[0.01, 0.05].map((share) => ({
    name: `${100 * share} % missing`,
    of: 'numeric',
    draw: changed(share, () => undefined),
  })),
  {
    name: 'mean slowly, to 0.5 sd in a week',
    of: 'numeric',
    draw:
      ({ draw }) =>
      (random, hour) =>
        (draw(random, hour) as number) + 0.5 * Math.min(1, hour / 168),
  },
];
