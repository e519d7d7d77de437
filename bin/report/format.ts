import type { Estimate } from '../../core/simulation/report';

/** Stands for what there is no figure of. */
export const NONE = '–';

/** `34.8 %`; a share that is neither none nor all never reads as such. */
export function percent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return NONE;
  const whole = Math.round(share);
  const off = Math.abs(share - whole);
  if (off < 1e-9) return `${100 * whole}\u00a0%`;
  if (whole === 0 && share > 0 && off < 0.0005) return '<\u00a00.1\u00a0%';
  if (whole === 1 && share < 1 && off < 0.0005) return '>\u00a099.9\u00a0%';
  return `${fixed(100 * share, 1)}\u00a0%`;
}

/** Three decimals where it is below ten, fewer above: `0.430`, `12.35`, `8,120`. */
export function cost(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size > 0 && size < 0.0005) return minus(value.toPrecision(1));
  const decimals = size < 9.9995 ? 3 : size < 99.995 ? 2 : size < 999.95 ? 1 : 0;
  return minus(value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
}

/** A cost with its sign: `+0.082`. */
export const signed = (value: number): string => (value > 0 ? `+${cost(value)}` : cost(value));

/** `0.051 to 0.113`. */
export const interval = ({ low, high }: Estimate, written: (value: number) => string = cost): string =>
  `${written(low)} to ${written(high)}`;

/** A text of somebody's without what a terminal would take for a command. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, ' ');

/** `1,234`. */
export const count = (value: number): string => (Number.isFinite(value) ? value.toLocaleString('en-US') : NONE);

/** `1 row`, `700 rows`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)}\u00a0${value === 1 ? one : many}`;

/** A time span as one says it: `45 min`, `2.5 h`, `3.1 days`. */
export function span(minutes: number): string {
  if (!Number.isFinite(minutes)) return NONE;
  if (minutes < 0.5) return 'under a minute';
  if (minutes < 99.5) return `${Math.round(minutes)}\u00a0min`;
  return minutes < 48 * 60 ? `${trimmed(minutes / 60)}\u00a0h` : `${trimmed(minutes / 1440)}\u00a0days`;
}

/** `23 November 2026, 09:00 UTC`. */
export const moment = (iso: string): string =>
  `${new Date(iso).toLocaleString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }).replace(' at ', ', ')} UTC`;

/** A number without decimals that say nothing: `0.5`, `240`. */
export const trimmed = (value: number): string => minus(String(Number(value.toFixed(1))));

/** With so many decimals. */
export const fixed = (value: number, decimals: number): string => minus(value.toFixed(decimals));

/** The typographic minus; what rounds to nothing has none. */
const minus = (text: string): string => text.replace(/^-(?=[0.,]*$)/, '').replace(/^-/, '−');
