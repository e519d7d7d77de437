import type { GapCause } from '../decision/decision';
import type { JsonSchema, Lookup, OnMissing } from '../pipeline/definition';
import { durationMs } from '../pipeline/duration';

/** A lookup, ready to be used: its key from an input, its values from an item. */
export interface CompiledLookup {
  readonly name: string;
  readonly fieldNames: readonly string[];
  readonly onMissing: OnMissing;
  /** Whether values that are too old may be used for a while. */
  readonly lastGood: boolean;
  key(celInput: unknown): string | undefined;
  /**
   * Copies a fresh and valid item's fields into `values`, all or none; else says why not. `aged` are values that are too
   * old, and copied none the less, since the definition still trusts them a little. `ageMs` is the item's; see `ageOf`.
   */
  take(item: Readonly<Record<string, unknown>>, ageMs: number, values: Record<string, unknown>): GapCause | undefined;
}

/** How long ago, in milliseconds, an item was written; NaN where it does not say. `now` is in epoch ms. */
export const ageOf = ({ updatedAt }: Readonly<Record<string, unknown>>, now: number): number =>
  typeof updatedAt === 'string' ? now - Date.parse(updatedAt) : NaN;

/** Clocks differ a little; an item from further ahead than this is no evidence of freshness. */
const CLOCK_SKEW_MS = 60_000;

export function compileLookup(name: string, lookup: Lookup, key: (celInput: unknown) => unknown): CompiledLookup {
  const fields = Object.entries(lookup.fields);
  const maxAgeMs = durationMs(lookup.maxAge) ?? Infinity;
  const mostAgeMs = maxAgeMs + (durationMs(lookup.lastGoodFor) ?? 0);
  return {
    name,
    fieldNames: fields.map(([field]) => field),
    onMissing: lookup.onMissing,
    lastGood: lookup.lastGoodFor !== undefined,
    key(celInput) {
      const value = attempt(() => key(celInput));
      return typeof value === 'string' && value !== '' && value.isWellFormed() ? value : undefined;
    },
    take(item, ageMs, values) {
      if (maxAgeMs !== Infinity && !(ageMs <= mostAgeMs && ageMs >= -CLOCK_SKEW_MS)) return 'stale';
      if (fields.some(([field]) => item[field] === undefined || item[field] === null)) return 'missing';
      if (!fields.every(([field, schema]) => fits(schema, item[field]))) return 'invalid';
      for (const [field] of fields) values[field] = item[field];
      return ageMs > maxAgeMs ? 'aged' : undefined;
    },
  };
}

/** The part of a field's schema that is checked on read: type, enum and bounds. */
function fits(schema: JsonSchema, value: unknown): boolean {
  if (schema.enum && !schema.enum.includes(value)) return false;
  switch (schema.type) {
    case 'integer':
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return false;
      if (schema.type === 'integer' && !Number.isInteger(value)) return false;
      const { minimum = -Infinity, maximum = Infinity } = schema as { minimum?: number; maximum?: number };
      return value >= minimum && value <= maximum;
    }
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    default:
      return true;
  }
}

/** The value of an expression; undefined where it has none, such as of a field that was left out. */
export function attempt<T>(evaluate: () => T): T | undefined {
  try {
    return evaluate();
  } catch {
    return undefined;
  }
}
