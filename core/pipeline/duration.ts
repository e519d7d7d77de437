const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const FORM = /^(\d{1,9})(ms|s|m|h|d)$/;

/** Milliseconds of a duration text such as `800ms`, `30s`, `15m`, `4h` or `14d`; undefined when it is none. */
export function durationMs(text: unknown): number | undefined {
  const match = typeof text === 'string' ? FORM.exec(text) : null;
  return match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : undefined;
}
