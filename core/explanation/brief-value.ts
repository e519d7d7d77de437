const MOST_CHARACTERS = 200;

/** A value as an explanation shows it: long texts are cut, and what else is long is left out (undefined). */
export function briefValue(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length <= MOST_CHARACTERS ? value : `${value.slice(0, MOST_CHARACTERS - 1).toWellFormed()}…`;
  if (value === null || typeof value !== 'object') return value;
  return JSON.stringify(value).length <= MOST_CHARACTERS ? value : undefined;
}
