/** The ends of a range of numbers, named as in JSON Schema. */
export interface Ends {
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

export type NumberType = 'int' | 'double';

/**
 * The numbers of a type that lie between two ends; none when `first > last`. A number of JSON is an IEEE 754 double, so
 * each has a next one: every range can be closed, and whether two of them meet or leave a gap is exact.
 */
export interface Range {
  readonly first: number;
  readonly last: number;
  /** The ends as they were written: 5 for `> 5`, where `first` is the number after it. */
  readonly from: number;
  readonly to: number;
}

export function rangeOf(type: NumberType, ends: Ends): Range {
  const { minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity, exclusiveMaximum = Infinity } = ends;
  const whole = type === 'int';
  return {
    first: Math.max(whole ? Math.ceil(minimum) : minimum, above(type, exclusiveMinimum)),
    last: Math.min(whole ? Math.floor(maximum) : maximum, below(type, exclusiveMaximum)),
    from: Math.max(minimum, exclusiveMinimum),
    to: Math.min(maximum, exclusiveMaximum),
  };
}

/** The least number of the type that is greater; an infinite one stays. */
export function above(type: NumberType, x: number): number {
  if (!Number.isFinite(x)) return x;
  const whole = Math.floor(x) + 1;
  // From 2^53 on every double is whole, and farther than 1 from the next.
  return type === 'int' && Number.isSafeInteger(whole) ? whole : nextDouble(x);
}

/** The greatest number of the type that is less. */
export const below = (type: NumberType, x: number): number => 0 - above(type, 0 - x);

const bytes = new DataView(new ArrayBuffer(8));

/** The bits of doubles of one sign are in the order of their magnitudes. */
function nextDouble(x: number): number {
  if (x === 0) return Number.MIN_VALUE;
  bytes.setFloat64(0, x);
  bytes.setBigInt64(0, bytes.getBigInt64(0) + (x > 0 ? 1n : -1n));
  // -0 becomes 0.
  return bytes.getFloat64(0) + 0;
}

/** A number from `first` to `last` that is easy to read: near 0, with few digits. */
export function sample(first: number, last: number): number {
  if (last < 0) return -sample(-last, -first);
  if (first <= 0) return 0;
  for (let scale = 1; scale < 1e20; scale *= 10) {
    const rounded = Math.ceil(first * scale) / scale;
    if (rounded >= first && rounded <= last) return rounded;
  }
  return first;
}
