import { UsageError } from './usage';

/** A number given on the command line, within its range. */
export function numberOption(
  values: Readonly<Record<string, unknown>>,
  name: string,
  range: { readonly default: number; readonly from: number; readonly to: number; readonly whole?: boolean },
): number {
  const given = values[name];
  if (given === undefined) return range.default;
  const number = String(given).trim() === '' ? NaN : Number(given);
  const fits = number >= range.from && number <= range.to && (!range.whole || Number.isInteger(number));
  if (!fits)
    throw new UsageError(
      `--${name} must be a ${range.whole ? 'whole ' : ''}number from ${range.from} to ${range.to}, got "${String(given)}".`,
    );
  return number;
}
