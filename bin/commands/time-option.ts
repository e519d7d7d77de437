import { UsageError } from './usage';

/** Epoch milliseconds, in UTC where no zone is given. */
export function timeOption(values: Readonly<Record<string, unknown>>, name: 'since' | 'until'): number | undefined {
  const given = values[name];
  if (given === undefined) return undefined;
  const [, day, time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(String(given)) ?? [];
  const at = day === undefined ? NaN : Date.parse(`${day}T${time}${zone}`);
  if (Number.isNaN(at))
    throw new UsageError(`--${name} must be a time as 2026-11-01 or 2026-11-01T12:00Z, got "${String(given)}".`);
  return at;
}
